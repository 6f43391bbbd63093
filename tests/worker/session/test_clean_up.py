"""The clean-up: who hangs up and when, what counts as gone, what is left. One table of orders."""

import pytest

from sipflow.sip.uri import address
from sipflow.worker.actions import SILENCE, hang_up
from sipflow.worker.legs.legs import Legs
from sipflow.worker.session.clean_up import PEER_GRACE, CleanUp
from sipflow.worker.ua.commands import HangUp, Order, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    Progressed,
    TryingReceived,
)
from tests.worker.plans import ALICE, BOB

PEERS = frozenset(map(address, (ALICE, BOB)))
RAW_PEER = "sip:900@192.0.2.1:5080"
LIMIT = 2.0
CONFIRMED = DialogConfirmed("out-1", 200, "OK")
ENDED = DialogEnded("out-1", 200, "Normal call clearing")
UNSENT = DialogEnded("out-1", None, "the BYE could not be sent", unconfirmed=True)
ACKED = DialogConfirmed("in-1", 200, "OK")
CLEARED = DialogEnded("in-1", 200, "Normal call clearing")


def calling(*happenings: Happening, peer: str = BOB) -> Legs:
    """Return legs with a call that was made from here."""
    legs = Legs()
    legs.start("call-1", peer)
    return told(legs, *happenings)


def called(*happenings: Happening, peer: str = ALICE) -> Legs:
    """Return legs with a call that came in and that nobody has taken."""
    legs = Legs()
    legs.apply(InviteReceived("in-1", peer))
    return told(legs, *happenings)


def told(legs: Legs, *happenings: Happening) -> Legs:
    for happening in happenings:
        legs.apply(happening)
    return legs


def clean_up_of(legs: Legs, now: float = 0.0, limit: float = LIMIT) -> CleanUp:
    return CleanUp(legs, PEERS, now, limit)


def test_without_a_dialog_the_clean_up_is_done_at_once() -> None:
    clean_up = clean_up_of(Legs())

    assert clean_up.advance(0.0) == []
    assert clean_up.done
    assert clean_up.next_timer() is None
    assert (clean_up.released, clean_up.left) == (0, ())


@pytest.mark.parametrize(
    ("legs", "due", "order"),
    [
        (calling(CONFIRMED), 0.0, HangUp("out-1")),
        (calling(Progressed("out-1", 180, "Ringing")), 0.0, HangUp("out-1")),
        (called(ACKED), PEER_GRACE, HangUp("in-1")),
        (called(), PEER_GRACE, Respond("in-1", 480)),
        (called(ACKED, peer=RAW_PEER), 0.0, HangUp("in-1")),
    ],
    ids=["caller", "caller before the answer", "called", "untaken", "called by a stranger"],
)
def test_the_caller_hangs_up_and_the_called_side_gives_it_a_moment(
    legs: Legs, due: float, order: Order
) -> None:
    clean_up = clean_up_of(legs, now=100.0)

    early = clean_up.advance(100.0)

    assert early == ([order] if due == 0.0 else [])
    assert clean_up.next_timer() == 100.0 + PEER_GRACE
    if due:
        assert clean_up.advance(100.0 + due) == [order]
    assert not clean_up.done


def test_a_call_that_the_caller_ends_is_ended_once() -> None:
    legs = called(ACKED)
    clean_up = clean_up_of(legs)
    clean_up.advance(0.0)

    told(legs, CLEARED)

    assert clean_up.advance(0.01) == []
    assert clean_up.done
    assert clean_up.released == 0


def test_the_clean_up_is_done_when_what_it_hung_up_is_seen_gone() -> None:
    legs = calling(CONFIRMED)
    clean_up = clean_up_of(legs)
    clean_up.advance(0.0)
    assert (clean_up.done, clean_up.released) == (False, 0)

    told(legs, ENDED)

    assert clean_up.advance(0.01) == []
    assert clean_up.done
    assert (clean_up.released, clean_up.left) == (1, ())


@pytest.mark.parametrize("before", [True, False])
def test_a_dialog_whose_bye_could_not_be_sent_is_left(before: bool) -> None:
    legs = told(calling(CONFIRMED), *([UNSENT] if before else []))
    clean_up = clean_up_of(legs)
    clean_up.advance(0.0)
    told(legs, UNSENT)
    clean_up.advance(0.01)

    assert clean_up.done
    assert (clean_up.released, clean_up.left) == (0, ("call-1",))


