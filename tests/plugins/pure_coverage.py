"""Measures what the tests of the pure modules execute, and nothing else, in one run of all tests.

``--pure-coverage`` makes each process write a data file for ``coverage combine``. Modules are also
measured while the tests are collected, because Python executes a module's definitions once, at its
first import; no body of a function is executed then. The measurement stops for every test that is
not one of a pure module, so that such a test neither counts nor pays for it.
"""

import subprocess
import sys
from pathlib import Path

import coverage
import pytest

_CHECKOUT = Path(__file__).parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--pure-coverage",
        action="store_true",
        help="measure the coverage of the pure modules by their own tests",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to measure, if tests are to be collected in this process."""
    is_worker = hasattr(config, "workerinput")
    if config.getoption("pure_coverage") and (is_worker or not config.getoption("numprocesses")):
        config.pluginmanager.register(PureCoverage(pure_tests()), "pure coverage at work")


def pure_tests() -> tuple[Path, ...]:
    """Return the files and directories of the tests of the pure modules."""
    command = [sys.executable, str(_CHECKOUT / "scripts" / "pure-tests")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise pytest.UsageError(done.stderr)
    return tuple(_CHECKOUT / line for line in done.stdout.splitlines())


class PureCoverage:
    """Measures during some tests.

    Attributes:
        tests: the files and directories of these tests.
    """

    def __init__(self, tests: tuple[Path, ...]) -> None:
        self.tests = tests
        self._coverage = coverage.Coverage(data_suffix=True)
        self._measures = False
        self.measure(True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Measure this test or do not."""
        self.measure(any(item.path.is_relative_to(test) for test in self.tests))

    def pytest_sessionfinish(self) -> None:
        """Write what was measured."""
        self.measure(False)
        self._coverage.save()

    def measure(self, wanted: bool) -> None:
        """Go on measuring, or pause."""
        if wanted and not self._measures:
            self._coverage.start()
        elif self._measures and not wanted:
            self._coverage.stop()
        self._measures = wanted
