"""What the life of a run asks to be done, in the imperative. Pure values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assign:
    """Send the instance's plan to its worker."""

    instance: str


@dataclass(frozen=True, slots=True)
class AnnounceRunning:
    """Tell the world that the run runs."""


@dataclass(frozen=True, slots=True)
class Go:
    """Tell a worker to begin."""

    instance: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Tell a worker to begin no further node."""

    instance: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Tell a worker to go on."""

    instance: str


@dataclass(frozen=True, slots=True)
class AnnouncePaused:
    """Tell the world that no node begins any more, after everything that came before."""


@dataclass(frozen=True, slots=True)
class AnnounceResumed:
    """Tell the world that the run runs again."""


@dataclass(frozen=True, slots=True)
class AnnounceCleanUp:
    """Tell the world that the clean-up has begun."""

    cause: str


@dataclass(frozen=True, slots=True)
class Halt:
    """Tell a worker to break its walk off."""

    instance: str
    cause: str


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Tell a worker to clean up; ``dead`` are the addresses where nobody will answer any more."""

    instance: str
    limit: float
    dead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Ask a worker for its last word."""

    instance: str


@dataclass(frozen=True, slots=True)
class Quit:
    """Tell a worker to end."""

    instance: str


@dataclass(frozen=True, slots=True)
class HandBack:
    """Let another run have a worker: its process and its endpoint stay."""

    instance: str


@dataclass(frozen=True, slots=True)
class SignalWorker:
    """Send a signal to a worker's process."""

    instance: str
    signal: int


@dataclass(frozen=True, slots=True)
class ChargeDeath:
    """Charge a worker's death to the node that it was at."""

    instance: str
    how: str


@dataclass(frozen=True, slots=True)
class Conclude:
    """Every worker is gone: check the ports, judge, and tell the world."""


Action = (
    Assign
    | AnnounceRunning
    | Go
    | Pause
    | Resume
    | AnnouncePaused
    | AnnounceResumed
    | Halt
    | AnnounceCleanUp
    | CleanUp
    | Dismiss
    | Quit
    | HandBack
    | SignalWorker
    | ChargeDeath
    | Conclude
)
