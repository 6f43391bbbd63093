"""Calls of an earlier run that were hung up in vain: they keep no slot from the next run."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import HangUp, Invite, Respond
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, InviteReceived, InviteSent
from sipflow.worker.ua.limits import MAX_LEGS
from tests.sip_peer import SDP, Message, Peer, peer
from tests.worker.ua.phone import Phone, phones

CLEARED = "Normal call clearing"
# Longer than a request waits until it is sent again (RFC 3261 §17.1.2.2, timer E).
SENT_AGAIN = 0.8
DIALOGS = [f"out-{place}" for place in range(MAX_LEGS)]


@pytest.fixture
def with_peer() -> Iterator[tuple[Phone, Peer]]:
    with ExitStack() as stack:
        (alice,) = stack.enter_context(phones(1))
        yield alice, stack.enter_context(peer())


def begin_run(alice: Phone) -> None:
    alice.assign(replace(alice.plan, run="r2"))
    assert alice.error is None


def call(alice: Phone, other: Peer, dialog: str) -> Message:
    """Make a call; return its INVITE."""
    alice.order(Invite(dialog, other.uri))
    assert alice.hear() == [InviteSent(dialog)]
    return other.receive("INVITE")


def talk(alice: Phone, other: Peer, dialog: str) -> Message:
    """Bring a call to its answer; return its INVITE."""
    invite = call(alice, other, dialog)
    other.respond(invite, "200 OK", body=SDP)
    assert alice.hear() == [DialogConfirmed(dialog, 200, "OK")]
    other.receive("ACK")
    return invite


def assert_all_slots_are_free(alice: Phone, other: Peer) -> None:
    for dialog in DIALOGS:
        talk(alice, other, dialog)
    for dialog in DIALOGS:
        alice.order(HangUp(dialog))
        other.respond(other.receive("BYE"), "200 OK")
        assert alice.hear() == [DialogEnded(dialog, 200, CLEARED)]


def test_a_bye_that_nothing_answers_keeps_no_slot_from_the_next_run(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    byes = []
    for dialog in DIALOGS:
        talk(alice, other, dialog)
        alice.order(HangUp(dialog))
        byes.append(other.receive("BYE"))
    begin_run(alice)

    assert other.is_quiet(SENT_AGAIN)
    for bye in byes:
        other.respond(bye, "200 OK")
    assert_all_slots_are_free(alice, other)


def test_an_answer_that_nothing_acknowledges_keeps_no_slot_from_the_next_run(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    answered: list[tuple[Message, Message]] = []
    for _ in DIALOGS:
        invite = other.request("INVITE", alice.plan.port, body=SDP)
        (received,) = alice.hear()
        assert isinstance(received, InviteReceived)
        alice.order(Respond(received.dialog, 200))
        answered.append((invite, other.receive("200")))
        alice.order(HangUp(received.dialog))
    begin_run(alice)

    for invite, answer in answered:
        other.acknowledge(invite, answer)
    assert other.is_quiet(SENT_AGAIN)
    assert_all_slots_are_free(alice, other)


@pytest.mark.parametrize("provisional", ["", "180 Ringing"])
def test_an_invite_that_nothing_ends_keeps_no_slot_from_the_next_run(
    with_peer: tuple[Phone, Peer], provisional: str
) -> None:
    alice, other = with_peer
    invites = []
    for dialog in DIALOGS:
        invites.append(call(alice, other, dialog))
        if provisional:
            other.respond(invites[-1], provisional)
            alice.hear()
        alice.order(HangUp(dialog))
        if provisional:
            other.receive("CANCEL")
    begin_run(alice)

    assert other.is_quiet(SENT_AGAIN)
    for invite in invites:
        other.respond(invite, "486 Busy Here")
    assert alice.is_quiet(0.0)
    assert_all_slots_are_free(alice, other)


def test_what_rings_as_the_next_run_begins_is_cancelled_in_order(
    with_peer: tuple[Phone, Peer],
) -> None:
    alice, other = with_peer
    invite = call(alice, other, "out-1")
    other.respond(invite, "180 Ringing")
    alice.hear()
    begin_run(alice)

    other.respond(other.receive("CANCEL"), "200 OK")
    other.respond(invite, "487 Request Terminated")
    other.receive("ACK")
    assert_all_slots_are_free(alice, other)
