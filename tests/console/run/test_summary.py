"""The last words of a run."""

from textwrap import dedent

import msgspec
import pytest

from sipflow.console.run.summary import summary
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import (
    CleanUpVerdict,
    EventCount,
    ExitName,
    InstanceVerdict,
    Verdict,
    VerdictName,
)
from sipflow.scenario.model.actions import Timeout
from tests.projections.transcript import (
    FOUR,
    PAIR,
    START,
    Transcript,
    aborted_talk,
    basic_call,
    instance,
    node,
    scenario_of,
)


def verdict(
    projection: RunProjection,
    name: VerdictName,
    reason: RunReason | None = None,
    cleanup: CleanUpVerdict | None = None,
    exits: dict[str, ExitName] | None = None,
) -> Verdict:
    ends = exits or {}
    return Verdict(
        run="r1",
        scenario=projection.name,
        verdict=name,
        exit_code=0,
        reason=reason,
        duration_s=0.412,
        instances={
            known.id: InstanceVerdict(
                port=5060,
                pid=1,
                exit=ends.get(known.id, "finished"),
                nodes={one.id: one.state for one in known.nodes.values()},
            )
            for known in projection.instances.values()
        },
        cleanup=cleanup or CleanUpVerdict(confirmed=True),
    )


def talking() -> Transcript:
    run = Transcript()
    run.scenario(0.0, "running")
    run.node(0.0, "bob-1", "completed")
    run.node(0.1, "bob-2", "completed")
    run.leg(0.1, "bob", "confirmed", 200)
    run.node(0.1, "bob-3", "running")
    run.leg(0.1, "alice", "confirmed", 200)
    run.node(0.1, "alice-1", "completed")
    run.node(0.1, "alice-3", "completed")
    run.cleanup(1.5, "started")
    return run


@pytest.mark.parametrize(
    ("cleanup", "events", "text"),
    [
        (
            CleanUpVerdict(confirmed=True),
            EventCount(received=22),
            "completed  busy callee  0.41 s  2 instances, 5 of 6 nodes",
        ),
        (
            CleanUpVerdict(confirmed=True, calls_released=1),
            EventCount(received=22, lost=2),
            "completed  busy callee  0.41 s  2 instances, 5 of 6 nodes, "
            "1 call released by the clean-up, 2 events lost",
        ),
    ],
)
def test_a_completed_run_ends_with_one_line(
    cleanup: CleanUpVerdict, events: EventCount, text: str
) -> None:
    projection = basic_call().told_to(RunProjection(PAIR))
    judged = msgspec.structs.replace(
        verdict(projection, "completed", cleanup=cleanup), events=events
    )

    assert summary(judged, projection) == text


def test_a_completed_run_says_how_many_nodes_failed_and_were_meant_to() -> None:
    run = Transcript()
    run.node(0.0, "alice-1", "failed")
    run.node(0.0, "alice-2", "completed")
    projection = run.told_to(RunProjection(PAIR))

    assert summary(verdict(projection, "completed"), projection) == (
        "completed  busy callee  0.41 s  2 instances, 2 of 6 nodes, 1 failed with a branch for it"
    )


def test_a_completed_run_without_nodes_counts_none() -> None:
    projection = RunProjection(scenario_of(instance("dave", "400")))

    assert summary(verdict(projection, "completed"), projection) == (
        "completed  busy callee  0.41 s  1 instance"
    )


def test_a_run_that_did_all_says_so() -> None:
    projection = RunProjection(
        scenario_of(instance("d", "4", node("d-1", Timeout(timeout=1.0), 3)))
    )
    run = Transcript()
    run.node(0.0, "d-1", "completed")

    assert summary(verdict(run.told_to(projection), "completed"), projection) == (
        "completed  busy callee  0.41 s  1 instance, 1 node"
    )


