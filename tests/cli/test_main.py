"""The command line: exit codes, one clear line for every mistake, and nothing started by any."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from sipflow.cli.main import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "basic-call.yaml"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Set the directory of the user's session, short enough for Unix sockets, and return it."""
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as path:
        monkeypatch.setenv("XDG_RUNTIME_DIR", path)
        yield Path(path)


def call(*arguments: str) -> Result:
    """Call the command line in this process."""
    return CliRunner().invoke(main, arguments)


def call_apart(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the command line in a process of its own."""
    command = [sys.executable, "-m", "sipflow.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Usage:"),
        (["dance"], "No such command 'dance'"),
        (["start"], "Missing argument 'FILE…'"),
        (["start", "a.yaml", "-j", "0"], "0 is not in the range"),
        (["start", "a.yaml", "--base-port", "80"], "80 is not in the range"),
        (["start", "a.yaml", "--base-port", "65535"], "65535 is not in the range"),
        (["start", "a.yaml", "--base-port", "many"], "'many' is not a valid integer"),
        (["start", "a.yaml", "--mode", "dream"], "'dream' is not one of"),
        (["start", "a.yaml", "--log-dir", __file__], "is a file"),
        (["start", "a.yaml", "--event-log", "/"], "is a directory"),
        (["start", "a.yaml", "--loud"], "No such option"),
        (["validate"], "Missing argument 'FILES...'"),
        (["schema", "a.yaml"], "unexpected extra argument"),
        (["stop", "a", "b"], "unexpected extra argument"),
        (["watch", "a", "b"], "unexpected extra argument"),
    ],
)
def test_bad_usage_starts_nothing(arguments: list[str], says: str, home: Path) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--mode", "real"], "error: --mode real is not there yet; local mode is the default"),
        (["--events", "nonsense"], "error: --events nonsense is no endpoint: give tcp://"),
        (["--events", "tcp://127.0.0.1"], "error: --events tcp://127.0.0.1 is no endpoint: give"),
        (
            ["--events", "tcp://0.0.0.0:7000"],
            "error: --events tcp://0.0.0.0:7000 is open to others",
        ),
        (["--control", "tcp://*:7000"], "error: --control tcp://*:7000 is open to others"),
        (["--keys", "/nowhere"], "error: there is no key file /nowhere/server.key_secret"),
        (["--event-log", "/dev/null/x"], "error: cannot open the event log /dev/null/x: Not a dir"),
    ],
)
def test_an_option_that_cannot_be_used_is_one_line(arguments: list[str], line: str) -> None:
    done = call_apart("start", str(EXAMPLE), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    [only] = done.stderr.splitlines()
    assert only.startswith(line)


def test_an_endpoint_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        done = call_apart("start", str(EXAMPLE), "--events", endpoint)
    assert (done.returncode, done.stdout) == (2, "")
    [only] = done.stderr.splitlines()
    assert only.startswith(f"error: --events {endpoint}: Address already in use")


def test_no_port_is_the_machines_fault() -> None:
    done = call_apart("start", str(EXAMPLE), "--base-port", "65534")
    assert (done.returncode, done.stdout) == (3, "")
    [only] = done.stderr.splitlines()
    assert only.startswith("error: no port: 2 SIP ports were needed from 65534 up, ")


@pytest.mark.parametrize("command", ["start", "validate"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("missing.yaml", None),
        ("empty.yaml", ""),
        ("list.yaml", "- 1"),
        ("deep.yaml", "[" * 100_000),
        ("deep.json", "[" * 100_000),
        ("cut.json", '{"nodes": ['),
    ],
)
def test_a_file_that_is_no_scenario_exits_2_with_its_name(
    tmp_path: Path, command: str, name: str, text: str | None
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text, encoding="utf-8")
    result = call(command, str(file))
    assert result.exit_code == 2
    assert result.output.startswith(f"{file}")
    assert len(result.output.splitlines()) == 1


def test_a_file_of_random_bytes_exits_2(tmp_path: Path) -> None:
    file = tmp_path / "noise.yaml"
    file.write_bytes(bytes(range(256)))
    assert call("validate", str(file)).exit_code == 2


def test_good_files_are_ok() -> None:
    result = call("validate", str(EXAMPLE), str(EXAMPLE))
    assert result.exit_code == 0
    assert result.output == f"{EXAMPLE}: ok, basic call: 2 instances, 6 nodes\n" * 2


def test_the_schema_is_one_that_accepts_the_example_and_refuses_others() -> None:
    result = call("schema")
    assert result.exit_code == 0
    schema = json.loads(result.output)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    example = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert validator.is_valid(example)
    assert not validator.is_valid(example | {"flow": {"alice": [{"MakeCal": {"to": "200"}}]}})


@pytest.mark.parametrize("command", ["stop", "watch"])
@pytest.mark.parametrize(
    ("run", "line"),
    [([], "error: no run is alive"), (["ffff"], "error: no run ffff is alive; no run is alive")],
)
def test_without_a_run_it_is_one_line(command: str, run: list[str], line: str) -> None:
    result = call(command, *run)
    assert (result.exit_code, result.output) == (2, f"{line}\n")


@pytest.mark.parametrize("endpoint", ["x://y", "tcp://a b"])
def test_an_endpoint_that_cannot_be_watched_is_one_line(endpoint: str) -> None:
    result = call("watch", endpoint)
    assert result.exit_code == 2
    assert result.output.startswith(f"error: {endpoint} is no endpoint to subscribe to: ")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["start", "-h"], ["watch", "--help"]])
def test_help_is_no_mistake(arguments: list[str]) -> None:
    result = call(*arguments)
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")


def test_the_version_is_told() -> None:
    assert call("--version").output.startswith("sipflow-coord, version ")


def test_the_verdict_is_the_exit_code_and_alone_on_standard_output(home: Path) -> None:
    done = call_apart("start", str(EXAMPLE), "--base-port", "20200", "--json")
    assert done.returncode == 0
    verdict = json.loads(done.stdout)
    assert (verdict["verdict"], verdict["exit_code"]) == ("completed", 0)
    assert verdict["cleanup"]["confirmed"]
    assert "completed  basic call" in done.stderr
    assert list((home / "sipflow").iterdir()) == []


def is_readable(pipe: int) -> bool:
    """Tell whether something is in a pipe."""
    return any(fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))


def state(pid: int) -> str:
    """Return the state of a process as the kernel says it: R, S, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_ctrl_c_before_the_run_is_a_stop() -> None:
    # Reading waits for the end of the pipe; that more is written than it holds shows that it began,
    # and that the process sleeps while it is empty shows that it waits.
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "sipflow.cli.main", "start", f"/dev/fd/{reader}"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, pass_fds=[reader])
    with process:
        os.close(reader)
        os.write(writer, b"#" * (fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ) + 1))
        while is_readable(writer) or state(process.pid) != "S":
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    os.close(writer)
    assert (process.returncode, err) == (130, "")


def test_problems_are_json_for_programs(tmp_path: Path) -> None:
    file = tmp_path / "call.yaml"
    file.write_text("instances: {a: {number: '1'}}\nflow: {a: [Wait: soon]}\n")
    done = call_apart("validate", "--json", str(EXAMPLE), str(file), "--set", "x")
    assert done.returncode == 2
    assert [(one["file"], one["code"]) for one in json.loads(done.stdout)] == [
        (str(file), "bad-value"),
        (None, "bad-variable"),
    ]
    assert done.stderr == 'error: --set "x": write NAME=VALUE\n'
    done = call_apart("validate", "--json", str(EXAMPLE))
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")


def test_every_misspelt_variable_is_a_line() -> None:
    answer = call_apart("validate", str(EXAMPLE), "--set", "a=1", "--set", "b=2")
    assert answer.returncode == 2
    assert answer.stderr.splitlines() == [
        'error: unknown variable "a" in --set (it has no variables)',
        'error: unknown variable "b" in --set (it has no variables)',
    ]
