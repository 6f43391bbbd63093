"""The conversation between coordinator and worker: every message has a tag of its own."""

from typing import get_args

import msgspec

from sipflow.protocol.control import CleanedUp, CleanUp, ToCoordinator, ToWorker
from tests.protocol.examples import TO_COORDINATOR, TO_WORKER


def test_these_are_the_words_of_the_coordinator() -> None:
    names = [kind.__struct_config__.tag for kind in get_args(ToWorker)]

    assert names == [
        "Assign", "Register", "Go", "Pause", "Resume", "Halt", "CleanUp", "Dismiss", "Quit",
        "Enlist", "Begin",
    ]  # fmt: skip
    assert {type(message) for message in TO_WORKER} == set(get_args(ToWorker))


def test_these_are_the_words_of_a_worker() -> None:
    names = [kind.__struct_config__.tag for kind in get_args(ToCoordinator)]

    assert names == [
        "Hello", "Beat", "Ready", "Refused", "Paused", "Registered", "ChainFinished", "ChainFailed",
        "Halted", "CleanedUp", "LastWord", "Walked", "Swept",
    ]  # fmt: skip
    assert {type(message) for message in TO_COORDINATOR} == set(get_args(ToCoordinator))


def test_a_message_is_tagged_with_its_name() -> None:
    assert msgspec.to_builtins(CleanUp(limit=2.5)) == {
        "message": "CleanUp", "limit": 2.5, "dead": (),
    }  # fmt: skip
    assert CleanedUp(released=1).left == ()
