"""What tests/plugins does to a run of pytest: each is tried on a small run of its own."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
IGNORING = ["sh", "-c", 'trap "" HUP INT QUIT TERM TSTP; exec "$@"', "sh"]


def pytest_run(
    folder: Path, test: str, *options: str, by: list[str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run pytest on a file of tests, with nothing of the project but what the options name."""
    file = folder / "test_small.py"
    file.write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(file)]
    return subprocess.run(
        [*(by or []), *command], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


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
    done = pytest_run(tmp_path, ASKS_A_PROGRAM, "-p", "tests.plugins.signals", by=IGNORING)
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
    done = pytest_run(tmp_path, WAITS_FOR_EVER, "-p", "tests.plugins.time_limit", "--timeout=1")
    assert "program.wait()" in done.stdout
    assert "Failed: Timeout (>1.0s) from pytest-timeout" in done.stdout
    assert " 2 failed, 1 passed, 1 error in " in done.stdout.splitlines()[-1]
