"""The states of a run's nodes, folded from its events."""

from sipflow.coordinator.events.node_states import NodeStates
from tests.coordinator.events_of_workers import entered, said, scenario


def test_every_node_begins_pending() -> None:
    book = NodeStates(scenario())
    assert book.of("alice") == {"alice-1": "pending", "alice-2": "pending"}
    assert book.of("bob") == {}
    assert book.running("alice") is None
    assert book.current("alice") is None


def test_a_node_is_in_the_state_that_it_entered_last() -> None:
    book = NodeStates(scenario())
    book.handle(entered("alice", "alice-1", "running"))
    assert book.running("alice") == "alice-1"
    assert book.current("alice") == ("alice-1", "running")
    book.handle(entered("alice", "alice-1", "completed"))
    assert book.running("alice") is None
    assert book.current("alice") == ("alice-1", "completed")
    book.handle(entered("alice", "alice-2", "running"))
    assert book.running("alice") == "alice-2"
    assert book.of("alice") == {"alice-1": "completed", "alice-2": "running"}


def test_other_events_change_no_node() -> None:
    book = NodeStates(scenario())
    book.handle(said("alice", 1))
    assert book.of("alice") == {"alice-1": "pending", "alice-2": "pending"}


def test_what_it_returns_is_a_copy() -> None:
    book = NodeStates(scenario())
    book.of("alice")["alice-1"] = "completed"
    assert book.of("alice")["alice-1"] == "pending"
