"""What the life of a run asks to be done, in the imperative. Pure values."""

from msgspec import Struct


class Assign(Struct, frozen=True):
    """Send the instance's plan to its worker."""

    instance: str


class AnnounceRunning(Struct, frozen=True):
    """Tell the world that the run runs."""


class Register(Struct, frozen=True):
    """Tell a worker to register its instance, before anybody walks."""

    instance: str


class Go(Struct, frozen=True):
    """Tell a worker to begin."""

    instance: str


class Pause(Struct, frozen=True):
    """Tell a worker to begin no further node."""

    instance: str


class Resume(Struct, frozen=True):
    """Tell a worker to go on."""

    instance: str


class AnnouncePaused(Struct, frozen=True):
    """Tell the world that no node begins any more, after everything that came before."""


class AnnounceResumed(Struct, frozen=True):
    """Tell the world that the run runs again."""


class AnnounceCleanUp(Struct, frozen=True):
    """Tell the world that the clean-up has begun."""

    cause: str


class Halt(Struct, frozen=True):
    """Tell a worker to break its walk off."""

    instance: str
    cause: str


class CleanUp(Struct, frozen=True):
    """Tell a worker to clean up; ``dead`` are the addresses where nobody will answer any more."""

    instance: str
    limit: float
    dead: tuple[str, ...] = ()


class Flush(Struct, frozen=True):
    """Ask a worker for its last word."""

    instance: str


class Quit(Struct, frozen=True):
    """Tell a worker to end."""

    instance: str


class HandBack(Struct, frozen=True):
    """Let another run have a worker: its process and its endpoint stay."""

    instance: str


class SignalWorker(Struct, frozen=True):
    """Send a signal to a worker's process."""

    instance: str
    signal: int


class AttributeExit(Struct, frozen=True):
    """Charge a worker's death to the node that it was at."""

    instance: str
    how: str


class Conclude(Struct, frozen=True):
    """Every worker is gone: check the ports, judge, and tell the world."""


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
