"""What the live view says of one instance."""

import pytest

from sipflow.console.run.cells import legs, marks, now_doing, time_in_node
from sipflow.projections.instance import LegProjection, from_graph
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import Reason
from sipflow.scenario.model.actions import Timeout
from tests.projections.transcript import FOUR, START, Transcript, aborted_talk, instance, node


def test_every_node_has_a_mark() -> None:
    run = Transcript()
    run.node(0.0, "alice-1", "failed")
    run.node(0.0, "alice-2", "completed")
    run.node(0.0, "alice-3", "running")
    run.node(0.0, "bob-1", "cancelled")
    known = run.told_to(RunProjection(FOUR)).instances

    shown = [
        (marks(known[name], ascii_only=False).plain, marks(known[name], ascii_only=True).plain)
        for name in ("alice", "bob", "dave")
    ]

    assert shown == [("✗✓▶", "x+>"), ("■··", "-.."), ("", "")]


def test_the_node_in_which_a_worker_died_is_marked_as_failed() -> None:
    run = Transcript()
    run.node(0.0, "bob-1", "running")
    run.error(0.1, "-", "killed", node="bob-1")

    bob = run.told_to(RunProjection(FOUR)).instances["bob"]

    assert marks(bob, ascii_only=False).plain == "✗··"


def test_many_nodes_are_told_as_numbers() -> None:
    nodes = [node(f"erin-{number}", Timeout(timeout=1.0), 5) for number in range(1, 13)]
    run = Transcript()
    run.node(0.0, "erin-1", "completed")
    run.node(0.0, "erin-2", "running")
    projection = from_graph(instance("erin", "500", *nodes, starts=("erin-1", "erin-2")), "erin")

    for event in run.events:
        projection.apply_node(event)  # type: ignore[arg-type]

    assert marks(projection, ascii_only=False).plain == "1/12"


@pytest.mark.parametrize(
    ("name", "at_end", "text"),
    [
        ("alice", False, "alice-1 MakeCall to 200"),
        ("bob", False, "bob-3 DISCONNECTED"),
        ("dave", False, "no nodes"),
        ("alice", True, "alice-1 MakeCall cancelled"),
        ("carol", True, "carol-1 INCOMING failed  no INVITE within 1 s"),
    ],
)
def test_what_an_instance_does_now(name: str, at_end: bool, text: str) -> None:
    run = aborted_talk()
    if not at_end:
        del run.events[11:]

    assert now_doing(run.told_to(RunProjection(FOUR)).instances[name]).plain == text


def test_a_failure_without_a_node_or_a_reason_is_said_as_far_as_it_is_known() -> None:
    dead = from_graph(FOUR.instances[0], "alice")
    dead.error = Reason(message="killed")
    run = Transcript()
    run.node(0.0, "bob-1", "failed")

    assert now_doing(dead).plain == "failed  killed"
    assert now_doing(run.told_to(RunProjection(FOUR)).instances["bob"]).plain == (
        "bob-1 INCOMING failed"
    )


def test_what_a_node_does_besides_its_word_is_shown() -> None:
    run = Transcript()
    run.node(0.0, "carol-1", "running")

    carol = run.told_to(RunProjection(FOUR)).instances["carol"]

    assert now_doing(carol).plain == "carol-1 INCOMING on desk"


def test_without_the_scenario_a_node_is_its_id() -> None:
    run = Transcript()
    run.node(0.0, "bob-1", "running")
    bob = run.told_to(RunProjection()).instances["bob"]

    assert now_doing(bob).plain == "bob-1"
    assert time_in_node(bob, START + 1.0).plain == "1.0 s"


@pytest.mark.parametrize(
    ("now", "text"),
    [(0.0, "0.0 s of 5 s"), (1.26, "1.3 s of 5 s"), (-0.5, "0.0 s of 5 s")],
)
def test_the_time_in_a_node_is_shown_beside_its_limit(now: float, text: str) -> None:
    run = Transcript()
    run.node(0.0, "bob-1", "running")
    known = run.told_to(RunProjection(FOUR)).instances

    assert time_in_node(known["bob"], START + now).plain == text
    assert time_in_node(known["alice"], START + now).plain == ""


@pytest.mark.parametrize(
    ("known", "text", "style"),
    [
        ([LegProjection("call-1", "confirmed", 200)], "confirmed", "bold green"),
        ([LegProjection("call-1", "early", 180)], "early 180", "yellow"),
        ([LegProjection("call-1", "terminated", 486)], "terminated 486", "red"),
        ([LegProjection("call-1", "terminated", 200)], "terminated", "dim"),
        ([LegProjection("desk", "trying")], "desk trying", "yellow"),
        ([LegProjection("desk", "of the future")], "desk of the future", ""),
        (
            [LegProjection("call-1", "confirmed"), LegProjection("call-2", "early", 183)],
            "call-1 confirmed, call-2 early 183",
            "bold green",
        ),
    ],
)
def test_legs_are_named_where_there_is_a_choice(
    known: list[LegProjection], text: str, style: str
) -> None:
    projection = from_graph(FOUR.instances[0], "alice")
    projection.legs = {leg.leg: leg for leg in known}

    shown = legs(projection)

    assert shown.plain == text
    assert (shown.spans[0].style if shown.spans else "") == style
