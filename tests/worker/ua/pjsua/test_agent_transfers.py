"""Real SIP between real endpoints: what is told of each course that a transfer can take."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import HangUp, Invite, Refer, ReferToDialog, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogReplaced,
    Happening,
    InviteReceived,
    OrderRefused,
    Progressed,
    ReferAccepted,
    TransferProgressed,
    TryingReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from tests.worker.ua.phone import Phone, phones

# Nothing is to come in this time; what comes at all comes in a few milliseconds.
QUIET = 0.3
CLEARED = "Normal call clearing"
RINGS = [
    ReferAccepted("out-1", 202),
    TransferProgressed("out-1", 100, "Trying", False),
]


class Three:
    """Alice, Bob and Carol; Alice calls Bob."""

    def __init__(self, alice: Phone, bob: Phone, carol: Phone) -> None:
        self.alice, self.bob, self.carol = alice, bob, carol

    def talk(self, callee: Phone, number: int = 1, key: str = "in-1") -> None:
        """Bring a call of Alice's to its answer."""
        self.alice.order(Invite(f"out-{number}", callee.uri))
        assert callee.hear() == [InviteReceived(key, self.alice.uri)]
        callee.order(Respond(key, 200))
        assert self.alice.hear(3)[-1] == DialogConfirmed(f"out-{number}", 200, "OK")
        assert callee.hear() == [DialogConfirmed(key, 200, "OK")]

    def refer(self, key: str = "in-1") -> None:
        """Send Bob to Carol, whose INVITE is there."""
        self.alice.order(Refer("out-1", self.carol.uri))
        assert self.bob.hear(2) == [
            DialogFollowed("in-1", "ref-1", self.carol.uri),
            TryingReceived("ref-1"),
        ]
        assert self.carol.hear() == [InviteReceived(key, self.bob.uri)]
        assert self.alice.hear(2) == RINGS


@pytest.fixture
def three() -> Iterator[Three]:
    with phones(3) as (alice, bob, carol):
        yield Three(alice, bob, carol)


def _dialog(happening: Happening) -> str | None:
    return getattr(happening, "dialog", None)


def refused(code: int, reason: str) -> list[Happening]:
    return [TransferProgressed("out-1", code, reason, True)]


def test_a_refer_is_followed_and_told_of_step_by_step(three: Three) -> None:
    three.talk(three.bob)
    three.refer()

    three.carol.order(Respond("in-1", 180))
    assert three.bob.hear() == [Progressed("ref-1", 180, "Ringing")]
    assert three.alice.hear() == [TransferProgressed("out-1", 180, "Ringing", False)]
    three.carol.order(Respond("in-1", 200))

    assert three.bob.hear() == [DialogConfirmed("ref-1", 200, "OK")]
    assert three.alice.hear() == [TransferProgressed("out-1", 200, "OK", True)]
    three.alice.order(HangUp("out-1"))
    assert three.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]
    assert three.bob.hear() == [DialogEnded("in-1", 200, CLEARED)]
    three.bob.order(HangUp("ref-1"))
    assert three.bob.hear() == [DialogEnded("ref-1", 200, CLEARED)]
    assert three.carol.hear(3)[-1] == DialogEnded("in-1", 200, CLEARED)


def test_a_target_that_refuses_is_told_of_with_its_code_and_the_call_goes_on(three: Three) -> None:
    three.talk(three.bob)
    for number in (1, 2):
        three.alice.order(Refer("out-1", three.carol.uri))
        assert three.carol.hear() == [InviteReceived(f"in-{number}", three.bob.uri)]
        three.carol.order(Respond(f"in-{number}", 486, "In a meeting"))

        assert three.carol.hear() == [DialogEnded(f"in-{number}", 486, "In a meeting")]
        assert three.bob.hear(3)[-1] == DialogEnded(f"ref-{number}", 486, "In a meeting")
        assert three.alice.hear(3) == [*RINGS, *refused(486, "Busy Here")]
    three.bob.order(HangUp("in-1"))
    assert three.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]