def test_a_bye_to_a_dead_instance_need_not_be_sent() -> None:
    legs = calling(CONFIRMED)
    clean_up = clean_up_of(legs)
    clean_up.on_worker_exit(frozenset({address(BOB)}))
    clean_up.advance(0.0)
    told(legs, UNSENT)

    assert clean_up.advance(0.01) == []
    assert (clean_up.released, clean_up.left) == (1, ())


def test_a_dialog_that_is_being_hung_up_already_is_only_waited_for() -> None:
    legs = calling(CONFIRMED)
    legs["call-1"].hanging_up = True
    clean_up = clean_up_of(legs)

    assert clean_up.advance(0.0) == []
    assert not clean_up.done


def test_a_dialog_with_a_dead_instance_is_gone_as_soon_as_it_is_hung_up() -> None:
    clean_up = clean_up_of(calling(CONFIRMED))
    clean_up.on_worker_exit(frozenset({address(BOB)}))

    assert clean_up.advance(0.0) == [HangUp("out-1")]
    assert clean_up.done
    assert (clean_up.released, clean_up.left) == (1, ())


def test_a_dead_caller_is_given_no_moment() -> None:
    clean_up = clean_up_of(called(ACKED))
    clean_up.on_worker_exit(frozenset({address(ALICE)}))

    assert clean_up.advance(0.0) == [HangUp("in-1")]
    assert (clean_up.done, clean_up.released) == (True, 1)


def test_an_instance_may_die_during_the_clean_up() -> None:
    clean_up = clean_up_of(calling(CONFIRMED))
    clean_up.advance(0.0)
    assert not clean_up.done

    clean_up.on_worker_exit(frozenset({address(BOB)}))

    assert clean_up.advance(0.5) == []
    assert (clean_up.done, clean_up.released) == (True, 1)


def test_a_dead_one_that_answers_after_all_is_counted_once() -> None:
    legs = calling(CONFIRMED)
    clean_up = clean_up_of(legs)
    clean_up.on_worker_exit(frozenset({address(BOB)}))
    clean_up.advance(0.0)

    told(legs, ENDED)

    assert clean_up.released == 1


def test_an_invite_that_nobody_ever_answered_is_given_up_after_a_moment() -> None:
    clean_up = clean_up_of(calling())
    assert clean_up.advance(0.0) == [HangUp("out-1")]
    assert clean_up.advance(PEER_GRACE) == []
    assert clean_up.next_timer() == SILENCE

    assert clean_up.advance(SILENCE) == []

    assert clean_up.done
    assert (clean_up.released, clean_up.left) == (0, ())


def test_what_was_given_up_before_is_not_waited_for() -> None:
    legs = calling()
    hang_up(legs["call-1"])
    legs.give_up(legs["call-1"])
    clean_up = clean_up_of(legs)

    assert clean_up.advance(0.0) == []
    assert (clean_up.done, clean_up.released, clean_up.left) == (True, 0, ())


def test_an_invite_that_was_answered_with_anything_is_not_given_up() -> None:
    clean_up = clean_up_of(calling(TryingReceived("out-1")))
    for moment in (0.0, PEER_GRACE, SILENCE):
        clean_up.advance(moment)

    assert not clean_up.done
    assert clean_up.next_timer() == LIMIT


@pytest.mark.parametrize(
    ("legs", "left"),
    [
        (calling(CONFIRMED), ("call-1",)),
        (called(), (f"call that no node took, from {ALICE}",)),
        (told(calling(CONFIRMED), InviteReceived("in-1", RAW_PEER)),
         ("call-1", f"call that no node took, from {RAW_PEER}")),
    ],
)  # fmt: skip
def test_what_is_not_gone_at_the_limit_is_left_and_named(legs: Legs, left: tuple[str, ...]) -> None:
    clean_up = clean_up_of(legs)
    for moment in (0.0, PEER_GRACE, SILENCE):
        clean_up.advance(moment)

    assert clean_up.advance(LIMIT) == []

    assert clean_up.done
    assert (clean_up.released, clean_up.left) == (0, left)
    assert clean_up.next_timer() is None


@pytest.mark.parametrize(
    ("limit", "timers"),
    [
        (2.0, [PEER_GRACE, SILENCE, 2.0]),
        (0.5, [PEER_GRACE, 0.5]),
        (0.1, [0.1]),
        (0.0, [0.0]),
    ],
)
def test_no_look_is_taken_after_the_limit(limit: float, timers: list[float]) -> None:
    clean_up = clean_up_of(calling(CONFIRMED), limit=limit)
    looked: list[float] = []

    while (timer := clean_up.next_timer()) is not None:
        looked.append(timer)
        clean_up.advance(timer)

    assert looked == timers
    assert clean_up.left == ("call-1",)
