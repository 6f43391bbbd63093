"""INVITEs that wait until the stack has I/O handles for them. Pure."""

from collections import deque

from sipflow.worker.orders import Invite


class Postponed:
    """In the order in which they are due, which is that in which they were ordered."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, Invite]] = deque()

    def add(self, due: float, invite: Invite) -> None:
        """Let an INVITE wait until a moment."""
        self._waiting.append((due, invite))

    def due(self, now: float) -> list[Invite]:
        """Return, once, those that may be tried again."""
        due: list[Invite] = []
        while self._waiting and self._waiting[0][0] <= now:
            due.append(self._waiting.popleft()[1])
        return due

    def wait(self, now: float) -> float:
        """Return the seconds until the first is due, infinitely many if none is."""
        return max(0.0, self._waiting[0][0] - now) if self._waiting else float("inf")

    def forget(self, dialog: str) -> None:
        """Drop that of a dialog, so that it is never sent."""
        if self._waiting:
            self._waiting = deque(one for one in self._waiting if one[1].dialog != dialog)

    def clear(self) -> None:
        """Drop all."""
        self._waiting.clear()