def test_a_transferor_that_leaves_at_once_is_told_nothing_more(three: Three) -> None:
    three.talk(three.bob)
    three.refer()

    three.alice.order(HangUp("out-1"))
    assert three.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]
    three.carol.order(Respond("in-1", 200))

    assert three.bob.hear(2) == [
        DialogEnded("in-1", 200, CLEARED),
        DialogConfirmed("ref-1", 200, "OK"),
    ]
    assert three.alice.is_quiet(QUIET)


def test_a_notify_of_an_old_call_is_not_told_of_the_one_in_its_slot(three: Three) -> None:
    three.talk(three.bob)
    three.refer()
    three.alice.order(HangUp("out-1"))
    three.alice.hear()
    for number in range(2, 2 + MAX_LEGS):  # one of these has the slot of the old one
        three.alice.order(Invite(f"out-{number}", "sip:900@127.0.0.1:9"))
    assert len(three.alice.hear(MAX_LEGS)) == MAX_LEGS

    three.carol.order(Respond("in-1", 200))

    assert three.bob.hear(2)[-1] == DialogConfirmed("ref-1", 200, "OK")
    assert three.alice.is_quiet(QUIET)


def test_who_rejects_refers_answers_603(three: Three) -> None:
    three.bob.assign(replace(three.bob.plan, on_refer="reject"))
    three.talk(three.bob)

    three.alice.order(Refer("out-1", three.carol.uri))

    assert three.alice.hear() == refused(603, "Decline")
    assert three.bob.is_quiet(QUIET)


def test_a_call_that_is_to_be_succeeded_already_refuses_another_refer(three: Three) -> None:
    three.talk(three.bob)
    three.refer()

    three.alice.order(Refer("out-1", three.carol.uri))

    assert three.alice.hear() == refused(603, "Decline")


def test_a_call_that_is_being_hung_up_is_not_transferred(three: Three) -> None:
    three.talk(three.bob)
    three.alice.freeze()
    three.bob.order(HangUp("in-1"))
    assert three.bob.is_quiet(QUIET)

    three.alice.order(Refer("out-1", three.carol.uri))
    three.alice.thaw()

    assert three.alice.hear()[-1] == DialogEnded("out-1", 200, CLEARED)
    assert three.bob.hear() == [DialogEnded("in-1", 200, CLEARED)]
    assert three.carol.is_quiet(QUIET)


@pytest.mark.parametrize("target", ["sip:900@127.0.0.1:1;transport=tls", "sip:900@[::1]:9"])
def test_a_target_that_the_stack_cannot_call_fails_the_transfer_time_after_time(
    three: Three, target: str
) -> None:
    three.talk(three.bob)
    for _ in range(3):
        three.alice.order(Refer("out-1", target))

        assert three.alice.hear(2)[0] == ReferAccepted("out-1", 202)
        assert three.alice.hear()[0].final  # type: ignore[union-attr]
    three.bob.order(HangUp("in-1"))
    told = three.bob.hear()
    while _dialog(told[-1]) != "in-1":
        told += three.bob.hear()
    assert told[-1] == DialogEnded("in-1", 200, CLEARED)
    assert three.bob.process.poll() is None


def test_an_endpoint_with_all_its_legs_in_use_follows_no_refer(three: Three) -> None:
    three.talk(three.bob)
    for number in range(1, MAX_LEGS):
        three.bob.order(Invite(f"out-{number}", "sip:900@127.0.0.1:9"))
    three.bob.hear(MAX_LEGS - 1)

    three.alice.order(Refer("out-1", three.carol.uri))

    assert three.alice.hear() == refused(503, "Service Unavailable")


def test_an_invite_with_replaces_takes_the_place_of_a_call(three: Three) -> None:
    three.talk(three.bob)
    three.talk(three.carol, 2)

    three.alice.order(ReferToDialog("out-1", "out-2"))

    told = three.alice.hear(4)
    assert [happening for happening in told if _dialog(happening) == "out-1"] == [
        *RINGS,
        TransferProgressed("out-1", 200, "OK", True),
    ]
    assert DialogEnded("out-2", 200, CLEARED) in told
    at_bob = three.bob.hear(3)
    assert at_bob[0] == DialogFollowed("in-1", "ref-1", three.carol.uri)
    assert at_bob[-1] == DialogConfirmed("ref-1", 200, "OK")
    at_carol = three.carol.hear(3)
    assert at_carol[0] == DialogReplaced("in-1", "in-2", three.bob.uri)
    assert DialogConfirmed("in-2", 200, "OK") in at_carol
    assert any(isinstance(one, DialogEnded) and one.dialog == "in-1" for one in at_carol)