def test_a_failed_run_says_who_failed_where_and_what_the_others_were_doing() -> None:
    projection = aborted_talk().told_to(RunProjection(FOUR))
    judged = verdict(
        projection, "failed", projection.reason, CleanUpVerdict(confirmed=True, calls_released=1)
    )

    assert summary(judged, projection) == dedent("""\
        failed  busy callee  0.41 s
          alice  waiting in alice-1 MakeCall for 1.0 s, leg call-1 confirmed
          bob    waiting in bob-3 DISCONNECTED for 0.80 s, leg call-1 confirmed
          dave   no nodes
          1 call released by the clean-up
          carol  failed in carol-1 INCOMING: no INVITE within 1 s
                 calls/busy.yaml:16:7""")


def test_a_stopped_run_says_what_everybody_was_doing() -> None:
    projection = talking().told_to(RunProjection(FOUR))

    assert summary(
        verdict(projection, "stopped", RunReason(message="interrupted")), projection
    ) == (
        dedent("""\
            stopped  busy callee  0.41 s
              alice  finished, leg call-1 confirmed
              bob    waiting in bob-3 DISCONNECTED for 1.4 s, leg call-1 confirmed
              carol  not started
              dave   no nodes
              interrupted""")
    )


@pytest.mark.parametrize("how", ["crashed", "killed"])
def test_a_worker_that_dies_is_named_with_the_node_that_it_was_in(how: ExitName) -> None:
    projection = talking().told_to(RunProjection(PAIR))
    reason = RunReason(instance="bob", node="bob-3", message="signal 9")

    assert summary(verdict(projection, "failed", reason, exits={"bob": how}), projection) == (
        dedent(f"""\
            failed  busy callee  0.41 s
              alice  finished, leg call-1 confirmed
              bob    {how} in bob-3 DISCONNECTED: signal 9
                     calls/busy.yaml:14:7""")
    )


def test_a_worker_that_dies_before_its_first_node_has_no_place() -> None:
    projection = RunProjection(PAIR)
    reason = RunReason(instance="bob", message="exit code 1")

    assert summary(verdict(projection, "failed", reason, exits={"bob": "crashed"}), projection) == (
        dedent("""\
            failed  busy callee  0.41 s
              alice  not started
              bob    crashed: exit code 1""")
    )


def test_a_worker_that_is_killed_after_its_node_failed_has_failed() -> None:
    run = Transcript()
    run.node(0.5, "bob-1", "failed")
    projection = run.told_to(RunProjection(PAIR))
    reason = RunReason(instance="bob", node="bob-1", code=408)

    text = summary(verdict(projection, "failed", reason, exits={"bob": "killed"}), projection)

    assert "bob    failed in bob-1 INCOMING: 408 Request Timeout" in text


def test_another_worker_that_dies_is_told_in_its_own_line() -> None:
    projection = talking().told_to(RunProjection(PAIR))
    reason = RunReason(message="clean-up not confirmed")

    text = summary(verdict(projection, "failed", reason, exits={"bob": "killed"}), projection)

    assert "  bob    killed, waiting in bob-3 DISCONNECTED for 1.4 s, leg call-1 confirmed" in text


def test_a_clean_up_that_is_not_confirmed_says_whose_call_was_left() -> None:
    run = talking()
    run.leg(2.0, "bob", "terminated")
    projection = run.told_to(RunProjection(PAIR))
    cleanup = CleanUpVerdict(confirmed=False, calls_released=1, calls_left=1)

    assert summary(verdict(projection, "failed", cleanup=cleanup), projection) == dedent("""\
        failed  busy callee  0.41 s
          alice  finished, leg call-1 confirmed
          bob    waiting in bob-3 DISCONNECTED for 1.4 s, leg call-1 confirmed
          1 call released by the clean-up
          clean-up not confirmed, 1 call left: alice leg call-1 confirmed""")


def test_a_failure_of_the_clean_up_is_not_one_of_the_step_before_it() -> None:
    projection = talking().told_to(RunProjection(PAIR))
    reason = RunReason(instance="alice", message="clean-up not confirmed")
    lines = summary(verdict(projection, "failed", reason), projection).splitlines()
    assert lines[-2] == "  alice  failed after alice-3 Release: clean-up not confirmed"


def test_a_clean_up_may_be_unconfirmed_without_any_call() -> None:
    projection = basic_call().told_to(RunProjection(PAIR))
    judged = verdict(projection, "failed", RunReason(), CleanUpVerdict(confirmed=False))

    assert summary(judged, projection).splitlines()[-1] == "  clean-up not confirmed"


