"""Limits of the machine that are too low: one error before anything starts, or a run that holds."""

import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.harness import COMMAND, EXAMPLES, LIMIT

BASIC = str(EXAMPLES / "basic-call.yaml")
PORT = ("--base-port", "24700")
LOAD = ("load", str(EXAMPLES / "basic-load.yaml"), "--calls", "2", "--concurrency", "2")


def limited(limit: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Call the command line below a limit that a shell has set."""
    command = ["sh", "-c", f'ulimit {limit}; exec "$@"', "sh", *COMMAND, *arguments, *PORT]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)


def pairs(folder: Path, count: int) -> str:
    """Write a scenario of so many calls at once, two instances each."""
    lines = ["instances:"]
    lines += [f'  i{number}: {{number: "{1000 + number}"}}' for number in range(2 * count)]
    lines.append("flow:")
    for number in range(0, 2 * count, 2):
        lines.append(f"  i{number}: [{{MakeCall: i{number + 1}}}, Release]")
        lines.append(f"  i{number + 1}: [INCOMING, Answer, DISCONNECTED]")
    path = folder / "pairs.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("descriptors", [16, 20, 24, 28, 32, 40])
def test_too_few_descriptors_for_one_run_are_one_error(descriptors: int) -> None:
    refused(
        limited(f"-n {descriptors}", "start", BASIC),
        f"46 needed for 2 instances, {descriptors} there",
    )


@pytest.mark.parametrize("descriptors", [24, 64, 96, 128])
def test_too_few_descriptors_for_many_are_one_error(descriptors: int, tmp_path: Path) -> None:
    done = limited(f"-n {descriptors}", "start", "-j", "10", *[BASIC] * 20)
    refused(done, f"172 needed for 10 runs at once with 20 instances, {descriptors} there")
    done = limited(f"-n {descriptors}", "start", pairs(tmp_path, 30))
    refused(done, f"278 needed for 60 instances, {descriptors} there")


def refused(done: "subprocess.CompletedProcess[str]", words: str) -> None:
    """See that a command was refused with one line, and nothing was started."""
    assert (done.returncode, done.stdout) == (3, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("error: this machine is too small to start: file descriptors")
    assert words in line


def test_what_is_said_to_be_enough_is_enough(tmp_path: Path) -> None:
    assert limited("-n 46", "start", BASIC).returncode == 0
    assert limited("-n 172", "start", "-j", "10", *[BASIC] * 20).returncode == 0
    assert limited("-n 158", "start", pairs(tmp_path, 15)).returncode == 0


def test_too_few_descriptors_for_a_load_are_one_error() -> None:
    done = limited("-n 64", *LOAD)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)
    assert "file descriptors (ulimit -Hn): 80 needed" in done.stderr
