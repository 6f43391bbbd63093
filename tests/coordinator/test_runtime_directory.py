"""The directories of runs, with real processes: alive, dead, several, and refused ones."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq

from sipflow.coordinator.runtime_directory import (
    BatchDirectory,
    append_trace,
    control_endpoint,
    events_endpoint,
    find_run,
    instance_log,
    journal,
    kept_log,
    living_runs,
    make_log_directory,
    record,
    requests_endpoint,
    worker_log,
)
from sipflow.errors import ResourceError, RunNotFoundError, UsageError

# A Unix socket's path holds 107 bytes.
LONGEST_PATH = 107
RUN = "0123abcd"
BATCH = "89abcdef"
HOLDER = """
import sys
from sipflow.coordinator.runtime_directory import BatchDirectory
batch = BatchDirectory("f" * 8 + sys.argv[1])
print(batch.open_run(sys.argv[1]), flush=True)
sys.stdin.read()
batch.remove()
"""


@pytest.fixture(autouse=True)
def home(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the directory of the user's session, and return where runs are in it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    return directory / "sipflow"


@contextmanager
def holder(run: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Have another process own a run; yield it and the run's directory."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, run],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_a_log_directory_is_made_with_those_above_it(tmp_path: Path) -> None:
    make_log_directory(tmp_path / "a" / "b")
    make_log_directory(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"--log-dir .*: cannot be made: Not a directory"):
        make_log_directory(tmp_path / "file" / "b")


def test_a_trace_is_put_into_a_log_once(tmp_path: Path) -> None:
    log = tmp_path / "alice.log"
    append_trace(log, "")
    assert not log.exists()
    log.write_text("first\n")
    append_trace(log, "trace\n")
    append_trace(log, "trace\n")
    assert log.read_text() == "first\ntrace\n"
    append_trace(tmp_path / "nowhere" / "x.log", "trace\n")


def test_nobody_else_can_enter_a_runs_directory(home: Path) -> None:
    batch = BatchDirectory(BATCH)
    run = batch.open_run(RUN)
    assert run == home / BATCH / RUN
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (home, batch.path, run)]
    assert modes == [0o700, 0o700, 0o700]
    batch.remove()
    assert list(home.iterdir()) == []


def test_the_runs_of_one_command_are_all_alive() -> None:
    batch = BatchDirectory(BATCH)
    assert living_runs() == []
    runs = [batch.open_run("bbbb0002"), batch.open_run("aaaa0001")]
    assert living_runs() == runs
    with pytest.raises(ResourceError, match="no directory for the run"):
        batch.open_run("aaaa0001")
    batch.remove()
    assert living_runs() == []


def test_a_run_that_has_ended_is_not_alive_while_others_of_its_command_are() -> None:
    batch = BatchDirectory(BATCH)
    first, second = batch.open_run("aaaa0001"), batch.open_run("bbbb0002")
    (first / "1.journal").write_bytes(b"events")
    batch.close_run("aaaa0001")
    assert living_runs() == [second]
    assert find_run(None) == second
    with pytest.raises(RunNotFoundError, match="no run aaaa0001 is alive; alive: bbbb0002"):
        find_run("aaaa0001")
    batch.close_run("aaaa0001")
    batch.remove()


def test_an_id_can_be_used_by_one_command_at_a_time() -> None:
    batch = BatchDirectory(BATCH)
    with pytest.raises(ResourceError, match="no directory for the run"):
        BatchDirectory(BATCH)
    batch.remove()


def test_a_run_lives_as_long_as_its_process() -> None:
    with holder(RUN) as (process, path):
        assert living_runs() == [path]
        assert find_run(None) == find_run(RUN) == path
        process.communicate()
        assert living_runs() == []
        assert not path.exists()


def test_what_a_killed_run_left_is_removed_by_whoever_looks_next() -> None:
    with holder(RUN) as (process, path):
        (path / "1.journal").write_bytes(b"events")
        process.kill()
        process.wait()
        assert path.exists()
        assert living_runs() == []
        assert not path.parent.exists()


def test_without_a_name_the_only_living_run_is_meant() -> None:
    with holder("aaaa0001") as (first, first_path), holder("bbbb0002") as (_, second_path):
        with pytest.raises(RunNotFoundError, match="name one of them: aaaa0001, bbbb0002"):
            find_run(None)
        assert find_run("bbbb0002") == second_path
        first.communicate()
        assert not first_path.exists()
        assert find_run(None) == second_path


def test_the_oldest_run_comes_first() -> None:
    with holder("bbbb0002"), holder("aaaa0001"):
        assert [path.name for path in living_runs()] == ["bbbb0002", "aaaa0001"]


@pytest.mark.parametrize(
    ("name", "line"),
    [(None, "no run is alive"), ("ffff", "no run ffff is alive; no run is alive")],
)
def test_no_run_is_one_line(name: str | None, line: str) -> None:
    with pytest.raises(RunNotFoundError) as error:
        find_run(name)
    assert str(error.value) == line


def test_a_wrong_name_lists_what_there_is() -> None:
    with holder(RUN), pytest.raises(RunNotFoundError, match=f"no run ffff is alive; alive: {RUN}"):
        find_run("ffff")


def test_a_directory_that_is_being_made_is_left_alone(home: Path) -> None:
    BatchDirectory(BATCH).remove()
    unnamed = home / f".{BATCH}"
    unnamed.mkdir()
    assert living_runs() == []
    assert unnamed.exists()


def test_what_is_no_run_is_none(home: Path) -> None:
    BatchDirectory(BATCH).remove()
    (home / "notes.txt").touch()
    (home / "half-removed").mkdir()
    assert living_runs() == []


def test_every_socket_can_be_bound_below_the_longest_directory(
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_socket: Callable[[int], zmq.Socket[bytes]],
) -> None:
    longest = 72 - len("/sipflow") - len(f"{directory}/")
    session = directory / ("z" * longest)
    session.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session))
    batch = BatchDirectory(BATCH)
    assert batch.path == session / "sipflow" / BATCH
    run = batch.open_run(RUN)
    for address in (
        control_endpoint(batch.path),
        events_endpoint(batch.path),
        requests_endpoint(run),
    ):
        assert len(address.removeprefix("ipc://")) <= LONGEST_PATH
        open_socket(zmq.ROUTER).bind(address)
    batch.remove()


def test_what_belongs_to_a_run_is_in_its_directory(directory: Path) -> None:
    assert journal(directory, 1) == directory / "1.journal"
    assert instance_log(directory, 2) == directory / "2.log"
    assert record(directory) == directory / "record"
    assert worker_log(directory, "w1") == directory / "w1.log"


@pytest.mark.parametrize(
    ("instance", "name"),
    [
        ("alice", "alice.log"),
        ("../alice", "_alice.log"),
        ("a/b", "a_b.log"),
        (".hidden", "hidden.log"),
        ("..", "3.log"),
    ],
)
def test_logs_that_are_kept_go_by_their_instances_and_stay_in_their_directory(
    tmp_path: Path, instance: str, name: str
) -> None:
    assert kept_log(tmp_path, instance, 3) == tmp_path / name
