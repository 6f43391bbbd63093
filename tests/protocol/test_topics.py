"""Topics: a prefix selects a run, an instance of it, or a kind of event of that."""

import pytest

from sipflow.protocol.events import ActionLog, AnyEvent, NodeState
from sipflow.protocol.topics import run_prefix, topic
from tests.protocol.examples import EVENTS

KINDS = [
    "r1.-.scenario-state", "r1.-.scenario-state", "r1.alice.node-state", "r1.alice.action-log",
    "r1.alice.error", "r1.alice.leg-state", "r1.alice.leg-state", "r1.bob.media-state",
    "r1.bob.media-figures",
    "r1.bob.refused", "r1.-.cleanup", "r1.-.load-state", "r1.-.load-failure", "r1.-.load-numbers",
]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "expected"), list(zip([event for event, _ in EVENTS], KINDS, strict=True))
)
def test_a_topic_is_run_instance_and_type(event: AnyEvent, expected: str) -> None:
    assert topic(event) == expected.encode()
    assert topic(event).startswith(run_prefix("r1"))


def test_dots_in_an_id_are_written_otherwise() -> None:
    event = ActionLog(run="r1", instance="a.b.c", seq=1, ts=0.0, cause="go", message="")

    assert topic(event) == b"r1.a_b_c.action-log"


def test_an_id_may_be_any_text() -> None:
    event = NodeState(
        run="r1", instance="Bürö", seq=1, ts=0.0, cause="go", node="x",
        previous="pending", new="running",
    )  # fmt: skip

    assert topic(event) == "r1.Bürö.node-state".encode()


def test_the_prefix_of_a_run_selects_no_run_whose_id_begins_alike() -> None:
    other = ActionLog(run="r11", instance="a", seq=1, ts=0.0, cause="go", message="")

    assert not topic(other).startswith(run_prefix("r1"))
