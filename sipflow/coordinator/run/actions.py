"""The actions that the life cycle of a run requests, in the imperative. Pure values."""

from msgspec import Struct


class Assign(Struct, frozen=True):
    """Send the instance's plan to its worker."""

    instance: str


class AnnounceRunning(Struct, frozen=True):
    """Publish that the run is running."""


class Register(Struct, frozen=True):
    """Command a worker to register its instance, before any walk begins."""

    instance: str


class Go(Struct, frozen=True):
    """Command a worker to begin its walk."""

    instance: str


class Pause(Struct, frozen=True):
    """Command a worker to begin no further node."""

    instance: str


class Resume(Struct, frozen=True):
    """Command a worker to resume its walk."""

    instance: str


class AnnouncePaused(Struct, frozen=True):
    """Publish that the run is paused, after all earlier events."""


class AnnounceResumed(Struct, frozen=True):
    """Publish that the run is running again."""


class AnnounceCleanUp(Struct, frozen=True):
    """Publish that the clean-up has begun."""

    cause: str


class Halt(Struct, frozen=True):
    """Command a worker to abort its walk."""

    instance: str
    cause: str


class CleanUp(Struct, frozen=True):
    """Command a worker to clean up; ``dead``: the addresses of exited workers."""

    instance: str
    limit: float
    dead: tuple[str, ...] = ()


class Flush(Struct, frozen=True):
    """Ask a worker for the number of its last event."""

    instance: str


class Quit(Struct, frozen=True):
    """Command a worker to end."""

    instance: str


class HandBack(Struct, frozen=True):
    """Return a worker to the pool: its process and its endpoint stay."""

    instance: str


class SignalWorker(Struct, frozen=True):
    """Send a signal to a worker's process."""

    instance: str
    signal: int


class AttributeExit(Struct, frozen=True):
    """Attribute a worker's exit to its current node."""

    instance: str
    how: str


class Conclude(Struct, frozen=True):
    """Conclude the run after all workers have exited: check the ports, judge, publish."""


Action = (
    Assign
    | AnnounceRunning
    | Register
    | Go
    | Pause
    | Resume
    | AnnouncePaused
    | AnnounceResumed
    | Halt
    | AnnounceCleanUp
    | CleanUp
    | Flush
    | Quit
    | HandBack
    | SignalWorker
    | AttributeExit
    | Conclude
)
