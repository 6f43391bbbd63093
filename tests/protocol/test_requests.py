"""What other programs of the user may ask: every message has a tag of its own."""

from typing import get_args

import msgspec
import pytest

from sipflow.protocol.events import RunCounts
from sipflow.protocol.requests import (
    Answer,
    ChangeRate,
    Denied,
    LoadStatus,
    Request,
    Status,
    StopRun,
)


def test_these_are_the_requests_and_the_answers() -> None:
    assert [kind.__name__ for kind in get_args(Request)] == [
        "StopRun", "PauseRun", "ResumeRun", "AskStatus", "ChangeRate",
    ]  # fmt: skip
    assert [kind.__name__ for kind in get_args(Answer)] == ["Accepted", "Denied", "Status"]


def test_a_message_is_tagged_with_its_name() -> None:
    assert msgspec.to_builtins(StopRun(run="a1")) == {"message": "StopRun", "run": "a1"}
    assert msgspec.to_builtins(Denied(detail="no")) == {"message": "Denied", "detail": "no"}


def test_a_rate_is_a_number_and_none_below_0() -> None:
    found = msgspec.convert({"message": "ChangeRate", "rate": 50}, Request)
    assert found == ChangeRate(rate=50.0)
    for wrong in (-1, "fast", None):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"message": "ChangeRate", "rate": wrong}, Request)


def test_the_status_of_a_load_says_how_its_runs_stand() -> None:
    load = LoadStatus(runs=RunCounts(started=9, completed=5, failed=1), in_flight=3, workers=8)
    status = Status(
        run="l1", scenario="call", pid=4711, events="tcp://x:1", state="running", load=load
    )
    found = msgspec.to_builtins(status)["load"]
    assert found == {
        "runs": {"started": 9, "completed": 5, "failed": 1, "stopped": 0, "late": 0},
        "in_flight": 3,
        "workers": 8,
        "rate": None,
    }
