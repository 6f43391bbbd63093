"""The progress of a REFER that was sent on a dialog. Pure.

Law: undecided until it is ``final``; later reports change nothing.
"""

from msgspec import Struct

from sipflow.sip.status import LOWEST_FAILURE
from sipflow.worker.ua.events import ReferAccepted, TransferProgressed

_OK = 200


class Transfer(Struct):
    """The transfer of a dialog's peer; ``code`` and ``reason`` are those it notified last.

    ``accepted``: the REFER itself was answered with a 2xx.
    """

    accepted: bool = False
    final: bool = False
    code: int | None = None
    reason: str = ""

    def apply(self, happening: ReferAccepted | TransferProgressed) -> None:
        """Record the answer to the REFER, or a notification of its progress."""
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
        """Whether the transfer has failed."""
        return self.final and not self.answered
