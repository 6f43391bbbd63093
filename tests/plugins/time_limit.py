"""A test that takes too long fails, with its traceback, and what it started is ended.

pytest-timeout interrupts the test once. That is not enough where the clean-up of the test waits as
long again, for a process that does not end: so the processes are ended too, the interruption is
repeated, and the clean-up of a test that failed has a limit of its own.
"""

import signal
from collections.abc import Generator
from contextlib import suppress
from types import FrameType

import psutil
import pytest
import pytest_timeout

# Seconds between an interruption and the next.
_AGAIN = 10.0
_settings: pytest.StashKey[pytest_timeout.Settings] = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer(
    item: pytest.Item, settings: pytest_timeout.Settings
) -> Generator[None, object, object]:
    """Repeat what pytest-timeout does once, and end the test's processes each time."""
    answer = yield
    interrupt = signal.getsignal(signal.SIGALRM)
    if settings.method != "signal" or not callable(interrupt):
        return answer
    item.stash[_settings] = settings

    def end(number: int, frame: FrameType | None) -> None:
        __tracebackhide__ = True
        try:
            interrupt(number, frame)
        except BaseException:  # it raises what fails the test; in a debugger it does nothing
            end_children()
            raise

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout, _AGAIN)
    return answer


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Limit the clean-up after a failure too, at which pytest-timeout stops its timer."""
    if _settings in item.stash and signal.getitimer(signal.ITIMER_REAL)[0] == 0:
        item.ihook.pytest_timeout_set_timer(item=item, settings=item.stash[_settings])


def end_children() -> None:
    """Kill every process that descends from this one."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.kill()
