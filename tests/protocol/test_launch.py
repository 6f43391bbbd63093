"""The conversation between coordinator and fork server: every message has a tag of its own."""

from typing import get_args

import msgspec

from sipflow.protocol.launch import Ended, FromForkServer, Launched, Signal, ToForkServer


def test_these_are_the_words_of_the_conversation() -> None:
    assert [kind.__name__ for kind in get_args(ToForkServer)] == ["Launch", "RemoveAtEnd", "Signal"]
    assert [kind.__name__ for kind in get_args(FromForkServer)] == ["Launched", "Ended"]


def test_a_message_is_tagged_with_its_name() -> None:
    assert msgspec.to_builtins(Ended(worker="alice", exit_code=-9)) == {
        "message": "Ended", "worker": "alice", "exit_code": -9, "cause": "", "trace": "",
    }  # fmt: skip
    assert msgspec.to_builtins(Signal(worker="alice", signal=15))["message"] == "Signal"
    assert msgspec.to_builtins(Launched(worker="alice", pid=1))["message"] == "Launched"
