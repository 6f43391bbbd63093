"""Calls between an endpoint and a peer that sends text as it is, up to where a test begins."""

from sipflow.worker.ua.commands import Invite, Respond
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, InviteReceived, InviteSent
from tests.worker.ua.odd_peer import OddPeer
from tests.worker.ua.phone import Phone


def talk(alice: Phone, other: OddPeer, key: str = "in-1") -> None:
    """Let the peer call and Alice answer."""
    other.call()
    assert alice.hear() == [InviteReceived(key, other.uri)]
    alice.order(Respond(key, 200))
    other.acknowledge()
    assert alice.hear() == [DialogConfirmed(key, 200, "OK")]


def end(alice: Phone, other: OddPeer, key: str = "in-1") -> None:
    """Let the peer hang up: the dialog is still there."""
    other.request("BYE")
    assert other.code() == 200
    assert alice.hear() == [DialogEnded(key, 200, "Normal call clearing")]


def invited(alice: Phone, other: OddPeer, follow: bool = False) -> str:
    """Let Alice call the peer; return her INVITE."""
    alice.order(Invite("out-1", other.uri, follow=follow))
    assert alice.hear() == [InviteSent("out-1")]
    return other.receive()
