"""Real messages come up whole where the plan wants them, and not at all where it does not."""

from msgspec.structs import replace

from sipflow.sip.message import parse
from sipflow.worker.ua.commands import HangUp, Invite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    Progressed,
)
from tests.worker.ua.phone import phones


def first_lines(happenings: list[Happening]) -> list[str]:
    """Return the first line of each message that was handed up."""
    texts = [getattr(one, "message", "") for one in happenings]
    return [text.partition("\r\n")[0] for text in texts if text]


def test_every_message_of_a_call_comes_up_whole() -> None:
    with phones(2) as (alice, bob):
        for phone in (alice, bob):
            phone.assign(replace(phone.plan, messages=True))
        alice.order(Invite("out-1", bob.uri))
        (invite,) = bob.hear()
        assert isinstance(invite, InviteReceived)
        message = parse(invite.message)
        assert (message.method, message.uri) == ("INVITE", bob.uri)
        assert message.sdp("m")[0].startswith("audio ")
        alice.hear(2)
        bob.order(Respond("in-1", 180))
        bob.hear()
        (ringing,) = alice.hear()
        assert isinstance(ringing, Progressed)
        assert parse(ringing.message).code == 180
        bob.order(Respond("in-1", 200))
        (confirmed,), (acknowledged,) = alice.hear(), bob.hear()
        assert isinstance(confirmed, DialogConfirmed)
        assert isinstance(acknowledged, DialogConfirmed)
        assert parse(confirmed.message).sdp("m")
        assert parse(acknowledged.message).method == "ACK"
        alice.order(HangUp("out-1"))
        (cleared,), (ended,) = alice.hear(), bob.hear()
        assert isinstance(ended, DialogEnded)
        assert parse(ended.message).method == "BYE"
        assert first_lines([cleared]) == ["SIP/2.0 200 OK"]


def test_a_refusal_comes_up_whole_also_one_that_names_another_place() -> None:
    with phones(2) as (alice, bob):
        alice.assign(replace(alice.plan, messages=True))
        for number, code in ((1, 486), (2, 302)):
            alice.order(Invite(f"out-{number}", bob.uri))
            assert first_lines(bob.hear()) == []
            alice.hear(2)
            bob.order(Respond(f"in-{number}", code))
            (ended,) = alice.hear()
            assert isinstance(ended, DialogEnded)
            assert parse(ended.message).code == ended.code == code
            bob.hear()
