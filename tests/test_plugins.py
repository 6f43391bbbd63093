"""What tests/plugins does to a run of pytest: each is tried on a small run of its own."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import coverage
import pytest

from tests.plugins.order import dealt

CHECKOUT = Path(__file__).parent.parent
IGNORING = ["sh", "-c", 'trap "" HUP INT QUIT TERM TSTP; exec "$@"', "sh"]


@dataclass
class Item:
    """What has the name of a test."""

    nodeid: str


def pytest_run(*arguments: Path | str, by: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run pytest on files of tests, with nothing of the project but what the options name."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(
        [*by, *command], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


def written(folder: Path, tests: str) -> Path:
    """Write a file of tests."""
    file = folder / "test_small.py"
    file.write_text(tests, encoding="utf-8")
    return file


ASKS_A_PROGRAM = """
import os, signal, subprocess, sys

import pytest

@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGTSTP"])
def test_it(name):
    os.kill(os.getpid(), getattr(signal, name))
    ask = f"import signal; assert signal.getsignal(signal.{name}) is not signal.SIG_IGN"
    assert subprocess.run([sys.executable, "-c", ask]).returncode == 0
"""


def test_signals_that_pytest_ignores_are_ignored_by_nothing_that_a_test_starts(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, ASKS_A_PROGRAM)
    done = pytest_run(file, "-p", "tests.plugins.signals", by=IGNORING)
    assert done.returncode == 0, done.stdout


WAITS_FOR_EVER = """
import subprocess
import pytest

@pytest.fixture
def program():
    with subprocess.Popen(["sleep", "infinity"]) as process:
        yield process

def test_a_body(program):
    with subprocess.Popen(["sleep", "infinity"]) as process:
        program.wait()

def test_a_clean_up(program):
    assert program is None

def test_another():
    pass
"""


def test_a_test_over_its_limit_fails_where_it_waits_and_the_next_one_runs(tmp_path: Path) -> None:
    file = written(tmp_path, WAITS_FOR_EVER)
    done = pytest_run(file, "-p", "tests.plugins.time_limit", "--timeout=1")
    assert "program.wait()" in done.stdout
    assert "Failed: Timeout (>1.0s) from pytest-timeout" in done.stdout
    assert " 2 failed, 1 passed, 1 error in " in done.stdout.splitlines()[-1]


MEASURES_ONE_FILE = """
from pathlib import Path
from tests.plugins.pure_coverage import PureCoverage

def pytest_configure(config):
    test = Path(__file__).parent / "test_pure.py"
    config.pluginmanager.register(PureCoverage((test,)))
"""


def test_only_the_tests_of_the_pure_modules_cover_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "sipflow.coordinator.events.sequence"
    for name, body in (("pure", "Gap('alice', 1, 4).size"), ("small", "SequenceTracker()")):
        text = f"from {module} import Gap, SequenceTracker\ndef test_it():\n    {body}\n"
        (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(MEASURES_ONE_FILE, encoding="utf-8")
    monkeypatch.setenv("COVERAGE_FILE", str(tmp_path / "measured"))

    done = pytest_run(tmp_path / "test_pure.py", tmp_path / "test_small.py")

    assert done.returncode == 0, done.stdout
    (file,) = tmp_path.glob("measured.*")
    data = coverage.CoverageData(str(file))
    data.read()
    path = CHECKOUT / f"{module.replace('.', '/')}.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    covered = {lines[number - 1].strip() for number in data.lines(str(path)) or ()}
    assert {"class SequenceTracker:", "return self.last - self.first + 1"} <= covered
    assert "self.g = 0" in {line.strip() for line in lines} - covered


NEEDS_ITS_OWN_PORT = """
import os, socket

def test_a(): bind()
def test_b(): bind()

def bind():
    port, name = socket.socket(type=socket.SOCK_DGRAM), socket.socket(socket.AF_UNIX)
    with port, name:
        port.bind(("127.0.0.1", 5060))
        name.bind("\\0sipflow/test")
        os.open("{folder}/" + os.environ["PYTEST_XDIST_WORKER"], os.O_CREAT)
        while len(os.listdir("{folder}")) < 2:
            os.sched_yield()
"""


def test_two_processes_of_tests_have_the_same_port_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    file = written(tmp_path, NEEDS_ITS_OWN_PORT.format(folder=folder))
    done = pytest_run(file, "-p", "tests.plugins.network", "-n2", "--timeout=30")
    assert done.returncode == 0, done.stdout


def test_tests_that_wait_come_first_in_every_process() -> None:
    names = ["worker/sound/test_a", "end_to_end/test_b", "protocol/test_c", "end_to_end/test_d"]
    items = [cast(pytest.Item, Item(f"tests/{name}.py::test")) for name in (*names, "test_e")]
    assert [item.nodeid[6:-9] for item in dealt(items, 2)] == [
        *("end_to_end/test_b", "protocol/test_c"),
        *("end_to_end/test_d", "worker/sound/test_a", "test_e"),
    ]
