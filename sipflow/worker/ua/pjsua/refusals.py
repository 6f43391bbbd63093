"""INVITEs that the stack refuses by itself, because they offer no codec of the instance.

It answers those with 488 and tells nobody. So each INVITE is looked at before the stack does: one
without a codec of ours that does not become a call has been refused, and is told as a dialog that
came in and ended at once.
"""

from sipflow.protocol.sdp import payload_types, read_codecs, same_codec
from sipflow.worker.happenings import DialogEnded, Happening, InviteReceived
from sipflow.worker.ua import no_codec_in_common

_NOT_ACCEPTABLE = 488
_REMEMBERED = 64


class Refusals:
    """Sees INVITEs, and tells which of them came to nothing: of those ``seen``, by Call-ID."""

    def __init__(self) -> None:
        self._codecs: tuple[str, ...] = ()
        self._static: frozenset[str] = frozenset()
        self.seen: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._told: dict[str, None] = {}
        self._count = 0

    def use(self, codecs: tuple[str, ...]) -> None:
        """Take in which codecs the instance has from now on."""
        self._codecs = codecs
        self._static = payload_types(codecs)

    def saw(self, message: str) -> None:
        """Take in a request outside a dialog."""
        if not message.startswith("INVITE ") or self._offers_static(message):
            return
        head, _, body = message.replace("\r\n", "\n").partition("\n\n")
        offered = read_codecs(message)
        if not body.strip() or any(same_codec(one, own) for one in offered for own in self._codecs):
            return
        identity = _header(head, "Call-ID", "i")
        if identity not in self._told:  # what UDP repeats is told once
            contact = _header(head, "Contact", "m") or _header(head, "From", "f")
            self.seen[identity] = (_uri(contact), offered)

    def _offers_static(self, message: str) -> bool:
        """Tell at a glance whether a payload type of ours is offered that always means the same.

        Nearly every INVITE has one, and looking at all that it offers takes twenty times as long.
        """
        begin = message.find("\nm=audio ")
        return not self._static.isdisjoint(message[begin : message.find("\r", begin)].split()[3:])

    def taken(self, identity: str) -> None:
        """Take in that an INVITE with this Call-ID has become a call."""
        self.seen.pop(identity, None)

    def told(self) -> list[Happening]:
        """Return, once, what is to be told of the INVITEs that were seen and did not."""
        happenings: list[Happening] = []
        for identity, (peer, offered) in self.seen.items():
            self._count += 1
            key = f"refused-{self._count}"
            reason = no_codec_in_common(offered, self._codecs)
            happenings += (
                InviteReceived(key, peer),
                DialogEnded(key, _NOT_ACCEPTABLE, reason),
            )
            self._told[identity] = None
        self.seen.clear()
        while len(self._told) > _REMEMBERED:
            del self._told[next(iter(self._told))]
        return happenings

    def forget(self) -> None:
        """Leave nothing of one run to the next."""
        self.seen.clear()


def _header(head: str, name: str, short: str) -> str:
    for line in head.split("\n")[1:]:
        key, _, value = line.partition(":")
        if key.strip().casefold() in (name.casefold(), short):
            return value.strip()
    return ""


def _uri(value: str) -> str:
    return value.partition("<")[2].partition(">")[0] or value.partition(";")[0]
