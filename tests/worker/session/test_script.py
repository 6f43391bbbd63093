"""Of ``script_of``: what stays the same in every run of a plan."""

from msgspec.structs import replace

from sipflow.scenario.model.actions import CheckMedia, MakeCall, Release
from sipflow.worker.session.script import script_of
from tests.worker.plans import chain


def test_a_script_has_the_nodes_by_id_the_peers_and_the_legs_that_are_asked_about() -> None:
    plan = chain("alice", MakeCall(to="200"), CheckMedia(min_packets=1), Release())
    script = script_of(replace(plan, peers={"bob": "sip:200@127.0.0.1:5062"}))
    assert list(script.nodes.values()) == list(plan.nodes)
    assert list(script.nodes) == ["alice-1", "alice-2", "alice-3"]
    assert script.peers == {"127.0.0.1:5062"}
    assert script.watched == {"call-1": False}