def test_an_early_call_that_came_in_is_not_replaced(three: Three) -> None:
    three.talk(three.bob)
    three.alice.order(Invite("out-2", three.carol.uri))
    three.carol.hear()
    three.carol.order(Respond("in-1", 180))
    three.alice.hear(3)

    three.alice.order(ReferToDialog("out-1", "out-2"))

    told = three.alice.hear(3)
    assert (told[-1].code, told[-1].final) == (481, True)  # type: ignore[union-attr]


def test_a_call_that_is_being_hung_up_is_not_replaced(three: Three) -> None:
    three.talk(three.bob)
    three.talk(three.carol, 2)
    three.carol.freeze()
    three.alice.order(ReferToDialog("out-1", "out-2"))
    assert three.alice.hear(2) == RINGS
    three.alice.freeze()
    three.carol.order(HangUp("in-1"))
    three.carol.thaw()

    three.alice.thaw()

    told = three.alice.hear(2)
    assert any(isinstance(one, TransferProgressed) and one.final for one in told)


def test_a_consulted_call_that_is_gone_cannot_be_asked_for(three: Three) -> None:
    three.talk(three.bob)

    three.alice.order(ReferToDialog("out-1", "out-2"))

    assert three.alice.hear() == [OrderRefused("out-1", "the consulted call is gone")]


def test_a_refer_on_a_call_that_is_not_up_is_told_as_refused(three: Three) -> None:
    three.alice.order(Invite("out-1", "sip:900@127.0.0.1:9"))
    three.alice.hear()

    three.alice.order(Refer("out-1", three.carol.uri))

    assert three.alice.hear() == [OrderRefused("out-1", "the call is not up")]


def test_nothing_is_told_or_left_of_a_transfer_that_outlived_its_run(three: Three) -> None:
    three.talk(three.bob)
    three.refer()

    for phone in (three.alice, three.bob):
        phone.assign(phone.plan)

    assert three.carol.hear() == [DialogEnded("in-1", 487, "Request Terminated")]
    assert three.alice.is_quiet(QUIET)
    assert three.bob.is_quiet(QUIET)
    three.talk(three.bob, 1, "in-2")


def test_many_transfers_in_a_row_leave_the_endpoints_whole(three: Three) -> None:
    for number in range(1, 31):
        out, taken, new = f"out-{number}", f"in-{number}", f"ref-{number}"
        three.talk(three.bob, number, taken)
        three.alice.order(Refer(out, three.carol.uri))
        three.carol.hear()
        three.carol.order(Respond(taken, 200))
        assert three.alice.hear(3)[-1] == TransferProgressed(out, 200, "OK", True)
        three.alice.order(HangUp(out))
        three.alice.hear()
        assert three.bob.hear(4)[-1] == DialogEnded(taken, 200, CLEARED)
        three.bob.order(HangUp(new))
        assert three.bob.hear() == [DialogEnded(new, 200, CLEARED)]
        assert three.carol.hear(2)[-1] == DialogEnded(taken, 200, CLEARED)
    assert all(phone.process.poll() is None for phone in (three.alice, three.bob, three.carol))


def test_who_was_to_be_transferred_may_give_up_the_new_call(three: Three) -> None:
    three.talk(three.bob)
    three.refer()
    three.bob.order(HangUp("ref-1"))

    assert three.bob.hear() == [DialogEnded("ref-1", 487, "Request Terminated")]
    assert three.alice.hear() == refused(487, "Request Terminated")
    assert three.carol.hear() == [DialogEnded("in-1", 487, "Request Terminated")]
    assert three.alice.is_quiet(QUIET)
