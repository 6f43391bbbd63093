"""What a subscriber is."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from sipflow.console.run.live import Live
from sipflow.console.run.plain import Plain
from sipflow.protocol.subscriber import Subscriber, Ticking
from sipflow.reports.event_log import EventLog


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
    [
        "console.load.view",
        "console.run.live",
        "console.run.plain",
        "console.run.summary",
        "console.suite.live",
        "console.suite.view",
        "projections.run_story",
        "reports.event_log",
        "reports.load_html",
        "reports.result_json",
        "wording.run",
    ],
)
def test_a_subscriber_loads_nothing_big_before_it_is_needed(module: str) -> None:
    code = (
        f"import sys, sipflow.{module};"
        "print({'rich', 'click', 'zmq', 'pydantic', 'yaml'} & set(sys.modules))"
    )

    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert shown.strip() == "set()"
