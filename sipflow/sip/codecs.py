"""The audio codecs that an instance can have, by their names in SDP."""

from typing import Annotated

from msgspec import Meta

# An encoding's name, its RTP clock rate, and its channels if there is more than one.
CODECS = (
    "PCMU/8000",
    "PCMA/8000",
    "G722/8000",
    "GSM/8000",
    "iLBC/8000",
    "speex/16000",
    "speex/8000",
    "speex/32000",
    "L16/44100",
    "L16/44100/2",
)
# The codecs of every SIP phone; also cheap: none of them costs processor time in silence.
DEFAULT_CODECS = CODECS[:2]

Codecs = Annotated[
    tuple[str, ...],
    Meta(min_length=1, description="the codecs of an instance, in order of preference"),
]


def names() -> tuple[str, ...]:
    """Return the names for scenarios: encodings, which stand for all their rates, and codecs."""
    return tuple(dict.fromkeys((*(encoding(codec) for codec in CODECS), *CODECS)))


def encoding(codec: str) -> str:
    """Return the name of a codec's encoding: ``speex`` of ``speex/16000``."""
    return codec.partition("/")[0]


def named(name: str) -> tuple[str, ...]:
    """Return the codecs that a name stands for, none for an unknown name."""
    return tuple(codec for codec in CODECS if name in (codec, encoding(codec)))
