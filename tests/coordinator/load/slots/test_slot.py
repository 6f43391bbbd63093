"""A slot in run after run: what its workers are told, when a run is over, and what became of it."""

import pytest

from sipflow.coordinator.load.slots.slot import (
    CLEAN_UP_LIMIT,
    CLEAN_UP_MARGIN,
    CRASH_CLEAN_UP_LIMIT,
    FOREVER,
    HALT_LIMIT,
    Action,
    Slot,
    Stage,
)
from sipflow.protocol.control import ChainFailed, Halted, Registered
from sipflow.protocol.events import RunReason
from tests.coordinator.load.slot_workers import (
    ALICE,
    BOB,
    BUSY,
    FIGURES,
    free,
    launching,
    playing,
    run,
    swept,
    walked,
    written,
)

NOW = 20.0


def stage(slot: Slot) -> Stage:
    """Return how far a slot is; it is asked again as things happen to it."""
    return slot.stage


def test_a_slot_is_free_once_all_its_workers_are_ready() -> None:
    slot = launching()
    slot.ready("bob")
    assert stage(slot) is Stage.LAUNCHING
    slot.ready("alice")
    assert stage(slot) is Stage.FREE


def test_all_are_told_to_begin_each_with_its_own_variables() -> None:
    slot = free()
    assert written(slot.begin(run(7), {"bob": {"x": "1"}})) == [
        "alice: Begin 7 r-7",
        "bob: Begin 7 r-7 {'x': '1'}",
    ]
    assert written(playing_again(slot)) == ["alice: Begin 8 r-8", "bob: Begin 8 r-8"]


def playing_again(slot: Slot) -> list[Action]:
    slot.take("alice", walked(idle=True, number=7), NOW)
    slot.take("bob", walked(idle=True, number=7), NOW)
    slot.leave()
    return slot.begin(run(8))


def test_a_run_is_over_once_all_have_walked_and_have_no_dialog_left() -> None:
    slot = playing()
    assert slot.take("alice", walked(idle=True), NOW) == []
    assert (slot.stage, slot.deadline) == (Stage.PLAYING, FOREVER)
    assert slot.take("bob", walked(idle=True), NOW) == []
    assert slot.is_over

    over = slot.leave()
    assert (over.verdict, over.reason, over.figures) == ("completed", None, [FIGURES, FIGURES])
    assert (slot.stage, slot.playing, slot.deadline) == (Stage.FREE, None, FOREVER)


def test_who_has_walked_ends_his_dialogs_unasked_while_another_walks() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    slot.take("alice", swept(), NOW)
    assert slot.take("bob", walked(idle=True), NOW) == []
    assert slot.is_over


def test_who_has_dialogs_left_is_asked_to_end_them_once_all_have_walked() -> None:
    slot = playing()
    assert slot.take("alice", walked(idle=False), NOW) == []
    assert written(slot.take("bob", walked(idle=True), NOW)) == [f"alice: CleanUp {CLEAN_UP_LIMIT}"]
    assert slot.deadline == NOW + CLEAN_UP_LIMIT + CLEAN_UP_MARGIN
    assert slot.take("alice", swept(released=2), NOW) == []
    assert slot.is_over
    assert (slot.leave().verdict, slot.deadline) == ("completed", FOREVER)


def test_legs_that_were_released_are_counted() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    slot.take("bob", walked(idle=False), NOW)
    slot.take("alice", swept(released=2), NOW)
    slot.take("bob", swept(released=1), NOW)
    assert slot.is_over
    assert slot.leave().released == 3


# Failures.


def test_a_failure_breaks_off_those_who_walk_before_anybody_hangs_up() -> None:
    slot = playing()
    assert written(slot.take("alice", walked(idle=False, failure=BUSY), NOW)) == ["bob: Halt abort"]
    assert (slot.stage, slot.deadline) == (Stage.HALTING, NOW + HALT_LIMIT)
    assert written(slot.take("bob", Halted(), NOW + 0.1)) == [
        f"alice: CleanUp {CLEAN_UP_LIMIT}",
        f"bob: CleanUp {CLEAN_UP_LIMIT}",
    ]
    slot.take("alice", swept(), NOW)
    slot.take("bob", swept(), NOW)

    over = slot.leave()
    assert over.verdict == "failed"
    assert over.reason == RunReason(instance="alice", node="alice-1", code=486, message="Busy Here")


