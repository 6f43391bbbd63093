"""Requests in a dialog that are challenged, and accepted once they carry credentials."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.account import Account
from sipflow.worker.ua.commands import HangUp, Invite, Order, Refer, Reinvite, SendDigits, SendText
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteSent,
    MediaNegotiated,
    ReferAccepted,
    ReinviteAnswered,
    TextAnswered,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
    TransferProgressed,
)
from tests.sip_peer import SDP, Message, Peer, peer
from tests.worker.ua.phone import Phone, phones

HELD = SDP + "a=recvonly\r\n"
PROXY = 'Proxy-Authenticate: Digest realm="r", nonce="n"'
SERVER = 'WWW-Authenticate: Digest realm="r", nonce="n"'
TEXT = SendText("message-1", "hi", "text/plain", dialog="out-1")
DIGITS = SendDigits("out-1", "1", 0.2, "info")
HOLD = Reinvite("out-1", hold=True, turn=1, within=5.0)
REFER = Refer("out-1", "sip:300@127.0.0.1:9")


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        other = stack.enter_context(peer())
        yield alice, other


def talk(alice: Phone, other: Peer, password: str | None = "secret") -> None:
    if password is not None:
        alice.assign(replace(alice.plan, account=Account(password=password)))
    alice.order(Invite("out-1", other.uri))
    other.respond(other.receive("INVITE"), "200 OK", body=SDP)
    other.receive("ACK")
    assert alice.hear(2) == [InviteSent("out-1"), DialogConfirmed("out-1", 200, "OK")]


def challenged(other: Peer, method: str, header: str) -> Message:
    """Challenge a request; return the one that comes with credentials then."""
    code = "407 Proxy Authentication Required" if header is PROXY else "401 Unauthorized"
    other.respond(other.receive(method), code, header)
    again = other.receive(method)
    name = "Proxy-Authorization" if header is PROXY else "Authorization"
    assert again.get(name).startswith("Digest ")
    return again


@pytest.mark.parametrize("header", [PROXY, SERVER])
@pytest.mark.parametrize(
    ("order", "method", "reported"),
    [
        (TEXT, "MESSAGE", [TextAnswered("message-1", 200, "OK")]),
        (DIGITS, "INFO", [TrackBegan("out-1", Track.SENDING), TrackEnded("out-1", Track.SENDING)]),
        (REFER, "REFER", [ReferAccepted("out-1", 200)]),
    ],
)
def test_a_challenged_request_succeeds_with_the_answer_to_the_second(
    with_peer: tuple[Phone, Peer], header: str, order: Order, method: str, reported: list[Happening]
) -> None:
    alice, other = with_peer
    talk(alice, other)
    alice.order(order)
    other.respond(challenged(other, method, header), "200 OK")
    assert alice.hear(len(reported)) == reported


@pytest.mark.parametrize("header", [PROXY, SERVER])
def test_a_challenged_reinvite_succeeds_and_another_can_follow(
    with_peer: tuple[Phone, Peer], header: str
) -> None:
    alice, other = with_peer
    talk(alice, other)
    alice.order(HOLD)
    other.respond(challenged(other, "INVITE", header), "200 OK", body=HELD)
    negotiated, answered = alice.hear(2)
    assert isinstance(negotiated, MediaNegotiated)
    assert answered == ReinviteAnswered("out-1", 1, 200, "OK")

    alice.order(Reinvite("out-1", hold=False, turn=2, within=5.0))
    other.respond(other.receive("INVITE"), "200 OK", body=SDP)
    assert alice.hear(2)[1] == ReinviteAnswered("out-1", 2, 200, "OK")


def test_a_reinvite_that_is_challenged_again_and_again_is_refused(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    talk(alice, other)
    alice.order(HOLD)
    other.respond(challenged(other, "INVITE", SERVER), "401 Unauthorized", SERVER)
    assert alice.hear() == [ReinviteAnswered("out-1", 1, 401, "Unauthorized")]


def test_a_challenged_bye_ends_the_call(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    talk(alice, other)
    alice.order(HangUp("out-1"))
    other.respond(challenged(other, "BYE", PROXY), "200 OK")
    assert alice.hear() == [DialogEnded("out-1", 200, "Normal call clearing")]


@pytest.mark.parametrize(
    ("order", "method", "reported"),
    [
        (TEXT, "MESSAGE", TextAnswered("message-1", 401, "Unauthorized")),
        (HOLD, "INVITE", ReinviteAnswered("out-1", 1, 401, "Unauthorized")),
        (REFER, "REFER", TransferProgressed("out-1", 401, "Unauthorized", True)),
        (
            DIGITS,
            "INFO",
            TrackRefused("out-1", Track.SENDING, "INFO was answered 401 Unauthorized", 401),
        ),
    ],
)
def test_without_credentials_the_challenge_is_the_answer(
    with_peer: tuple[Phone, Peer], order: Order, method: str, reported: Happening
) -> None:
    alice, other = with_peer
    talk(alice, other, None)
    alice.order(order)
    other.respond(other.receive(method), "401 Unauthorized", SERVER)
    assert alice.hear(2 if order is DIGITS else 1)[-1] == reported


def test_each_of_several_messages_gets_its_own_answer(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    talk(alice, other)
    alice.order(TEXT, SendText("message-2", "ho", "text/plain", dialog="out-1"))
    first, second = other.receive("MESSAGE"), other.receive("MESSAGE")
    other.respond(second, "401 Unauthorized", SERVER)
    again = other.receive("MESSAGE")
    assert again.body == second.body == "ho"
    other.respond(first, "404 Not Found")
    other.respond(again, "202 Accepted")
    assert alice.hear(2) == [
        TextAnswered("message-1", 404, "Not Found"),
        TextAnswered("message-2", 202, "Accepted"),
    ]
