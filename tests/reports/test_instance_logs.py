"""What each instance did, in its own file, by the clock on the wall."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from sipflow.errors import ResourceError
from sipflow.reports.instance_logs import InstanceLogs
from tests.projections.transcript import Transcript, basic_call


def test_each_instance_has_its_own_file_with_times(tmp_path: Path) -> None:
    logs = InstanceLogs(lambda _run, instance: tmp_path / f"{instance}.log")
    (tmp_path / "alice.log").write_text("what the worker printed\n", encoding="utf-8")
    for event in basic_call().events:
        logs.handle(event)
    logs.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["alice.log", "bob.log"]
    first, second, *more = (tmp_path / "alice.log").read_text(encoding="utf-8").splitlines()
    assert first == "what the worker printed"
    assert second.startswith("2023-11-14T22:13:20")
    assert "alice" in second
    assert all(line.startswith("2023-11-14T22:13:2") for line in more)


def test_what_ended_a_worker_is_in_its_log(tmp_path: Path) -> None:
    run = Transcript()
    run.error(0.1, "alice", "its worker process crashed (exit code 1): ValueError: x", node="a-1")
    logs = InstanceLogs(lambda _run, instance: tmp_path / f"{instance}.log")
    for event in run.events:
        logs.handle(event)
    assert "crashed (exit code 1): ValueError: x" in (tmp_path / "alice.log").read_text()


def test_runs_are_told_apart_and_forgotten_when_they_have_ended(tmp_path: Path) -> None:
    def file_of(run: str, instance: str) -> Path:
        return tmp_path / f"{run}-{instance}.log"

    logs = InstanceLogs(file_of)
    for run in ("r1", "r2"):
        for event in basic_call().events:
            logs.handle(replace(event, run=run))
    assert len(list(tmp_path.iterdir())) == 4
    assert logs.kept == 0


def test_a_file_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    logs = InstanceLogs(lambda _run, _instance: Path("/dev/full"))
    first, *others = [event for event in basic_call().events if event.instance == "alice"]
    with pytest.raises(ResourceError, match="cannot write the log /dev/full: No space left"):
        logs.handle(first)
    for event in others:
        logs.handle(event)


def test_a_folder_that_was_removed_is_no_failure(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    logs = InstanceLogs(lambda _run, instance: folder / f"{instance}.log")
    first, *others = basic_call().events
    logs.handle(first)
    shutil.rmtree(folder)
    for event in others:
        logs.handle(event)
    assert not folder.exists()