def test_a_failure_of_the_last_who_walks_ends_the_run_at_once() -> None:
    slot = playing()
    slot.take("bob", walked(idle=True), NOW)
    assert slot.take("alice", walked(idle=True, failure=BUSY), NOW) == []
    assert (slot.is_over, slot.leave().verdict) == (True, "failed")


def test_the_first_failure_is_the_reason() -> None:
    slot = playing()
    slot.take("alice", walked(idle=True, failure=BUSY), NOW)
    late = walked(idle=True, failure=BUSY)
    slot.take("bob", late, NOW)
    reason = slot.leave().reason
    assert reason is not None
    assert reason.instance == "alice"


def test_who_walks_to_the_end_as_he_is_halted_counts_as_one_who_does_not_walk() -> None:
    slot = playing()
    slot.take("alice", walked(idle=True, failure=BUSY), NOW)
    assert written(slot.take("bob", walked(idle=False), NOW)) == [f"bob: CleanUp {CLEAN_UP_LIMIT}"]
    assert slot.take("bob", Halted(), NOW) == []
    assert slot.take("bob", swept(), NOW) == []
    assert slot.is_over


def test_who_does_not_halt_in_time_is_asked_to_clean_up_all_the_same() -> None:
    slot = playing()
    slot.take("alice", walked(idle=True, failure=BUSY), NOW)
    assert slot.tick(NOW + HALT_LIMIT / 2) == []
    assert written(slot.tick(NOW + HALT_LIMIT)) == [f"bob: CleanUp {CLEAN_UP_LIMIT}"]
    assert slot.take("bob", Halted(), NOW + 2.0) == []
    assert slot.take("bob", swept(), NOW + 2.0) == []
    assert slot.is_over


def test_who_does_not_clean_up_in_time_is_killed_and_its_end_is_the_run_s() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    slot.take("bob", walked(idle=True), NOW)
    late = NOW + CLEAN_UP_LIMIT + CLEAN_UP_MARGIN
    assert written(slot.tick(late)) == ["alice: killed"]
    assert (slot.tick(late + 99.0), slot.deadline) == ([], FOREVER)
    assert slot.died("alice", "killed by signal 9", None, late + 0.1) == []

    over = slot.leave()
    assert over.reason == RunReason(instance="alice", message="killed by signal 9")
    assert slot.stage is Stage.LAUNCHING


def test_a_dialog_that_could_not_be_ended_fails_the_run() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    slot.take("bob", walked(idle=False), NOW)
    slot.take("alice", swept(left=("call-1", "call-2")), NOW)
    slot.take("bob", swept(left=("call-1",)), NOW)

    over = slot.leave()
    assert (over.verdict, over.left) == ("failed", 3)
    assert over.reason == RunReason(
        instance="alice", message="the clean-up could not end call-1, call-2"
    )


# Deaths.


def test_a_death_fails_the_run_at_the_node_that_ran() -> None:
    slot = playing()
    assert written(slot.died("alice", "crashed", "alice-2", NOW)) == ["bob: Halt abort"]
    assert written(slot.take("bob", Halted(), NOW)) == [
        f"bob: CleanUp {CRASH_CLEAN_UP_LIMIT} {ALICE}"
    ]
    assert slot.deadline == NOW + CRASH_CLEAN_UP_LIMIT + CLEAN_UP_MARGIN
    slot.take("bob", swept(), NOW)

    over = slot.leave()
    assert over.reason == RunReason(instance="alice", node="alice-2", message="crashed")
    assert [(death.instance, death.how, death.node) for death in over.deaths] == [
        ("alice", "crashed", "alice-2")
    ]
    assert stage(slot) is Stage.LAUNCHING
    slot.ready("alice")
    assert stage(slot) is Stage.FREE


