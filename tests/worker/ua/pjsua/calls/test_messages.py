"""Texts between real endpoints, and with a peer that answers them otherwise."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import HangUp, Invite, Respond, SendText
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    InviteSent,
    Progressed,
    TextAnswered,
    TextReceived,
    TryingReceived,
)
from tests.sip_peer import SDP, Peer, peer
from tests.worker.ua.phone import Phone, phones

OK = TextAnswered("message-1", 200, "OK")
QUIET = 0.3


@pytest.fixture
def pair() -> Iterator[tuple[Phone, Phone]]:
    with phones(2) as (alice, bob):
        yield alice, bob


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        yield alice, stack.enter_context(peer())


def text(target: str, body: str = "hello", kind: str = "text/plain") -> SendText:
    """Return the order to send a text outside of dialogs."""
    return SendText("message-1", body, kind, target=target, headers=(("X-Topic", "a, b"),))


def ring(alice: Phone, bob: Phone) -> None:
    """Bring a 180 to Alice."""
    alice.order(Invite("out-1", bob.uri))
    assert bob.hear() == [InviteReceived("in-1", alice.uri)]
    bob.order(Respond("in-1", 180))
    assert bob.hear() == [Progressed("in-1", 180, "Ringing")]
    assert alice.hear(3) == [
        InviteSent("out-1"),
        TryingReceived("out-1"),
        Progressed("out-1", 180, "Ringing"),
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [("hello", "text/plain"), ("größer\ntwo\tlines 🙂", "text/plain"), ('{"a": 1}', "a/json")],
)
def test_a_text_outside_of_dialogs_arrives_as_it_is_and_is_answered_200(
    pair: tuple[Phone, Phone], body: str, kind: str
) -> None:
    alice, bob = pair
    alice.order(text(bob.uri, body, kind))

    assert bob.hear() == [TextReceived(None, "sip:100@127.0.0.1", body)]
    assert alice.hear() == [OK]


def test_texts_go_both_ways_in_an_early_and_in_a_confirmed_dialog(
    pair: tuple[Phone, Phone],
) -> None:
    alice, bob = pair
    ring(alice, bob)
    for answered in (False, True):
        if answered:
            bob.order(Respond("in-1", 200))
            assert bob.hear() == [DialogConfirmed("in-1", 200, "OK")]
            assert alice.hear() == [DialogConfirmed("out-1", 200, "OK")]
        alice.order(SendText("message-1", "to Bob", "text/plain", dialog="out-1"))
        (heard,) = bob.hear()
        assert isinstance(heard, TextReceived)
        assert (heard.dialog, heard.body) == ("in-1", "to Bob")
        assert alice.hear() == [OK]
        bob.order(SendText("message-1", "to Alice", "text/plain", dialog="in-1"))
        (heard,) = alice.hear()
        assert isinstance(heard, TextReceived)
        assert (heard.dialog, heard.body) == ("out-1", "to Alice")
        assert bob.hear() == [OK]


def test_a_dialog_that_is_not_there_yet_or_no_more_takes_no_text(
    pair: tuple[Phone, Phone],
) -> None:
    alice, bob = pair
    never = TextAnswered("message-1", None, "there is no dialog yet")
    bob.freeze()
    alice.order(Invite("out-1", bob.uri))
    assert alice.hear() == [InviteSent("out-1")]
    alice.order(SendText("message-1", "too soon", "text/plain", dialog="out-1"))
    assert alice.hear() == [never]
    alice.order(SendText("message-1", "nowhere", "text/plain", dialog="out-2"))
    assert alice.hear() == [never]
    bob.thaw()
    assert bob.hear() == [InviteReceived("in-1", alice.uri)]
    bob.order(SendText("message-1", "too soon", "text/plain", dialog="in-1"))
    assert bob.hear() == [never]


@pytest.mark.parametrize("answer", ["404 Not Found", "302 Moved Temporarily", "603 Busy with tea"])
def test_the_final_answer_is_told(with_peer: tuple[Phone, Peer], answer: str) -> None:
    alice, other = with_peer
    alice.order(text(other.uri))
    message = other.receive("MESSAGE")
    assert (message.get("Content-Type"), message.get("X-Topic")) == ("text/plain", "a, b")

    other.respond(message, "100 Trying")
    other.respond(message, answer)

    code, _, phrase = answer.partition(" ")
    assert alice.hear() == [TextAnswered("message-1", int(code), phrase)]
    assert alice.is_quiet(QUIET)


def test_a_dialog_that_the_other_side_does_not_know_is_ended_by_its_481(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    other.respond(other.receive("INVITE"), "200 OK", body=SDP)
    other.receive("ACK")
    assert alice.hear(2)[-1] == DialogConfirmed("out-1", 200, "OK")
    alice.order(SendText("message-1", "hello", "text/plain", dialog="out-1"))
    other.respond(other.receive("MESSAGE"), "481 Gone")
    other.respond(other.receive("BYE"), "481 Gone")
    assert set(alice.hear(2)) == {
        TextAnswered("message-1", 481, "Gone"),
        DialogEnded("out-1", 481, "Gone"),
    }


def test_what_does_not_fit_into_a_message_is_refused(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    alice.order(text(other.uri, "x" * 8_000))
    (told,) = alice.hear()
    assert isinstance(told, TextAnswered)
    assert told.message == "message-1"
    assert told.code is None or told.code >= 500
    assert alice.process.poll() is None


def test_bytes_that_are_no_text_are_replaced(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    other.request("MESSAGE", alice.plan.port, body=b"caf\xe9\x00!")
    assert alice.hear() == [TextReceived(None, "sip:peer@127.0.0.1", "caf\ufffd\x00!")]
    assert other.receive().what == "200"


def test_an_answer_to_a_text_of_an_earlier_run_is_not_told(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    alice.order(text(other.uri))
    first = other.receive("MESSAGE")
    alice.assign(replace(alice.plan, run="r2"))
    alice.order(text(other.uri, "again"))
    second = other.receive("MESSAGE")
    assert second.body == "again"

    other.respond(first, "404 Not Found")
    assert alice.is_quiet(QUIET)
    other.respond(second, "200 OK")
    assert alice.hear() == [OK]


def test_a_call_goes_on_as_if_nothing_had_been_said(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    ring(alice, bob)
    alice.order(SendText("message-1", "bye", "text/plain", dialog="out-1"))
    bob.hear()
    assert alice.hear() == [OK]
    alice.order(HangUp("out-1"))
    assert alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]
    assert bob.hear() == [DialogEnded("in-1", 487, "Request Terminated")]
