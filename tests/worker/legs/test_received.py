"""The messages behind what has happened on a dialog."""

from sipflow.worker.legs.received import Received
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    Progressed,
    TryingReceived,
)


def test_each_message_is_kept_for_who_asks_for_it() -> None:
    received = Received()
    received.keep(InviteReceived("in-1", "sip:x@h", "INVITE"))
    received.keep(TryingReceived("in-1"))
    received.keep(Progressed("in-1", 180, "", message="180"))
    received.keep(Progressed("in-1", 199, "", message="199"))
    assert (received.invite, received.last) == ("INVITE", "199")
    received.keep(DialogConfirmed("in-1", 200, "", "200"))
    received.keep(DialogEnded("in-1", 200, "", "BYE"))
    assert (received.confirmation, received.end, received.last) == ("200", "BYE", "BYE")


def test_what_came_without_a_message_leaves_the_last_one() -> None:
    received = Received()
    received.keep(Progressed("in-1", 180, "", message="180"))
    received.keep(DialogConfirmed("in-1", 200, ""))
    received.keep(DialogEnded("in-1", None, ""))
    assert (received.last, received.confirmation, received.end) == ("180", "", "")
