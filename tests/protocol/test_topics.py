"""Topics: a prefix selects a run, an instance or a type, and no other."""

from sipflow.protocol.events import ActionLog
from sipflow.protocol.topics import run_prefix, topic


def test_a_topic_is_run_instance_and_type_with_dots_written_as_underscores() -> None:
    event = ActionLog(run="r1", instance="a.b", seq=1, ts=0.0, cause="x", message="m")
    assert topic(event) == b"r1.a_b.action-log"


def test_a_runs_prefix_selects_no_run_whose_id_begins_alike() -> None:
    assert run_prefix("r1") == b"r1."
