"""Standard streams that are closed or full: runs are the same, no lost verdict is a success."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.harness import COMMAND, EXAMPLES, LIMIT, Coordinator, cli
from tests.end_to_end.scenarios import LONG_CALL

BASIC = str(EXAMPLES / "basic-call.yaml")
PORT = "24600"
LOAD = ["load", str(EXAMPLES / "basic-load.yaml"), "--calls", "2", "--concurrency", "1"]


def redirected(redirection: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Call the command line with standard streams that a shell has redirected."""
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", *COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", [["start", BASIC], ["start", BASIC, BASIC], LOAD])
def test_a_closed_stream_changes_no_run(command: list[str], closed: str) -> None:
    done = redirected(closed, *command, "--json", "--base-port", PORT)
    assert done.returncode == 0, done.stderr
    if closed in ("<&-", "2>&-"):
        printed = json.loads(done.stdout)
        verdicts = printed if isinstance(printed, list) else [printed]
        assert {verdict["exit_code"] for verdict in verdicts} == {0}


@pytest.mark.parametrize("options", [["--json"], []])
@pytest.mark.parametrize("command", [["start", BASIC], ["start", BASIC, BASIC], LOAD])
def test_a_verdict_that_does_not_fit_is_no_success(command: list[str], options: list[str]) -> None:
    done = redirected("> /dev/full", *command, *options, "--base-port", PORT)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: cannot write the ")
    assert last.endswith(" to standard output: No space left on device")


@pytest.mark.parametrize(
    "command",
    [["validate", BASIC], ["validate", "none.yaml"], ["schema"], ["--help"], ["start", "--help"]],
)
def test_what_is_printed_by_other_commands_is_not_lost_unseen(command: list[str]) -> None:
    done = redirected("> /dev/full", *command)
    assert done.returncode == 3
    assert done.stderr.startswith("error: cannot write the ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [["--json"], []])
def test_a_watch_that_cannot_be_written_is_no_success(options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(LONG_CALL, encoding="utf-8")
    with Coordinator(path, tmp_path, "--base-port", PORT) as coordinator:
        run = coordinator.wait_for_node("bob-3", "running")["run"]
        done = redirected("> /dev/full", "watch", run, *options)
        assert cli("stop", run).returncode == 0
        coordinator.finish()
    assert done.returncode == 3
    assert done.stderr == (
        "error: cannot write the events to standard output: No space left on device\n"
    )
