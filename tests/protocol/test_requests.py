"""What other programs of the user may ask: every message has a tag of its own."""

from typing import get_args

import msgspec

from sipflow.protocol.requests import Answer, Denied, Request, StopRun


def test_these_are_the_requests_and_the_answers() -> None:
    assert [kind.__name__ for kind in get_args(Request)] == [
        "StopRun", "PauseRun", "ResumeRun", "AskStatus",
    ]  # fmt: skip
    assert [kind.__name__ for kind in get_args(Answer)] == ["Accepted", "Denied", "Status"]


def test_a_message_is_tagged_with_its_name() -> None:
    assert msgspec.to_builtins(StopRun(run="a1")) == {"message": "StopRun", "run": "a1"}
    assert msgspec.to_builtins(Denied(detail="no")) == {"message": "Denied", "detail": "no"}
