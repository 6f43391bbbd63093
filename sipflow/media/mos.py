"""Estimates the mean opinion score of a call by the E-model of ITU-T G.107. Pure.

All parameters but delay, codec and packet loss have G.107's default values (Table 2), with which

    R      = 93.2 - Id - Ie,eff                              (§7.1)
    Id     = Idd, the delay by itself: echo is perfectly cancelled            (§7.4)
    Ie,eff = Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl)      (§7.5)

where BurstR is 1: losses are assumed to be independent of each other. The score follows from R by
Annex B. A wideband codec is rated on the wideband scale, which begins at 129 instead of 93.2 and is
1.29 times as long (G.107.1 §7.1, Annex A).
"""

from math import log2

from msgspec import Struct

_R_DEFAULT = 93.2
_R_WIDEBAND = 129.0
_WIDEBAND_STRETCH = 1.29
_WORST_IMPAIRMENT = 95.0
# Up to here a delay impairs nothing (§7.4), in ms.
_HARMLESS_DELAY = 100.0


class Codec(Struct, frozen=True):
    """A codec's impairment of speech: ``ie`` without loss, ``bpl`` its robustness against loss."""

    ie: float
    bpl: float
    wideband: bool = False


# G.711 with and without concealment of losses, as G.113 Appendix I has it. The stack conceals
# (by stretching the last samples received, much as G.711 Appendix I does): it has the first one.
CONCEALED = 25.1
UNCONCEALED = 4.3
_G711 = Codec(0, CONCEALED)

CODECS: dict[str, Codec] = {
    "PCMU": _G711,
    "PCMA": _G711,
    # G.113 Appendix IV, Ie,wb at 64 kbit/s; its losses are concealed as those of G.711 are.
    "G722": Codec(13, CONCEALED, wideband=True),
    # G.113 Appendix I has Ie = 20 for the full rate codec, but Bpl only for the enhanced one.
    "GSM": Codec(20, 10.0),
    # Not in G.113. Clean, it is about as good as G.729A (Ie 11); its losses are concealed about as
    # well as those of G.711 (RFC 3951 §1).
    "ILBC": Codec(11, CONCEALED),
}


def mean_opinion_score(codec: str, loss: float, delay: float) -> float | None:
    """Return the score, 1 to 4.5, at a loss in percent and a one-way delay in ms.

    None for a codec of which no values are known. Names are RTP's encoding names, in any case.
    """
    known = CODECS.get(codec.upper())
    if known is None:
        return None
    rating = (_R_WIDEBAND if known.wideband else _R_DEFAULT) - delay_impairment(delay)
    rating -= equipment_impairment(known, loss)
    return score_of(rating / _WIDEBAND_STRETCH if known.wideband else rating)


def delay_impairment(delay: float) -> float:
    """Return Idd at a one-way delay in ms (§7.4, with sT = 1 and mT = 100)."""
    if delay <= _HARMLESS_DELAY:
        return 0.0
    x = log2(delay / _HARMLESS_DELAY)
    return float(25 * ((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2))


def equipment_impairment(codec: Codec, loss: float) -> float:
    """Return Ie,eff at a loss in percent (§7.5)."""
    return codec.ie + (_WORST_IMPAIRMENT - codec.ie) * loss / (loss + codec.bpl)


def score_of(rating: float) -> float:
    """Return the mean opinion score of a rating R (Annex B)."""
    if rating <= 0:
        return 1.0
    if rating >= 100:
        return 4.5
    # Below 6.5 the polynomial falls under 1, which no score does.
    return max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)
