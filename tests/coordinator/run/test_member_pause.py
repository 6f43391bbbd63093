"""A run is paused once each worker has answered the last time that it was asked."""

from sipflow.coordinator.run.member import Pause

BOTH = ["alice", "bob"]


def test_a_pause_is_complete_when_everybody_has_answered() -> None:
    pause = Pause()
    pause.ask(BOTH)
    assert not pause.is_complete(BOTH)
    pause.answered("alice", 4)
    assert not pause.is_complete(BOTH)
    pause.answered("bob", 7)
    assert pause.is_complete(BOTH)
    assert pause.last_seqs == {"alice": 4, "bob": 7}


def test_who_is_gone_is_not_waited_for() -> None:
    pause = Pause()
    pause.ask(BOTH)
    pause.answered("alice", 4)
    assert pause.is_complete(["alice"])


def test_an_answer_to_an_earlier_question_does_not_count() -> None:
    pause = Pause()
    pause.ask(["alice"])
    pause.ask(["alice"])
    pause.answered("alice", 4)
    assert not pause.is_complete(["alice"])
    pause.answered("alice", 5)
    assert pause.is_complete(["alice"])
