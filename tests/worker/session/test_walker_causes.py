"""The walk along failure edges that are for a cause, as transcripts."""

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.actions import Incoming, MakeCall, Timeout
from sipflow.scenario.model.graph import Node
from sipflow.worker.ua.events import DialogEnded, Happening, InviteSent, OrderRefused
from tests.worker.plans import node, plan
from tests.worker.walk import Walk

SENT = InviteSent("out-1")
CANCELLED = DialogEnded("out-1", 487, "Request Terminated")
CALL = replace(
    node("alice-1", MakeCall(to="200", timeout=5.0)),
    failures={"486": "alice-2", "4xx": "alice-3", "timeout": "alice-4"},
)


def walk_of(first: Node) -> Walk:
    """Return a walk of a node and those that its failure edges lead to."""
    after = (node(f"alice-{number}", Timeout(timeout=1.0)) for number in range(2, 6))
    return Walk(plan("alice", first, *after))


def followed(lines: list[str]) -> str | None:
    """Return which node the walk is at by now."""
    running = [line.partition(" ")[0] for line in lines if " running (" in line]
    return running[-1] if running else None


@pytest.mark.parametrize(
    ("end", "leads_to"),
    [
        (DialogEnded("out-1", 486, "Busy Here"), "alice-2"),
        (DialogEnded("out-1", 404, "Not Found"), "alice-3"),
        (DialogEnded("out-1", 408, "Request Timeout"), "alice-3"),
        (DialogEnded("out-1", 503, "Service Unavailable"), "alice-5"),
        (DialogEnded("out-1", None, "lost"), "alice-5"),
        (DialogEnded("out-1", None, "no answer", stands_for=408), "alice-4"),
        (DialogEnded("out-1", None, "not sent", stands_for=503), "alice-5"),
        (OrderRefused("out-1", "no media", 488), "alice-3"),
    ],
)
def test_a_call_leads_along_the_edge_for_what_it_ended_with(end: Happening, leads_to: str) -> None:
    walk = walk_of(replace(CALL, failure="alice-5"))
    walk.go()
    assert followed(walk.tell(SENT, end)) == leads_to


def test_the_time_limit_of_the_node_is_a_timeout_whatever_the_cancel_is_answered_with() -> None:
    walk = walk_of(replace(CALL, failure="alice-5"))
    walk.go()
    walk.tell(SENT)
    assert followed(walk.at(5.0)) is None
    assert followed(walk.tell(CANCELLED)) == "alice-4"


def test_a_wait_that_runs_into_its_limit_leads_along_timeout() -> None:
    walk = walk_of(replace(node("alice-1", Incoming(timeout=2.0)), failures={"timeout": "alice-3"}))
    walk.go()
    assert followed(walk.at(2.0)) == "alice-3"


def test_a_failure_that_no_edge_is_for_fails_the_walk() -> None:
    walk = walk_of(CALL)
    walk.go()
    assert followed(walk.tell(SENT, DialogEnded("out-1", 503, "Service Unavailable"))) is None
    assert walk.walker.failure is not None
    assert walk.walker.failure.reason.code == 503
