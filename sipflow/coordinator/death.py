"""How the end of a worker's process is put into words. Pure."""

import signal

from sipflow.coordinator.liveness import SILENCE_LIMIT


def how_it_ended(exit_code: int, *, hung: bool, cause: str = "") -> str:
    """Return what is told of a worker that ended out of turn.

    ``exit_code`` is negative for the signal that ended it; ``hung``: it was killed for its silence;
    ``cause``: the error that ended it, where it is known.
    """
    if hung:
        return f"its worker process hung: it was silent for {SILENCE_LIMIT:g} s, and was killed"
    if exit_code >= 0:
        crashed = f"its worker process crashed (exit code {exit_code})"
        return f"{crashed}: {cause}" if cause else crashed
    known = -exit_code in signal.Signals.__members__.values()  # real-time signals have no names
    name = signal.Signals(-exit_code).name if known else f"signal {-exit_code}"
    verb = "was killed" if -exit_code in (signal.SIGKILL, signal.SIGTERM) else "crashed"
    return f"its worker process {verb} ({name})"
