"""Endpoints that run short of I/O handles: INVITEs are refused or wait, and no process ends."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import HangUp, Invite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    InviteSent,
    MessageRefused,
)
from sipflow.worker.ua.limits import MAX_HANDLES
from tests.sip_peer import SDP, Peer, peer
from tests.worker.ua.phone import HOST, Phone, phones

CLEARED = "Normal call clearing"
QUIET = 0.3
# How long to wait for a connection that may not be admitted: longer than until it is tried again.
CONNECTED = 1.5
MANY = 3 * MAX_HANDLES
LINE = "m=audio 29000 RTP/AVP 0\r\n"
SIXTEEN_LINES = SDP.replace("a=rtpmap:0 PCMU/8000\r\n", "") + 15 * LINE


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        yield alice, stack.enter_context(peer())


def assert_a_call_can_be_made(alice: Phone, other: Peer) -> None:
    alice.order(Invite("out-1", other.uri))
    other.respond(other.receive("INVITE"), "200 OK", body=SDP)
    other.receive("ACK")
    assert alice.hear(2) == [InviteSent("out-1"), DialogConfirmed("out-1", 200, "OK")]
    alice.order(HangUp("out-1"))
    other.respond(other.receive("BYE"), "200 OK")
    assert alice.hear() == [DialogEnded("out-1", 200, CLEARED)]


def test_short_calls_in_a_row_give_their_handles_back_at_once(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    for _ in range(MANY):
        assert_a_call_can_be_made(alice, other)


def test_calls_of_several_callers_give_their_handles_back_at_once() -> None:
    with phones(4) as (bob, *callers):
        for number in range(1, MAX_HANDLES // 2):
            for caller in callers:
                caller.order(Invite(f"out-{number}", bob.uri))
                (invite,) = bob.hear()
                assert isinstance(invite, InviteReceived)
                bob.order(Respond(invite.dialog, 486))
                assert bob.hear() == [DialogEnded(invite.dialog, 486, "Busy Here")]
                assert caller.hear(3)[-1] == DialogEnded(f"out-{number}", 486, "Busy Here")

        assert bob.process.poll() is None


def test_invites_that_the_stack_refuses_at_once_take_no_handle(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    alice.freeze()
    for _ in range(MAX_HANDLES):
        headers = ("Supported: timer", "Session-Expires: 30")
        other.request("INVITE", alice.plan.port, *headers, body=SDP)
    alice.thaw()
    for _ in range(MAX_HANDLES):
        other.receive("422")
    while not alice.is_quiet(QUIET):
        assert isinstance(alice.hear()[0], MessageRefused)
    assert_a_call_can_be_made(alice, other)


def test_an_offer_of_many_lines_is_refused_where_there_is_no_room(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    alice.freeze()
    for _ in range(3):
        other.request("INVITE", alice.plan.port, body=SIXTEEN_LINES)
    alice.thaw()
    reported = alice.hear(3)
    taken = [one for one in reported if isinstance(one, InviteReceived)]
    refused = [one for one in reported if isinstance(one, MessageRefused)]
    assert len(taken) == 1
    why = "its audio needs 32 more sockets, and there is no room for them"
    assert [(one.code, one.message) for one in refused] == 2 * [(503, why)]
    alice.order(Respond(taken[0].dialog, 486))
    assert alice.hear() == [DialogEnded(taken[0].dialog, 486, "Busy Here")]
    assert_a_call_can_be_made(alice, other)


def connections(alice: Phone, stack: ExitStack) -> list[socket.socket]:
    """Open connections to an endpoint until it admits no more."""
    held: list[socket.socket] = []
    with suppress(TimeoutError):
        while len(held) < MAX_HANDLES:
            connection = socket.create_connection((HOST, alice.plan.port), CONNECTED)
            held.append(stack.enter_context(connection))
    return held


def test_connections_that_are_held_leave_room_for_calls(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    alice.assign(replace(alice.plan, tcp=True))
    with ExitStack() as stack:
        assert len(connections(alice, stack)) < MAX_HANDLES
        for number in range(1, 5):
            other.request("INVITE", alice.plan.port, body=SDP)
            assert alice.hear() == [InviteReceived(f"in-{number}", other.uri)]
        for number in range(1, 5):
            alice.order(Respond(f"in-{number}", 486))
            assert alice.hear() == [DialogEnded(f"in-{number}", 486, "Busy Here")]
    assert_a_call_can_be_made(alice, other)


def test_an_invite_of_ours_waits_for_handles(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    for number, lines in enumerate((15, 13), start=1):  # beside the first
        other.request("INVITE", alice.plan.port, body=SDP + lines * LINE)
        assert alice.hear() == [InviteReceived(f"in-{number}", other.uri)]
    alice.order(Invite("late", other.uri), Invite("never", other.uri), HangUp("never"))
    assert alice.hear() == [DialogEnded("never", None, "the INVITE was never sent")]
    assert alice.is_quiet(QUIET)

    alice.order(Respond("in-1", 486))

    assert alice.hear() == [DialogEnded("in-1", 486, "Busy Here")]
    (sent,) = alice.hear()
    assert isinstance(sent, InviteSent)
    assert sent.dialog == "late"
    other.receive("INVITE")


def test_an_invite_that_comes_again_is_no_second_one(with_peer: tuple[Phone, Peer]) -> None:
    alice, other = with_peer
    other.request("INVITE", alice.plan.port, body=SIXTEEN_LINES)
    assert alice.hear() == [InviteReceived("in-1", other.uri)]

    other.repeat()

    assert alice.is_quiet(QUIET)
    alice.order(Respond("in-1", 486))
    other.receive("486")


def test_more_lines_in_a_dialog_are_refused_where_there_is_no_room(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    invite = other.request("INVITE", alice.plan.port, body=SDP)
    assert alice.hear() == [InviteReceived("in-1", other.uri)]
    alice.order(Respond("in-1", 200))
    answer = other.receive("200")
    other.acknowledge(invite, answer)
    assert alice.hear() == [DialogConfirmed("in-1", 200, "OK")]
    other.request("INVITE", alice.plan.port, body=SIXTEEN_LINES)
    assert alice.hear() == [InviteReceived("in-2", other.uri)]

    other.request_in(invite, answer, "INVITE", body=SIXTEEN_LINES)

    other.receive("503")
    (refused,) = alice.hear()
    assert isinstance(refused, MessageRefused)
    assert refused.message == "its audio needs 30 more sockets, and there is no room for them"
    other.request_in(invite, answer, "INVITE", sequence=3, body=SDP)
    other.receive("200")
