"""Options and files that cannot be used as they are: one clear line, and nothing was started."""

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sipflow import subscribe
from tests.end_to_end.busy_run import free_port
from tests.end_to_end.harness import EXAMPLES, Coordinator, cli, is_free
from tests.end_to_end.scenarios import LONG_CALL
from tests.extent import extent

BASIC = str(EXAMPLES / "basic-call.yaml")
PORT = 24_260
START = ("start", BASIC, "--base-port", str(PORT))
TINY = 'instances: {alice: {number: "100"}}\nflow: {alice: [{TIMEOUT: 1ms}]}\n'
MANY = extent(200, 2_000)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give runs a directory of their own, and see that nothing is left in it, nor of it."""
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as path:
        monkeypatch.setenv("XDG_RUNTIME_DIR", path)
        yield Path(path)
        assert list(Path(path).glob("sipflow/*")) == []
        found = psutil.process_iter(["cmdline", "environ"])
        ours = [one.info for one in found if path in (one.info["environ"] or {}).values()]
        assert ours == []
    assert all(is_free(port) for port in (PORT, PORT + 2))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Make a folder of keys."""
    assert cli("keygen", str(tmp_path / "keys")).returncode == 0
    return tmp_path / "keys"


def refused(*arguments: str, folder: Path | None = None) -> str:
    """Return the one line that a command is refused with."""
    answer = cli(*arguments, folder=folder)
    assert (answer.returncode, answer.stdout) == (2, ""), answer.stderr
    *usage, line = answer.stderr.splitlines()
    assert all(one.startswith(("Usage: ", "Try ")) or not one for one in usage), answer.stderr
    return line


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--events", "tcp://0.0.0.0:24299"], "--events tcp://0.0.0.0:24299 is open to others"),
        (["--control", "tcp://*:24299"], "--control tcp://*:24299 is open to others"),
        (["--control", "udp://127.0.0.1:1"], "only tcp:// and ipc:// endpoints are supported"),
        (["--control", "24299"], "--control 24299 is no endpoint"),
        (["--control", ""], "--control '' is no endpoint"),
        (["--control", "ipc:///tmp/\udcff"], "is no endpoint"),
        (["--events", "ipc://nowhere/events"], "No such file or directory"),
        (["--keys", "nowhere"], "there is no key file nowhere/server.key_secret"),
        (["--keys", BASIC], "is a file"),
        (["-j", "0"], "0 is not in the range 1<=x<=100"),
        (["-j", "many"], "'many' is not a valid integer"),
        (["--event-log", "nowhere/log"], "cannot open the event log nowhere/log"),
    ],
)
def test_an_option_that_cannot_be_used_starts_nothing(options: list[str], words: str) -> None:
    assert words in refused(*START, *options)


def test_keys_that_are_none_or_no_secret_start_nothing(keys: Path, tmp_path: Path) -> None:
    guarded = (*START, "--keys", str(keys), "--events", "tcp://0.0.0.0:*")
    (keys / "server.key_secret").chmod(0o640)
    assert "others may read" in refused(*guarded)
    (keys / "server.key_secret").chmod(0o600)
    (keys / "clients").chmod(0o770)
    assert "others may write to" in refused(*guarded)
    (keys / "clients").chmod(0o700)
    (keys / "clients" / "client.key").write_text("nonsense")
    assert "client.key is no key file" in refused(*guarded)
    (keys / "clients" / "client.key").unlink()
    assert "has no client's key in it" in refused(*guarded)
    (tmp_path / "empty").mkdir()
    assert "there is no key file" in refused(*START, "--keys", str(tmp_path / "empty"))


def test_two_cannot_listen_at_one_endpoint(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert refused(*START, "--events", taken) == (
            f"error: --events {taken}: Address already in use"
        )
        assert refused(*START, "--control", taken) == (
            f"error: cannot listen at {taken}: Address already in use"
        )
    free = f"tcp://127.0.0.1:{free_port()}"
    assert "Address already in use" in refused(*START, "--events", free, "--control", free)
    file = f"ipc://{home}/one"
    assert refused(*START, "--events", file, "--control", file) == (
        f"error: --events and --control are both {file}: give each its own"
    )


def test_a_run_does_not_take_the_endpoint_of_another(home: Path, tmp_path: Path) -> None:
    events = f"ipc://{home}/events"
    path = tmp_path / "long.yaml"
    path.write_text(LONG_CALL)
    options = ("--events", events, "--base-port", str(PORT))
    with Coordinator(path, tmp_path, *options) as coordinator:
        run = coordinator.wait_for_node("bob-3", "running")["run"]
        for option in ("--events", "--control"):
            line = refused("start", BASIC, "--base-port", str(PORT + 10), option, events)
            assert line == f"error: {option} {events}: Address already in use"
        stream = subscribe(events)
        assert next(stream).run == run
        assert cli("stop", run).returncode == 0
        outcome = coordinator.finish()
        assert [event.g for event in stream] == [event["g"] for event in outcome.events][1:]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing", "No such file or directory"),
        ("folder/../pipe", "it is a named pipe"),
        ("loop", "Too many levels of symbolic links"),
        ("socket", "No such device or address"),
        ("secret/file", "Not a directory"),
        ("/dev/zero", "the file is larger than 1 MiB"),
        ("/dev/null", "the file is empty"),
        ("missing\udcff.yaml", "missing\\udcff.yaml: error: the file cannot be read"),
    ],
)
def test_what_is_no_file_is_said_so_and_nobody_waits(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret").touch()
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
    assert words in refused("start", name, "--json", folder=tmp_path)
    several = cli("start", name, name, "--json", folder=tmp_path)
    assert several.returncode == 2
    assert [entry["exit_code"] for entry in json.loads(several.stdout)] == [2, 2]
    assert "Traceback" not in several.stderr


def test_a_file_may_be_named_twice_and_need_not_have_a_name_in_utf_8(tmp_path: Path) -> None:
    odd = tmp_path / "call\udcff.yaml"
    odd.write_text(TINY)
    answer = cli("start", str(odd), str(odd), "--base-port", str(PORT), "--json")
    assert answer.returncode == 0, answer.stderr
    verdicts = json.loads(answer.stdout)
    assert [one["file"] for one in verdicts] == [f"{tmp_path}/call\\udcff.yaml"] * 2
    assert len({one["run"] for one in verdicts}) == 2


def test_files_by_the_hundred(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.yaml" for number in range(MANY)]
    for file in files:
        file.write_text(TINY)
    answer = cli("start", *map(str, files), "--base-port", str(PORT), "-j", "2", "--json")
    assert answer.returncode == 0, answer.stderr
    verdicts = json.loads(answer.stdout)
    assert [one["file"] for one in verdicts] == list(map(str, files))
    assert {one["verdict"] for one in verdicts} == {"completed"}


def test_a_run_that_cannot_begin_is_said_so_and_takes_nothing(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    long = tmp_path / "long.yaml"
    long.write_text(LONG_CALL)
    options = (BASIC, "--log-dir", str(logs), "--base-port", str(PORT))
    with Coordinator(long, tmp_path, *options) as coordinator:
        run = coordinator.wait_for_node("bob-3", "running")["run"]
        shutil.rmtree(logs)
        assert cli("stop", run).returncode == 0
        outcome = coordinator.finish()
    first, second = json.loads(outcome.stdout)
    assert (first["verdict"], second["verdict"], second["exit_code"]) == ("stopped", None, 3)
    assert second["reason"]["message"].startswith("no directory for logs: ")
    assert outcome.exit_code == 130
    assert "Traceback" not in outcome.stderr
