"""Values of the environment are used on the wire, and are nowhere in what is said of a run."""

import json
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.harness import Coordinator, cli
from tests.end_to_end.load_driver import load

TOKEN = "t0ps3cret-Value"
PIN = "86420"
BASE_PORT = ("--base-port", "24820")
SCENARIO = """\
instances:
  alice: {number: "${env:SIPFLOW_PIN}"}
  bob: {number: "200"}
variables:
  token: Bearer ${env:SIPFLOW_TOKEN}
flow:
  alice:
    - SendMessage: {to: bob, text: "padding padding padding padding padding ${token} and more"}
    - MakeCall: {to: bob, headers: {X-Token: "${token}"}}
    - Release
  bob:
    - MESSAGE: {contains: "nothing like ${token}", timeout: 500ms}
      on_failure:
        - INCOMING: {check: {header.X-Token: absent}}
          on_failure:
            - Answer: {leg: call-1}
            - DISCONNECTED
"""
PAUSED = SCENARIO.replace("            - DISCONNECTED", "            - TIMEOUT: 60s")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Set the values, and give runs a directory of their own."""
    monkeypatch.setenv("SIPFLOW_TOKEN", TOKEN)
    monkeypatch.setenv("SIPFLOW_PIN", PIN)
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as path:
        monkeypatch.setenv("XDG_RUNTIME_DIR", path)
        yield Path(path)


def files_with_values(*folders: Path) -> list[str]:
    """Return the files that hold a value, or a part of the long one."""
    pieces = [TOKEN.encode(), TOKEN[:8].encode(), PIN.encode()]
    return [
        str(path)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and any(piece in path.read_bytes() for piece in pieces)
    ]


def test_no_event_log_journal_or_verdict_has_a_value(home: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "secrets.yaml"
    scenario.write_text(PAUSED)
    kept = tmp_path / "logs"
    with Coordinator(scenario, tmp_path, "--log-dir", str(kept), *BASE_PORT) as run:
        run.wait_for_node("bob-4", "running")
        assert len(list(home.rglob("*journal*"))) == 2
        assert files_with_values(home, kept) == []
        run.process.send_signal(signal.SIGINT)
        outcome = run.finish()

    said = [event for event in outcome.events if "${env:SIPFLOW_TOKEN}" in json.dumps(event)]
    assert {event["type"] for event in said} >= {"action-log", "node-state"}
    assert any("${env:SIPFLOW_PIN}" in json.dumps(event) for event in outcome.events)
    (tmp_path / "events").write_text("\n".join(map(json.dumps, outcome.events)))
    assert len(list(kept.iterdir())) == 2
    assert files_with_values(tmp_path) == []


def test_a_run_that_fails_for_a_value_does_not_say_it(home: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "secrets.yaml"
    scenario.write_text(SCENARIO.partition("          on_failure")[0])
    log = ("--event-log", str(tmp_path / "events.jsonl"), "--log-dir", str(tmp_path / "logs"))
    for json_or_not in ((), ("--json",), ("-v",)):
        done = cli("start", str(scenario), *json_or_not, *log, *BASE_PORT)
        assert done.returncode == 1
        said = done.stdout + done.stderr
        assert 'header.X-Token is "Bearer ${env:SIPFLOW_TOKEN}", and is to be absent' in said
        assert TOKEN[:8] not in said
        assert PIN not in said
    assert files_with_values(tmp_path, home) == []


def test_a_load_does_not_say_it_either(home: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "secrets.yaml"
    scenario.write_text(SCENARIO.partition("          on_failure")[0])
    options = ("--calls", "2", "--concurrency", "1", "--html", str(tmp_path / "page.html"))
    outcome = load(scenario, tmp_path, *options, "--log-dir", str(tmp_path / "logs"), *BASE_PORT)
    assert outcome.runs["failed"] == 2
    (tmp_path / "events").write_text("\n".join(map(json.dumps, outcome.events)))
    assert "${env:SIPFLOW_TOKEN}" in outcome.stdout
    assert files_with_values(tmp_path, home) == []
