"""How a REFER that was sent on a dialog fares. Pure.

Law: undecided until it is ``final``; what is told after that changes nothing.
"""

from msgspec import Struct

from sipflow.sip.status import LOWEST_FAILURE
from sipflow.worker.ua.events import ReferAccepted, TransferProgressed

_OK = 200


class Transfer(Struct):
    """The transfer of a dialog's other end; ``code`` and ``reason`` are what it told last.

    ``accepted``: the REFER itself was answered with a 2xx.
    """

    accepted: bool = False
    final: bool = False
    code: int | None = None
    reason: str = ""

    def apply(self, happening: ReferAccepted | TransferProgressed) -> None:
        """Take in what was told."""
        match happening:
            case ReferAccepted():
                self.accepted = True
            case TransferProgressed() if not self.final:
                self.code, self.reason = happening.code, happening.reason
                self.final = happening.final
            case _:
                pass

    @property
    def answered(self) -> bool:
        """Whether the target has answered the transferred call."""
        return self.final and self.code is not None and _OK <= self.code < LOWEST_FAILURE

    @property
    def failed(self) -> bool:
        """Whether it has come to nothing."""
        return self.final and not self.answered
