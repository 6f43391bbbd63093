"""What is known of one instance: how far it is, its progress, and where it stood."""

import pytest
from msgspec.structs import replace

from sipflow.projections.instance import (
    InstanceProjection,
    LegProjection,
    NodeProjection,
    Phase,
    from_graph,
)
from sipflow.protocol.events import LegState, NodeState, NodeStateName, Reason
from sipflow.scenario.model.actions import MakeCall, Release, Timeout
from sipflow.scenario.model.graph import Instance
from tests.projections.transcript import ALICE, DAVE, REFUSING_BOB, instance, node

TWO_STARTS = instance(
    "erin",
    "500",
    node("erin-1", Timeout(timeout=1.0), 20),
    node("erin-2", Release(), 21),
    starts=("erin-1", "erin-2"),
)


def moved(name: str, new: NodeStateName, ts: float = 1.0) -> NodeState:
    owner = name.rpartition("-")[0]
    return NodeState(
        run="r1", instance=owner, seq=1, ts=ts, cause="", node=name, previous="pending", new=new
    )


@pytest.mark.parametrize(
    ("graph", "steps", "phase", "progress"),
    [
        (ALICE, [], "not started", (0, 3)),
        (ALICE, [("alice-1", "running")], "running", (0, 3)),
        (ALICE, [("alice-1", "completed")], "running", (1, 3)),
        (ALICE, [("alice-1", "failed")], "running", (1, 3)),
        (ALICE, [("alice-1", "failed"), ("alice-2", "completed")], "finished", (2, 2)),
        (ALICE, [("alice-1", "completed"), ("alice-3", "failed")], "failed", (2, 3)),
        (ALICE, [("alice-1", "cancelled")], "cancelled", (0, 3)),
        (ALICE, [("alice-1", "pending")], "not started", (0, 3)),
        (REFUSING_BOB, [("bob-1", "completed"), ("bob-2", "completed")], "finished", (2, 2)),
        (TWO_STARTS, [("erin-1", "completed")], "running", (1, 2)),
        (TWO_STARTS, [("erin-1", "completed"), ("erin-2", "completed")], "finished", (2, 2)),
        (DAVE, [], "no nodes", (0, 0)),
    ],
)
def test_the_graph_tells_how_far_an_instance_is(
    graph: Instance,
    steps: list[tuple[str, NodeStateName]],
    phase: Phase,
    progress: tuple[int, int],
) -> None:
    projection = from_graph(graph, graph.name)

    for name, new in steps:
        projection.apply_node(moved(name, new))

    assert (projection.phase, projection.progress()) == (phase, progress)


@pytest.mark.parametrize(
    ("steps", "phase"),
    [
        ([], "not started"),
        ([("x-1", "running")], "running"),
        ([("x-1", "completed")], "finished"),
        ([("x-1", "failed"), ("x-2", "running")], "running"),
    ],
)
def test_without_a_graph_an_instance_is_finished_when_nothing_runs(
    steps: list[tuple[str, NodeStateName]], phase: Phase
) -> None:
    projection = InstanceProjection("x", "x")

    for name, new in steps:
        projection.apply_node(moved(name, new))

    assert projection.phase == phase


def test_an_error_makes_it_failed_whatever_runs() -> None:
    projection = from_graph(ALICE, "alice")
    projection.apply_node(moved("alice-1", "running"))

    projection.error = Reason(message="worker killed")

    assert projection.phase == "failed"


def test_where_it_stood_is_kept_as_it_is_cancelled_and_is_not_overwritten() -> None:
    projection = from_graph(ALICE, "alice")
    projection.apply_node(moved("alice-1", "running", ts=1.0))
    projection.apply_leg(leg_moved("early"))

    projection.apply_node(moved("alice-1", "cancelled", ts=3.5))
    projection.apply_leg(leg_moved("terminated"))
    projection.freeze(9.0)

    stood = projection.frozen
    assert stood is not None
    assert stood.node == NodeProjection("alice-1", ALICE.nodes[0], "running", 1.0)
    assert (stood.at, stood.phase) == (3.5, "running")
    assert stood.legs == (LegProjection("call-1", "early", 180, "Ringing"),)


@pytest.mark.parametrize(
    ("state", "is_open"),
    [("trying", True), ("early", True), ("confirmed", True), ("terminated", False)],
)
def test_a_leg_is_open_until_its_dialog_is_gone(state: str, is_open: bool) -> None:
    assert LegProjection("call-1", state).is_open is is_open


def leg_moved(new: str) -> LegState:
    return LegState(
        run="r1",
        instance="alice",
        seq=1,
        ts=1.0,
        cause="",
        leg="call-1",
        new=new,
        code=180,
        message="Ringing",
    )


def test_a_branch_for_another_cause_is_not_gone_on_to() -> None:
    call = replace(
        node("frank-1", MakeCall(to="200"), 30), failures={"486": "frank-2", "timeout": "frank-2"}
    )
    frank = instance("frank", "600", call, node("frank-2", Timeout(timeout=1.0), 31))
    for code, cause, phase in (
        (486, "486 received", "running"),
        (404, "404 received", "failed"),
        (None, "time limit", "running"),
    ):
        projection = from_graph(frank, frank.name)
        failed = moved("frank-1", "failed")
        projection.apply_node(replace(failed, cause=cause, reason=Reason(code=code, message="x")))
        assert projection.phase == phase