def test_the_death_of_the_last_one_ends_the_run() -> None:
    slot = playing()
    slot.take("bob", walked(idle=True), NOW)
    assert slot.died("alice", "crashed", None, NOW) == []
    assert (slot.is_over, slot.leave().verdict) == (True, "failed")


def test_who_cleans_up_as_another_dies_learns_that_nobody_will_answer_there() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    slot.take("bob", walked(idle=False), NOW)
    assert written(slot.died("bob", "crashed", None, NOW + 0.1)) == [
        f"alice: CleanUp {CRASH_CLEAN_UP_LIMIT} {BOB}"
    ]
    assert slot.deadline == NOW + 0.1 + CRASH_CLEAN_UP_LIMIT + CLEAN_UP_MARGIN
    slot.take("alice", swept(), NOW)
    assert slot.leave().verdict == "failed"


def test_a_death_late_in_the_clean_up_gives_no_more_time_than_there_was() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    slot.take("bob", walked(idle=False), NOW)
    deadline = slot.deadline
    slot.died("bob", "crashed", None, deadline - 0.1)
    assert slot.deadline == deadline


def test_what_a_dead_worker_said_before_counts_and_no_more_comes_of_it() -> None:
    slot = playing()
    slot.died("alice", "crashed", None, NOW)
    assert slot.take("alice", walked(idle=True), NOW) == []
    assert slot.take("alice", swept(), NOW) == []
    slot.take("bob", walked(idle=True), NOW)
    assert slot.leave().figures == [FIGURES]


def test_who_takes_a_dead_worker_s_place_has_no_part_in_the_run_that_goes_on() -> None:
    slot = playing()
    slot.died("alice", "crashed", None, NOW)
    slot.ready("alice")
    assert stage(slot) is Stage.HALTING
    assert slot.take("alice", Halted(), NOW) == []
    assert slot.died("alice", "crashed again", "alice-9", NOW) == []
    slot.ready("alice")
    assert written(slot.take("bob", walked(idle=False), NOW)) == [f"bob: CleanUp {CLEAN_UP_LIMIT}"]
    slot.take("bob", swept(), NOW)

    over = slot.leave()
    assert [death.how for death in over.deaths] == ["crashed"]
    assert slot.stage is Stage.FREE


def test_who_dies_in_a_dead_worker_s_place_before_being_ready_had_no_part_either() -> None:
    slot = playing()
    slot.died("alice", "crashed", None, NOW)
    assert slot.died("alice", "crashed again", None, NOW) == []
    slot.take("bob", walked(idle=True), NOW)

    assert [death.how for death in slot.leave().deaths] == ["crashed"]
    assert slot.stage is Stage.LAUNCHING


def test_a_death_between_two_runs_fails_none() -> None:
    slot = free()
    assert slot.died("alice", "crashed", None, NOW) == []
    assert slot.stage is Stage.LAUNCHING
    slot.ready("alice")
    slot.begin(run())
    slot.take("alice", walked(idle=True), NOW)
    slot.take("bob", walked(idle=True), NOW)
    assert slot.leave().verdict == "completed"


# Stops.


def test_a_stop_breaks_the_run_off() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    assert written(slot.halt(NOW)) == ["bob: Halt stop"]
    assert slot.halt(NOW) == []
    slot.take("bob", Halted(), NOW)
    slot.take("alice", swept(), NOW)
    slot.take("bob", swept(), NOW)

    over = slot.leave()
    assert (over.verdict, over.reason) == ("stopped", None)


def test_a_failure_that_comes_with_the_stop_does_not_count() -> None:
    slot = playing()
    slot.halt(NOW)
    slot.take("alice", walked(idle=True, failure=BUSY), NOW)
    slot.died("bob", "crashed", None, NOW)
    assert slot.leave().verdict == "stopped"


