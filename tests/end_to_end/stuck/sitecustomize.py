"""Loaded by every Python that has this directory on its path: on SIGUSR1 it spins for ever.

So a worker's one thread is stuck in a loop of Python code, as in a callback that never returns.
"""

import signal


def spin(_signal: int, _frame: object) -> None:
    """Never return."""
    while True:
        pass


signal.signal(signal.SIGUSR1, spin)
