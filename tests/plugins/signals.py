"""Signals are as tests expect them, however pytest was started.

``nohup`` ignores SIGHUP and a shell's ``&`` ignores SIGINT, and what a process ignores its children
ignore too: a Ctrl-C that a test sends would never arrive. Only a handler is not inherited. So an
ignored signal gets a handler that does nothing: pytest still survives the signal, and what a test
starts has the system's default.
"""

import signal
from types import FrameType

# SIGPIPE is not among them: Python ignores it in itself and restores it in its children. Nor are
# SIGTTIN and SIGTTOU: a process that handled them would read from a terminal for ever.
_IGNORED_BY_SOME = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGTSTP,
    signal.SIGALRM,
    signal.SIGCHLD,
)


def pytest_configure() -> None:
    """Handle and unblock the signals that were ignored or blocked at the start of pytest."""
    for number in _IGNORED_BY_SOME:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _survive)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _IGNORED_BY_SOME)


def _survive(_number: int, _frame: FrameType | None) -> None:
    """Do nothing."""
