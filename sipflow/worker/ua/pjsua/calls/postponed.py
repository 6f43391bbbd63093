"""INVITEs that wait until the stack has I/O handles for them. Pure."""

from collections import deque

from sipflow.worker.ua.commands import Invite


class DeferredInvites:
    """INVITEs that are ``waiting``, in the order of their commands and due times."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[float, Invite]] = deque()

    def add(self, due: float, invite: Invite) -> None:
        """Postpone an INVITE until a moment."""
        self.waiting.append((due, invite))

    def due(self, now: float) -> list[Invite]:
        """Return, once, the INVITEs that may be tried again."""
        due: list[Invite] = []
        while self.waiting and self.waiting[0][0] <= now:
            due.append(self.waiting.popleft()[1])
        return due

    def wait(self, now: float) -> float:
        """Return the seconds until the first is due, infinite if there is none."""
        return max(0.0, self.waiting[0][0] - now) if self.waiting else float("inf")

    def forget(self, dialog: str) -> None:
        """Drop the INVITE of a dialog, so that it is never sent."""
        if self.waiting:
            self.waiting = deque(one for one in self.waiting if one[1].dialog != dialog)

    def clear(self) -> None:
        """Drop all."""
        self.waiting.clear()
