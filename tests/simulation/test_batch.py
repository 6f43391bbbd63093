"""Simulations of one command: the view sees them one after another, and every log gets all."""

from collections.abc import Mapping
from pathlib import Path

from sipflow.coordinator.options import StartOptions
from sipflow.errors import SipflowError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.verdict import NotStarted, Verdict
from sipflow.scenario.model.graph import Scenario
from sipflow.simulation.batch import settings, simulate, simulate_batch
from tests.simulation.scenarios import EXAMPLES, job, scenario


class View:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.verdicts: list[Verdict] = []
        self.skipped: list[NotStarted] = []

    def begin(self, events: str, control: str | None = None) -> None:
        self.calls.append("begin")

    def run_started(
        self, index: int, run: str, scenario: Scenario, ports: Mapping[str, int]
    ) -> None:
        self.calls.append("started")

    def handle(self, event: AnyEvent) -> None:
        self.calls.append("event")

    def tick(self, now: float) -> None: ...

    def run_ended(self, index: int, verdict: Verdict) -> None:
        self.verdicts.append(verdict)

    def not_started(self, index: int, entry: NotStarted) -> None:
        self.skipped.append(entry)

    def conclude(self) -> None:
        self.calls.append("conclude")

    def obstruct(self, why: str) -> None: ...

    def report(self) -> int:
        return 0

    def close(self) -> None: ...


class FullDisk(View):
    """Has no room for an event."""

    def handle(self, event: AnyEvent) -> None:
        raise SipflowError("no room")


def test_a_failure_skips_the_others_where_that_is_asked_for(tmp_path: Path) -> None:
    one = job(tmp_path, "  alice: [DISCONNECTED]\n  bob: [TIMEOUT: 1s]\n")
    view = View()
    simulate_batch([one, one], StartOptions(fail_fast=True), view, [])
    assert [verdict.verdict for verdict in view.verdicts] == ["failed"]
    assert [entry.exit_code for entry in view.skipped] == [0]
    assert view.calls[:2] == ["begin", "started"]
    assert view.calls[-1] == "conclude"


def test_an_event_log_that_cannot_be_written_fails_the_run(tmp_path: Path) -> None:
    one = job(tmp_path, "  alice: [TIMEOUT: 1s]\n  bob: [TIMEOUT: 1s]\n")
    view = View()
    simulate_batch([one], StartOptions(), view, [FullDisk()])
    assert (view.verdicts[0].verdict, view.verdicts[0].exit_code) == ("failed", 3)
    assert simulate(one, 5060).verdict == "completed"


def test_files_play_for_their_length(tmp_path: Path) -> None:
    one = scenario(EXAMPLES / "announcement.yaml")
    assert all(seconds > 0 for seconds in settings(one, 5060).lengths.values())
    assert settings(one, 5060).lengths


def test_a_file_that_is_gone_plays_for_no_time(tmp_path: Path) -> None:
    for name in ("greeting.wav", "empty.wav"):
        (tmp_path / name).write_bytes((EXAMPLES / "greeting.wav").read_bytes())
    flow = """
  alice: [MakeCall: {to: bob}, PlayAudio: {file: greeting.wav}, PlayAudio: {file: empty.wav}]
  bob: [INCOMING, Answer]
"""
    one = job(tmp_path, flow)
    (tmp_path / "greeting.wav").unlink()
    (tmp_path / "empty.wav").write_bytes(b"")
    assert settings(one.scenario, 5060).lengths == {}
