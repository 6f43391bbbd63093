"""What ends without a response has no code, whatever the stack says: the cause is in words."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import AddBinding, HangUp, Headers, Invite, Refer, SendText
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteSent,
    OrderRefused,
    RegisterAnswered,
    TextAnswered,
)
from sipflow.worker.ua.pjsua.calls.causes import in_words
from tests.sip_peer import SDP, Peer, peer
from tests.worker.ua.phone import HOST, Phone, free_ports, phones

LONG: Headers = (("X-A", "a" * 4_000),)
NOT_SENT = "the {} could not be sent: "
TOO_LONG = "it has more than 4,000 bytes"
NO_TRANSPORT = "this instance has no such transport"
REFUSED = "nothing listens there"


@pytest.fixture
def alice() -> Iterator[Phone]:
    with phones(1) as (phone,):
        yield phone


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        yield alice, stack.enter_context(peer())


def closed_port() -> str:
    """Return an address at which nothing listens."""
    return f"{HOST}:{next(free_ports())}"


@pytest.mark.parametrize(
    ("parameters", "headers", "why"),
    [
        ("", LONG, TOO_LONG),
        (";transport=tcp", (), NO_TRANSPORT),
        (";transport=tls", (), NO_TRANSPORT),
    ],
)
def test_what_cannot_be_sent_has_no_code(
    alice: Phone, parameters: str, headers: Headers, why: str
) -> None:
    target = f"sip:x@{closed_port()}{parameters}"

    alice.order(Invite("out-1", target, headers=headers))
    assert alice.hear() == [DialogEnded("out-1", None, NOT_SENT.format("INVITE") + why)]

    alice.order(SendText("m", "hello", "text/plain", target=target, headers=headers))
    assert alice.hear() == [TextAnswered("m", None, NOT_SENT.format("MESSAGE") + why)]

    if parameters:
        alice.order(AddBinding(target.replace("x@", ""), 60))
        assert alice.hear() == [RegisterAnswered(None, NOT_SENT.format("REGISTER") + why)]


def test_a_connection_that_is_refused_is_no_503(alice: Phone) -> None:
    alice.assign(replace(alice.plan, tcp=True))
    target = f"sip:x@{closed_port()};transport=tcp"

    alice.order(Invite("out-1", target))
    told = alice.hear()
    if told == [InviteSent("out-1")]:  # the connection is refused a moment later, or at once
        told = alice.hear()
    assert told == [DialogEnded("out-1", None, NOT_SENT.format("INVITE") + REFUSED)]

    alice.order(AddBinding(target.replace("x@", ""), 60))
    assert alice.hear() == [RegisterAnswered(None, NOT_SENT.format("REGISTER") + REFUSED)]


@pytest.mark.parametrize("answer", ["503 Service Unavailable", "408 Request Timeout"])
def test_a_response_has_the_code_that_it_has(with_peer: tuple[Phone, Peer], answer: str) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    alice.hear()
    other.respond(other.receive("INVITE"), answer)
    code, _, phrase = answer.partition(" ")
    assert alice.hear() == [DialogEnded("out-1", int(code), phrase)]

    alice.order(SendText("m", "hello", "text/plain", target=other.uri))
    other.respond(other.receive("MESSAGE"), answer)
    assert alice.hear() == [TextAnswered("m", int(code), phrase)]


@pytest.mark.parametrize("answer", ["487 Request Terminated", "503 Not Now"])
def test_a_cancelled_call_ends_with_what_came(with_peer: tuple[Phone, Peer], answer: str) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    invite = other.receive("INVITE")
    other.respond(invite, "180 Ringing")
    alice.hear(2)

    alice.order(HangUp("out-1"))
    other.respond(other.receive("CANCEL"), "200 OK")
    other.respond(invite, answer)

    code, _, phrase = answer.partition(" ")
    assert alice.hear() == [DialogEnded("out-1", int(code), phrase)]


def test_what_is_never_answered_is_no_408(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    alice.order(Invite("out-1", other.uri))
    other.respond(other.receive("INVITE"), "200 OK", body=SDP)
    assert DialogConfirmed("out-1", 200, "OK") in alice.hear(2)
    silent = f"sip:x@{closed_port()}"

    alice.order(
        Refer("out-1", silent),
        Invite("out-2", silent),
        SendText("m", "hello", "text/plain", target=silent),
        AddBinding(silent.replace("x@", ""), 60),
    )

    assert alice.hear() == [InviteSent("out-2")]
    other.receive("REFER")
    told: list[Happening] = []
    while len(told) < 4:  # longer than any other wait of the tests: Timers B and F
        told += [] if alice.is_quiet(1.0) else alice.hear()
    assert sorted(told, key=lambda one: type(one).__name__) == [
        DialogEnded("out-2", None, "no final answer to the INVITE within 32 s"),
        OrderRefused("out-1", "no final answer to the REFER within 32 s"),
        RegisterAnswered(None, "no final answer to the REGISTER within 32 s", timed_out=True),
        TextAnswered("m", None, "no final answer to the MESSAGE within 32 s", timed_out=True),
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Network is unreachable", "there is no route to the host"),
        ("gethostbyname() has returned error (PJ_ERESOLVE)", "the host's name is not known"),
        ("Something new (PJ_ESOMETHING)", "Something new"),
        ("Invalid m\udcfc", "Invalid m\\xfc"),
    ],
)
def test_the_stacks_own_words_are_said_as_people_say_them(said: str, words: str) -> None:
    assert in_words(said) == words
