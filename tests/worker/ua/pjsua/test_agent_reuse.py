"""Real endpoints that stay open for one run after another, under other numbers."""

import socket
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from sipflow.protocol.plan import InstancePlan, MediaPorts
from sipflow.worker.ua.commands import HangUp, Invite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    InviteSent,
    Progressed,
    TryingReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from tests.worker.ua.phone import HOST, LIMIT, Phone, free_ports, phones

QUIET = 0.3
CLEARED = "Normal call clearing"
# Of the conference bridge: so many calls, and as many more only if those of ended ones come free.
PLACES = 254


@pytest.fixture
def pair() -> Iterator[tuple[Phone, Phone]]:
    with phones(2) as (alice, bob):
        yield alice, bob


def invite(caller: Phone, called: Phone, dialog: str = "out-1") -> str:
    """Bring an INVITE from one to the other, and return what that one calls it."""
    caller.order(Invite(dialog, called.uri))
    (received,) = called.hear()
    assert isinstance(received, InviteReceived)
    assert received.peer == caller.uri
    assert caller.hear(2) == [InviteSent(dialog), TryingReceived(dialog)]
    return received.dialog


def talk(caller: Phone, called: Phone, dialog: str = "out-1") -> str:
    """Bring a call to its answer."""
    key = invite(caller, called, dialog)
    called.order(Respond(key, 200))
    assert caller.hear() == [DialogConfirmed(dialog, 200, "OK")]
    assert called.hear() == [DialogConfirmed(key, 200, "OK")]
    return key


def hang_up(phone: Phone, dialog: str, other: Phone, other_dialog: str) -> None:
    phone.order(HangUp(dialog))
    assert phone.hear() == [DialogEnded(dialog, 200, CLEARED)]
    assert other.hear() == [DialogEnded(other_dialog, 200, CLEARED)]


def test_an_endpoint_calls_under_its_new_number(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    hang_up(alice, "out-1", bob, talk(alice, bob))

    alice.take_number("700")

    assert alice.uri.startswith("sip:700@")
    hang_up(alice, "out-1", bob, talk(alice, bob))


def test_the_from_and_the_contact_of_an_invite_have_the_new_number(
    pair: tuple[Phone, Phone],
) -> None:
    alice, _ = pair
    alice.take_number("700")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((HOST, 0))
        listener.settimeout(LIMIT)
        alice.order(Invite("out-1", f"sip:900@{HOST}:{listener.getsockname()[1]}"))

        message = listener.recv(65_536).decode()

    headers = dict(line.split(": ", 1) for line in message.splitlines() if ": " in line)
    assert "sip:700@" in headers["From"]
    assert alice.uri in headers["Contact"]


def test_an_endpoint_is_called_under_its_new_number(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    hang_up(alice, "out-1", bob, talk(alice, bob))

    bob.take_number("800")

    assert bob.uri.startswith("sip:800@")
    key = talk(alice, bob, "out-2")
    hang_up(bob, key, alice, "out-2")


def test_an_endpoint_may_keep_its_number(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    for phone in pair:
        phone.assign(replace(phone.plan, run="r2"))
        assert phone.error is None

    hang_up(alice, "out-1", bob, talk(alice, bob))


def test_many_runs_in_a_row_play_on_the_same_endpoints(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    for run in range(20):
        alice.take_number(f"7{run}")
        bob.take_number(f"8{run}")

        hang_up(alice, "out-1", bob, talk(alice, bob))


def test_nothing_is_told_of_a_call_that_outlived_its_run(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    key = talk(alice, bob)

    alice.take_number("700")

    assert bob.hear() == [DialogEnded(key, 200, CLEARED)]
    assert alice.is_quiet(QUIET)
    hang_up(alice, "out-1", bob, talk(alice, bob))


def test_an_invite_that_nobody_took_in_its_run_is_declined(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    invite(alice, bob)

    bob.take_number("800")

    assert alice.hear() == [DialogEnded("out-1", 603, "Decline")]
    assert bob.is_quiet(QUIET)


def test_a_call_that_rings_as_its_run_ends_is_cancelled(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    key = invite(alice, bob)
    bob.order(Respond(key, 180))
    assert bob.hear() == [Progressed(key, 180, "Ringing")]

    alice.take_number("700")

    assert bob.hear() == [DialogEnded(key, 487, "Request Terminated")]
    assert alice.is_quiet(QUIET)


def test_a_call_that_outlived_its_run_is_a_leg_until_it_is_gone(pair: tuple[Phone, Phone]) -> None:
    alice, bob = pair
    talk(alice, bob)
    bob.freeze()
    alice.take_number("700")
    for number in range(1, MAX_LEGS):
        alice.order(Invite(f"out-{number}", bob.uri))
        assert alice.hear() == [InviteSent(f"out-{number}")]

    alice.order(Invite("fifth", bob.uri))

    (refused,) = alice.hear()
    assert isinstance(refused, DialogEnded)
    assert refused.dialog == "fifth"
    bob.thaw()


@pytest.mark.parametrize("what", ["host", "port", "media ports"])
def test_an_endpoint_keeps_its_place(pair: tuple[Phone, Phone], what: str) -> None:
    alice, bob = pair

    alice.assign(elsewhere(alice.plan)[what])

    assert alice.error is not None
    assert alice.error.startswith("the endpoint keeps its ")
    hang_up(alice, "out-1", bob, talk(alice, bob))


def elsewhere(plan: InstancePlan) -> dict[str, InstancePlan]:
    media = MediaPorts(first=plan.media_ports.first, count=plan.media_ports.count + 2)
    return {
        "host": replace(plan, host="127.0.0.2"),
        "port": replace(plan, port=plan.port + 1),
        "media ports": replace(plan, media_ports=media),
    }


def test_an_endpoint_that_could_not_be_opened_stays_so(pair: tuple[Phone, Phone]) -> None:
    _, bob = pair
    late = Phone("300", bob.plan.port, 2)
    late.await_open()
    assert late.error is not None

    late.assign(late.plan)
    assert late.error == "the SIP endpoint could not be opened before"
    late.assign(replace(late.plan, port=next(free_ports())))
    assert late.error is not None
    late.close()


def test_an_endpoint_has_more_calls_one_after_another_than_its_bridge_has_places() -> None:
    with phones(2) as (alice, bob):
        for number in range(1, PLACES + 2):
            alice.order(Invite(f"out-{number}", bob.uri))
            assert isinstance(bob.hear()[0], InviteReceived)
            bob.order(Respond(f"in-{number}", 200))
            heard = alice.hear(3)
            assert heard[-1] == DialogConfirmed(f"out-{number}", 200, "OK"), (number, heard)
            assert bob.hear() == [DialogConfirmed(f"in-{number}", 200, "OK")]
            alice.order(HangUp(f"out-{number}"))
            assert isinstance(alice.hear()[0], DialogEnded)
            assert isinstance(bob.hear()[0], DialogEnded)
