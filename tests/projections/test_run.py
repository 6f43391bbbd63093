"""The state of a run, folded from its events."""

import msgspec
import pytest

from sipflow.projections.run import RunProjection
from sipflow.protocol.events import MediaState, Reason, Refusal, RunCounts, RunReason
from sipflow.scenario.model.graph import Scenario
from tests.projections.load_events import load_numbers, load_state, run_failed
from tests.projections.transcript import (
    FOUR,
    PAIR,
    START,
    Transcript,
    aborted_talk,
    basic_call,
    instance,
    scenario_of,
)


def test_before_the_first_event_nothing_has_begun() -> None:
    projection = RunProjection(PAIR)

    assert (projection.name, projection.state, projection.elapsed(START)) == (
        "busy callee",
        None,
        0.0,
    )
    assert list(projection.instances) == ["alice", "bob"]


def test_a_completed_run_is_folded_to_its_end() -> None:
    projection = basic_call().told_to(RunProjection(PAIR))

    assert projection.run == "r1"
    assert projection.state == "completed"
    assert projection.elapsed(START + 99) == pytest.approx(0.06)
    assert projection.progress() == (5, 5)
    assert [line.text for line in projection.log] == ["MakeCall to sip:200@127.0.0.1:5062"]
    assert {known.phase for known in projection.instances.values()} == {"finished"}
    assert projection.cleanup is not None
    assert projection.cleanup.phase == "finished"


def test_while_a_run_goes_on_its_time_goes_on() -> None:
    run = Transcript()
    run.scenario(0.0, "running")

    assert run.told_to(RunProjection(PAIR)).elapsed(START + 2.5) == 2.5


def test_an_error_keeps_what_everybody_was_doing_then() -> None:
    projection = aborted_talk().told_to(RunProjection(FOUR))

    stood = {name: known.frozen for name, known in projection.instances.items()}
    assert {name: stand and stand.phase for name, stand in stood.items()} == {
        "alice": "running",
        "bob": "running",
        "carol": "failed",
        "dave": "no nodes",
    }
    assert {stand and stand.at for stand in stood.values()} == {START + 1.0}


def test_a_clean_up_keeps_what_everybody_was_doing_in_a_run_that_is_stopped() -> None:
    run = Transcript()
    run.scenario(0.0, "running")
    run.node(0.1, "alice-1", "running")
    run.cleanup(1.5, "started")
    run.node(1.6, "alice-1", "cancelled")

    alice = run.told_to(RunProjection(PAIR)).instances["alice"]

    assert alice.phase == "cancelled"
    assert alice.frozen is not None
    assert (alice.frozen.phase, alice.frozen.at) == ("running", START + 1.5)


@pytest.mark.parametrize("instance_events", ["bob", "-"])
def test_an_error_is_charged_to_the_owner_of_its_node(instance_events: str) -> None:
    run = Transcript()
    run.scenario(0.0, "running")
    run.error(0.5, instance_events, "worker killed", node="bob-2")

    projection = run.told_to(RunProjection(PAIR))

    assert projection.instances["bob"].error == Reason(message="worker killed")
    assert projection.instances["alice"].error is None
    assert projection.log[-1].level == "error"


@pytest.mark.parametrize("node", [None, "nobodys"])
def test_an_error_of_nobody_is_only_logged(node: str | None) -> None:
    run = Transcript()
    run.error(0.5, "-", "no port is free", node=node)

    projection = run.told_to(RunProjection(PAIR))

    assert {known.error for known in projection.instances.values()} == {None}
    assert [line.text for line in projection.log] == ["no port is free"]


def test_the_end_of_a_run_blames_an_instance_that_could_not_speak_for_itself() -> None:
    run = Transcript()
    run.scenario(0.0, "running")
    run.node(0.1, "bob-1", "running")
    run.scenario(0.5, "failed", RunReason(instance="bob", node="bob-1", message="killed"))

    bob = run.told_to(RunProjection(PAIR)).instances["bob"]

    assert (bob.phase, bob.error) == ("failed", Reason(message="killed"))


def test_without_the_scenario_ids_serve_and_the_totals_grow() -> None:
    run = basic_call()
    projection = run.told_to(RunProjection())

    assert projection.name == "busy callee"
    assert list(projection.instances) == ["bob", "alice"]
    assert projection.subject("alice", "alice-1") == "alice-1"
    assert projection.who("alice") == "alice"
    assert projection.progress() == (5, 5)


@pytest.mark.parametrize(
    ("owner", "node", "subject"),
    [
        ("alice", "alice-1", "alice-1 MakeCall"),
        ("-", "bob-3", "bob-3 DISCONNECTED"),
        ("alice", "unknown", "unknown"),
        ("-", "unknown", "unknown"),
        ("alice", None, ""),
    ],
)
def test_a_node_goes_by_its_id_and_its_word(owner: str, node: str | None, subject: str) -> None:
    assert RunProjection(PAIR).subject(owner, node) == subject


def test_instances_of_the_same_name_are_told_apart() -> None:
    twins: Scenario = scenario_of(
        msgspec.structs.replace(instance("a", "1"), name="alice"),
        msgspec.structs.replace(instance("b", "2"), name="alice"),
        msgspec.structs.replace(instance("c", "3"), name="carol"),
    )

    projection = RunProjection(twins)

    assert [projection.who(one) for one in "abc"] == ["alice (a)", "alice (b)", "carol"]
    assert projection.who("-") == "-"


def test_the_log_leaves_debug_out_and_forgets_old_lines() -> None:
    run = Transcript()
    run.log(0.0, "alice", "details", level="debug")
    for number in range(60):
        run.log(0.1, "alice", f"line {number}")

    log = run.told_to(RunProjection(PAIR)).log

    assert (log[0].text, log[-1].text, len(log)) == ("line 10", "line 59", 50)


def test_a_load_is_many_runs_and_changes_the_projection_of_none() -> None:
    projection = basic_call().told_to(RunProjection(PAIR))
    before = msgspec.to_builtins(projection.cleanup), projection.state, dict(projection.instances)

    for event in (load_state("failed"), run_failed(), load_numbers(1, RunCounts())):
        projection.apply(event)

    assert (
        msgspec.to_builtins(projection.cleanup),
        projection.state,
        projection.instances,
    ) == before


def test_new_media_and_refused_messages_change_no_state() -> None:
    projection = basic_call().told_to(RunProjection(PAIR))
    before = projection.state, msgspec.to_builtins(projection.instances["bob"].legs)
    media = MediaState(
        run="r1", instance="bob", seq=90, ts=START + 0.5, cause="test",
        leg="call-1", direction="sendonly", by="local",
    )  # fmt: skip
    refusal = Refusal(
        run="r1", instance="bob", seq=91, ts=START + 0.6, cause="test",
        peer="127.0.0.1:5070", method="INVITE", code=488,
    )  # fmt: skip
    projection.apply(media)
    projection.apply(refusal)

    assert (projection.state, msgspec.to_builtins(projection.instances["bob"].legs)) == before
    assert projection.latest == refusal.ts