def test_a_stop_that_leaves_a_dialog_is_a_failure() -> None:
    slot = playing()
    slot.take("alice", walked(idle=True), NOW)
    slot.halt(NOW)
    slot.take("bob", swept(left=("call-1",)), NOW)
    assert slot.leave().verdict == "failed"


def test_a_run_that_is_ending_anyway_is_not_stopped() -> None:
    slot = playing()
    slot.take("alice", walked(idle=False), NOW)
    slot.take("bob", walked(idle=True), NOW)
    assert slot.halt(NOW) == []
    slot.take("alice", swept(), NOW)
    assert slot.leave().verdict == "completed"


def test_a_slot_without_a_run_has_nothing_to_stop_nor_to_abandon() -> None:
    slot = free()
    assert slot.halt(NOW) == []
    slot.abandon()
    assert (slot.stage, slot.tick(NOW)) == (Stage.FREE, [])


@pytest.mark.parametrize(("failure", "verdict"), [(None, "stopped"), (BUSY, "failed")])
def test_a_run_that_is_abandoned_is_over_at_once(failure: ChainFailed | None, verdict: str) -> None:
    slot = playing()
    slot.take("alice", walked(idle=False, failure=failure), NOW)
    slot.abandon()
    assert (slot.is_over, slot.deadline) == (True, FOREVER)
    assert slot.leave().verdict == verdict


# What comes late.


def test_what_is_said_twice_or_of_another_run_counts_once_or_not_at_all() -> None:
    slot = playing(number=2)
    assert slot.take("alice", walked(idle=True, number=1), NOW) == []
    assert slot.take("alice", swept(number=1), NOW) == []
    slot.take("alice", walked(idle=True, number=2), NOW)
    slot.take("alice", walked(idle=True, number=2), NOW)
    slot.take("alice", swept(left=("call-1",), number=2), NOW)
    slot.take("bob", walked(idle=True, number=2), NOW)

    over = slot.leave()
    assert (over.verdict, over.figures) == ("completed", [FIGURES, FIGURES])


def test_what_is_said_between_two_runs_is_nobody_s() -> None:
    slot = free()
    assert slot.take("alice", Halted(), NOW) == []
    assert slot.take("alice", swept(), NOW) == []
    assert slot.stage is Stage.FREE


# Instances that register by themselves.


def test_nobody_walks_before_all_that_register_are_registered() -> None:
    slot = free("alice", "bob")
    assert written(slot.begin(run())) == ["alice: Begin 1 r-1 hold", "bob: Begin 1 r-1 hold"]
    assert slot.take("bob", Registered(number=1), NOW) == []
    assert slot.take("alice", Registered(number=9), NOW) == []
    assert written(slot.take("alice", Registered(number=1), NOW)) == ["alice: Go", "bob: Go"]
    assert slot.take("alice", Registered(number=1), NOW) == []


def test_those_of_the_next_run_are_waited_for_anew() -> None:
    slot = free("bob")
    slot.begin(run())
    slot.take("bob", Registered(number=1), NOW)
    slot.take("alice", walked(idle=True), NOW)
    slot.take("bob", walked(idle=True), NOW)
    slot.leave()
    assert written(slot.begin(run(2))) == ["alice: Begin 2 r-2 hold", "bob: Begin 2 r-2 hold"]
    assert written(slot.take("bob", Registered(number=2), NOW)) == ["alice: Go", "bob: Go"]


def test_a_registration_that_is_not_made_fails_the_run_without_a_node() -> None:
    slot = free("alice", "bob")
    slot.begin(run())
    refused = ChainFailed(node=None, code=401, detail="not registered")
    assert written(slot.take("bob", walked(idle=True, failure=refused), NOW)) == [
        "alice: Halt abort"
    ]
    # Its confirmation crossed the command to halt.
    assert slot.take("alice", Registered(number=1), NOW) == []
    slot.take("alice", Halted(), NOW)
    slot.take("alice", swept(), NOW)
    assert slot.leave().reason == RunReason(instance="bob", code=401, message="not registered")
