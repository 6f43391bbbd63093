"""Which workers have not been heard of for too long. Pure.

A worker's loop says that it turns twice a second, so that a silence of several beats means that it
hangs: in a callback, in an endless loop, or stopped by a signal. A coordinator that did not get the
processor itself has no right to complain: after a long turn of its own everybody gets a new chance.
"""

import signal

# Five beats. A hung worker is to be declared dead within three seconds.
SILENCE_LIMIT = 2.5
# How long our own turn may take before we distrust our own clock rather than the workers.
OWN_GAP = 1.0


class HeartbeatMonitor:
    """When each worker was last heard of; ``now`` is monotonic seconds."""

    def __init__(self) -> None:
        self._heard: dict[str, float] = {}
        self._looked: float | None = None

    def heard(self, worker: str, now: float) -> None:
        """Take in that a worker has said something."""
        self._heard[worker] = now

    def forget(self, worker: str) -> None:
        """Expect nothing of a worker any more."""
        self._heard.pop(worker, None)

    def silent(self, now: float) -> list[str]:
        """Return the workers that have been silent for too long, and forget them."""
        if self._looked is not None and now - self._looked > OWN_GAP:
            self._heard = dict.fromkeys(self._heard, now)
        self._looked = now
        silent = [worker for worker, at in self._heard.items() if now - at >= SILENCE_LIMIT]
        for worker in silent:
            del self._heard[worker]
        return silent


# How the end of a worker's process is put into words. Pure.


def describe_exit(exit_code: int, *, hung: bool, cause: str = "") -> str:
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
