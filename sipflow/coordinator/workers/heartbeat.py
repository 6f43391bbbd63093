"""The heartbeat monitor: which workers are hung. Pure.

A worker's event loop sends a heartbeat twice a second, so several missing ones mean that it is
hung: in a callback, in an endless loop, or stopped by a signal. If the coordinator itself was not
scheduled for ``OWN_GAP`` seconds, all time limits restart.
"""

import signal

# Five beats. A hung worker is to be declared dead within three seconds.
SILENCE_LIMIT = 2.5
# How long the coordinator's own turn may take before all time limits restart.
OWN_GAP = 1.0


class HeartbeatMonitor:
    """Records when each worker last sent a message; ``now`` is monotonic seconds."""

    def __init__(self) -> None:
        self._last_seen: dict[str, float] = {}
        self._looked: float | None = None

    def record(self, worker: str, now: float) -> None:
        """Record a message of a worker."""
        self._last_seen[worker] = now

    def forget(self, worker: str) -> None:
        """Stop monitoring a worker."""
        self._last_seen.pop(worker, None)

    def silent(self, now: float) -> list[str]:
        """Return the workers that are hung, and stop monitoring them."""
        if self._looked is not None and now - self._looked > OWN_GAP:
            self._last_seen = dict.fromkeys(self._last_seen, now)
        self._looked = now
        silent = [worker for worker, at in self._last_seen.items() if now - at >= SILENCE_LIMIT]
        for worker in silent:
            del self._last_seen[worker]
        return silent


# Texts for the exit of a worker's process. Pure.


def describe_exit(exit_code: int, *, hung: bool, cause: str = "") -> str:
    """Return the text about a worker that exited unexpectedly.

    ``exit_code``: negative for the signal that ended it.
    ``hung``: it was killed because its heartbeats had stopped.
    ``cause``: the error that ended it, where known.
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