def test_a_big_run_tells_of_the_busy_ones_and_counts_the_rest() -> None:
    names = [f"i{number:02}" for number in range(40)]
    big = scenario_of(
        *(instance(name, name[1:], node(f"{name}-1", Timeout(timeout=9.0), 5)) for name in names)
    )
    run = Transcript()
    run.scenario(0.0, "running")
    for name in names[10:]:
        run.node(0.0, f"{name}-1", "running")
    for name in names[25:]:
        run.node(1.0, f"{name}-1", "completed")
    run.cleanup(2.0, "started")
    projection = run.told_to(RunProjection(big))

    lines = summary(verdict(projection, "stopped"), projection).splitlines()

    assert lines[1] == "  i10  waiting in i10-1 TIMEOUT for 2.0 s"
    assert lines[12] == "  i21  waiting in i21-1 TIMEOUT for 2.0 s"
    assert lines[-1] == "  and 28 more: 3 running, 10 not started, 15 finished"
    assert len(lines) == 14


def test_on_a_terminal_of_24_lines_the_end_of_a_failed_run_of_20_is_all_there() -> None:
    names = [f"i{number:02}" for number in range(20)]
    big = scenario_of(
        *(instance(name, name[1:], node(f"{name}-1", Timeout(timeout=9.0), 5)) for name in names)
    )
    run = Transcript()
    run.scenario(0.0, "running")
    for name in names:
        run.node(0.0, f"{name}-1", "running")
    for name in names[:15]:
        run.node(1.0, f"{name}-1", "completed")
    run.leg(1.0, "i03", "confirmed", 200)
    run.error(2.0, "i18", "no INVITE within 1 s", node="i18-1")
    projection = run.told_to(RunProjection(big))
    reason = RunReason(instance="i18", node="i18-1", message="no INVITE within 1 s")

    assert summary(verdict(projection, "failed", reason), projection) == dedent("""\
        failed  busy callee  0.41 s
          i03  finished, leg call-1 confirmed
          i15  waiting in i15-1 TIMEOUT for 2.0 s
          i16  waiting in i16-1 TIMEOUT for 2.0 s
          i17  waiting in i17-1 TIMEOUT for 2.0 s
          i19  waiting in i19-1 TIMEOUT for 2.0 s
          and 14 more: 14 finished
          i18  failed in i18-1 TIMEOUT: no INVITE within 1 s
               calls/busy.yaml:5:7""")


def test_of_many_instances_one_whose_process_died_is_not_left_out() -> None:
    names = [f"i{number}" for number in range(9)]
    big = scenario_of(
        *(instance(name, name[1:], node(f"{name}-1", Timeout(timeout=9.0), 5)) for name in names)
    )
    run = Transcript()
    for name in names:
        run.node(0.0, f"{name}-1", "completed")
    projection = run.told_to(RunProjection(big))

    text = summary(verdict(projection, "failed", RunReason(), exits={"i7": "killed"}), projection)

    assert "  i7  killed, finished\n  and 8 more: 8 finished" in text


def test_a_run_without_events_ends_with_its_reason() -> None:
    projection = RunProjection(PAIR)
    judged = verdict(projection, "failed", RunReason(instance="-", message="no port is free"))

    assert summary(judged, projection).splitlines()[-1] == "  no port is free"


def test_a_reason_from_outside_stays_within_its_line() -> None:
    projection = RunProjection(PAIR)
    reason = RunReason(instance="bob", node="bob-1", code=486, message="a\n\x1b[2Jb")

    text = summary(verdict(projection, "failed", reason), projection)

    assert "\x1b" not in text
    assert len(text.splitlines()) == 4


def test_a_run_that_ends_without_a_clean_up_is_told_as_of_its_last_event() -> None:
    run = Transcript()
    run.node(0.0, "alice-1", "running")
    run.leg(3.0, "alice", "early", 180)
    projection = run.told_to(RunProjection(PAIR))

    assert projection.latest == START + 3.0
    assert "alice  waiting in alice-1 MakeCall for 3.0 s, leg call-1 early" in summary(
        verdict(projection, "stopped"), projection
    )
