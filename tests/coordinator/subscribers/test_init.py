"""What a subscriber is."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from sipflow.coordinator.subscribers import Subscriber, Ticking
from sipflow.coordinator.subscribers.event_log import EventLog
from sipflow.coordinator.subscribers.live import Live
from sipflow.coordinator.subscribers.plain import Plain


def test_the_views_want_the_time_and_the_event_log_does_not(tmp_path: Path) -> None:
    subscribers: list[Subscriber] = [
        Plain(io.StringIO()),
        Live(io.StringIO()),
        EventLog(tmp_path / "log"),
    ]

    assert [isinstance(one, Ticking) for one in subscribers] == [True, True, False]
    for subscriber in subscribers:
        subscriber.close()


@pytest.mark.parametrize(
    "module",
    ["plain", "live", "suite_plain", "suite_live", "event_log", "summary", "verdict_json"],
)
def test_a_subscriber_loads_nothing_big_before_it_is_needed(module: str) -> None:
    code = (
        f"import sys, sipflow.coordinator.subscribers.{module};"
        "print({'rich', 'click', 'zmq', 'pydantic', 'yaml'} & set(sys.modules))"
    )

    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert shown.strip() == "set()"
