"""Loads that cannot be as they were asked for: one clear line each, and nothing was started."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.harness import cli, is_free
from tests.end_to_end.load_driver import PORTS, QUICK
from tests.end_to_end.load_scenarios import BY_ROW, TO_A_TARGET, write_rows
from tests.end_to_end.scenarios import write

LOCAL = "sip:300@127.0.0.1:24999"
REMOTE = "sip:300@192.0.2.1"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give runs a directory of their own, and see that nothing was started and nothing is left."""
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as path:
        monkeypatch.setenv("XDG_RUNTIME_DIR", path)
        yield Path(path)
        assert list(Path(path).glob("sipflow/*")) == []
        commands = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
        assert [command for command in commands if path in " ".join(command)] == []
    assert all(is_free(port) for port in PORTS)


def refused(*arguments: str, exit_code: int = 2) -> str:
    """Return the one line that a load is refused with."""
    answer = cli("load", *arguments, "--json")
    assert (answer.returncode, answer.stdout) == (exit_code, ""), answer.stderr
    *usage, line = answer.stderr.splitlines()
    assert all(one.startswith(("Usage: ", "Try ")) or not one for one in usage), answer.stderr
    return line


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--calls 3", "say how many runs: --rate 50 a second"),
        ("--rate 5", "the load has no end"),
        ("--rate 5 --calls 3 --set dely=1", 'unknown variable "dely" in --set'),
        ("--rate fast --calls 3", '--rate: "fast" is no rate'),
        ("--rate 0 --calls 3", "no run would ever be due"),
        ("--rate 5 --calls -3", "--calls -3: give a whole number"),
        ("--rate 5 --duration 5", '--duration: "5"'),
        ("--rate 5 --duration 1s --ramp 2s", "--ramp 2s is longer than --duration 1s"),
        ("--rate 5 --calls 3 --workers 1", "--workers 1: a run takes 2"),
        ("--rate 5 --calls 3 --max-worker-restarts -1", "-1 is not in the range"),
        ("--rate 5 --calls 3 --fail-if slow>3", 'asks for "slow", which is no figure'),
        ("--rate 5 --calls 3 --fail-if srd.p99>3apples", '"apples" does not fit'),
        ("--rate 5 --data missing.csv", "--data missing.csv: cannot be read"),
        ("--rate 5 --calls 3 --csv /missing/a.csv", "cannot open the CSV file"),
        ("--rate 5 --calls 3 --html /missing/a.html", "cannot write the page"),
        ("--rate 5 --calls 3 --event-log /missing/a", "cannot open the event log"),
        ("--rate 5 --calls 3 --prometheus nowhere:x", "--prometheus"),
        ("--rate 5 --calls 3 --events nonsense", "--events nonsense"),
        ("--rate 5 --calls 3 --target a/b", '--target "a/b" is no target'),
    ],
)
def test_options_that_cannot_be_are_one_line(options: str, words: str) -> None:
    assert words in refused(str(QUICK), *options.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("answer\n", "no row below its header"),
        ("answer\nyes,no\n", "rows.csv:2: too many cells"),
        ("answer\n\xff\n", "rows.csv:2: not UTF-8"),
    ],
)
def test_a_file_of_rows_that_cannot_be_used_is_one_line(
    tmp_path: Path, text: str, words: str
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_bytes(text.encode("latin-1"))
    path = write(BY_ROW, tmp_path)
    assert words in refused(str(path), "--rate", "5", "--data", str(rows))


def test_a_scenario_with_problems_is_not_loaded(tmp_path: Path) -> None:
    path = write(BY_ROW.replace("Answer\n", "Anser\n"), tmp_path)
    answer = cli("load", str(path), "--rate", "5", "--calls", "3", "--set", "answer=yes")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "did you mean Answer?" in answer.stderr
    assert "has no value" not in answer.stderr


def test_a_column_and_a_setting_may_not_say_the_same(tmp_path: Path) -> None:
    rows = write_rows(tmp_path, "answer", "yes")
    line = refused(
        *(str(write(BY_ROW, tmp_path)), "--rate", "5"),
        *("--data", str(rows), "--set", "answer=no"),
    )
    assert "--set answer" in line


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        (LOCAL, "--rate 5", "name it: --target "),
        (REMOTE, "--rate 5", "name it: --target "),
        (REMOTE, "--rate 11 --target 192.0.2.1", "is not on this host, so at most 10 runs"),
        (REMOTE, "--concurrency 51 --target 192.0.2.1", "at most 50 runs go on at once"),
    ],
)
def test_nobody_is_loaded_who_was_not_named(
    tmp_path: Path, target: str, options: str, words: str
) -> None:
    path = str(write(TO_A_TARGET, tmp_path))
    plain = refused(path, "--set", f"target={target}", "--calls", "3", *options.split())
    assert (words if target is LOCAL else "cannot be reached in local mode") in plain
    rows = write_rows(tmp_path, "target", "alice", target)
    assert words in refused(path, "--data", str(rows), *options.split())


def test_what_the_machine_does_not_hold_is_said_with_what_would_fit() -> None:
    line = refused(str(QUICK), "--concurrency", "100000", "--calls", "100000", exit_code=3)
    assert line.startswith("error: this machine is too small for the load: ")
    assert "slots would fit: --workers " in line


def test_ports_that_are_all_taken_are_said_and_nothing_is_left() -> None:
    line = refused(
        *(str(QUICK), "--concurrency", "3", "--calls", "3", "--base-port", "65530"), exit_code=3
    )
    assert "port" in line


def test_all_options_that_cannot_be_are_said_in_one_go(tmp_path: Path) -> None:
    wrong = (
        "--rate fast --calls many --duration 5 --fail-if slow>3 --fail-if srd.p99>3x --set x "
        "--prometheus a:b:c --base-port 7 --events nonsense --target a/b --workers 1"
    )
    answer = cli("load", str(QUICK), *wrong.split(), "--event-log", str(tmp_path), "--json")
    assert (answer.returncode, answer.stdout) == (2, "")
    named = ["calls", "base-port", "event-log", "set", "duration", "rate", "fail-if", "fail-if"]
    named += ["target", "prometheus", "events", "workers"]
    lines = answer.stderr.splitlines()
    assert len(lines) == len(named)
    assert all(f"--{name}" in line for name, line in zip(named, lines, strict=True))
    # A scenario with problems has them beside those of the options.
    path = write(BY_ROW.replace("Answer\n", "Anser\n"), tmp_path)
    answer = cli("load", str(path), *wrong.split(), "--set", "answer=yes")
    assert "did you mean Answer?" in answer.stderr
    assert "--duration" in answer.stderr
