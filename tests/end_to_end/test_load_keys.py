"""A load that is steered by keys at a real terminal, as the job of a shell."""

import json
from pathlib import Path

import pytest

from tests.console.pty_shell import Shell
from tests.end_to_end.harness import EXAMPLES, Event

PROGRAM = "from sipflow.cli.main import main; main()"
LOAD = ("load", str(EXAMPLES / "basic-load.yaml"), "--base-port", "24460")
STOPPED = "ended 130"


def told(log: Path) -> list[Event]:
    """Return the events of the load that a log has."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def states(events: list[Event]) -> list[tuple[str, float | None]]:
    """Return the states of a load, with the rates that were asked for."""
    return [
        (event["new"], event["rate"] and round(event["rate"], 1))
        for event in events
        if event["type"] == "load-state"
    ]


def last_counts(events: list[Event]) -> dict[str, int]:
    """Return what became of all runs."""
    counts: dict[str, int] = events[-2]["total"]
    return counts


def test_keys_change_the_rate_pause_and_stop(tmp_path: Path) -> None:
    log = tmp_path / "log"
    options = ("--rate", "20", "--calls", "100000", "--event-log", str(log))
    with Shell(PROGRAM, *LOAD, *options) as shell:
        shell.hears("running  20.0 runs/s asked")
        assert not shell.edits_lines()
        shell.types(b"+")
        shell.hears("running  22.0 runs/s asked")
        shell.types(b"p")
        shell.hears("paused  0.00 runs/s asked")
        shell.types(b"-p")  # heeded in a pause, too
        shell.hears("running  19.8 runs/s asked")
        shell.types(b"q")
        shell.hears(STOPPED)
        assert shell.edits_lines()
    events = told(log)
    assert states(events) == [
        *(("running", 20.0), ("running", 22.0), ("paused", 0.0), ("paused", 0.0)),
        *(("running", 19.8), ("ending", None), ("stopped", None)),
    ]
    counts = last_counts(events)
    assert counts["failed"] == 0
    assert counts["started"] == counts["completed"] + counts["stopped"]


@pytest.mark.parametrize("key", [b"q", b"\x03"], ids=["q", "ctrl-c"])
def test_a_closed_load_is_steered_by_how_many_go_on(tmp_path: Path, key: bytes) -> None:
    log = tmp_path / "log"
    options = ("--concurrency", "2", "--calls", "100000", "--event-log", str(log))
    with Shell(PROGRAM, *LOAD, *options) as shell:
        shell.hears("running")
        shell.types(b"p")
        shell.hears("paused")
        shell.types(b"p")
        shell.hears("running")
        shell.types(key)
        shell.hears(STOPPED)
    assert last_counts(told(log))["failed"] == 0


def test_ctrl_z_holds_a_load_and_no_run_fails_by_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    options = ("--rate", "20", "--calls", "100000", "--event-log", str(log))
    with Shell(PROGRAM, *LOAD, *options) as shell:
        shell.hears("running  20.0 runs/s asked")
        shell.types(b"\x1a")
        shell.hears("stopped")
        assert shell.edits_lines()
        shell.continues("fg")
        shell.types(b"+")
        shell.hears("running  22.0 runs/s asked")
        shell.types(b"q")
        shell.hears(STOPPED)
    assert last_counts(told(log))["failed"] == 0
