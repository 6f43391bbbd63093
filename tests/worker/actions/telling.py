"""Legs of an instance to which things were told: what the tests of the words begin with."""

from sipflow.scenario.model.actions import (
    Answer,
    AttendedTransfer,
    BlindTransfer,
    CheckMedia,
    Connected,
    Disconnected,
    DropRTP,
    DTMFReceived,
    MuteTransfer,
    NodeAction,
    PlayAudio,
    RecordAudio,
    Release,
    Response,
    Ringing,
    SendDTMF,
    StopAudio,
    Transferred,
)
from sipflow.worker.actions import Failed
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
    TryingReceived,
)
from tests.worker.plans import ALICE, BOB

# One call made from here and one that came in, and what can be told of each.
SENT = InviteSent("out-1")
TRYING = TryingReceived("out-1")
RINGING = Progressed("out-1", 180, "Ringing")
CONFIRMED = DialogConfirmed("out-1", 200, "OK")
BUSY = DialogEnded("out-1", 486, "Busy Here")
LOST = DialogEnded("out-1", None, "")
REFUSED = OrderRefused("out-1", "no media", 500)
RANG = Progressed("in-1", 180, "Ringing")
ACKED = DialogConfirmed("in-1", 200, "OK")
CANCELLED = DialogEnded("in-1", 487, "Request Terminated")
DECLINED = DialogEnded("in-1", 603, "Decline")

NO_LEG = Failed("begin", "there is no leg call-1")
IN_USE = Failed("begin", "leg call-1 is in use: give this call a leg of its own")
ON_LEG: list[NodeAction] = [
    Answer(), Response(code=486), Release(), Ringing(), Connected(), Disconnected(),
    PlayAudio(file="a.wav"), RecordAudio(file="b.wav"), StopAudio(), SendDTMF(digits="1"),
    DTMFReceived(),
    Transferred(), BlindTransfer(to="200"), AttendedTransfer(), MuteTransfer(),
    CheckMedia(), DropRTP(percent=10),
]  # fmt: skip


def calling(*happenings: Happening) -> Legs:
    """Return legs with a call that was made from here."""
    legs = Legs()
    legs.start("call-1", BOB)
    for happening in happenings:
        legs.apply(happening)
    return legs


def called(*happenings: Happening) -> Legs:
    """Return legs with a call that came in and was taken."""
    legs = Legs()
    legs.apply(InviteReceived("in-1", ALICE))
    legs.take_invite("call-1")
    for happening in happenings:
        legs.apply(happening)
    return legs


def waiting(*happenings: Happening) -> Legs:
    """Return legs with an INVITE that nobody has taken."""
    legs = Legs()
    legs.apply(InviteReceived("in-1", ALICE))
    for happening in happenings:
        legs.apply(happening)
    return legs
