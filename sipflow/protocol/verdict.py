"""The verdict of a run, as ``start --json`` prints it: types only, judged elsewhere."""

from typing import Literal

from msgspec import Struct, field

from sipflow.protocol.events import RunReason

VerdictName = Literal["completed", "failed", "stopped"]
# How a worker ended, exactly one of them; ``none`` is a worker that was never started.
ExitName = Literal["finished", "failed", "crashed", "killed", "none"]

COMPLETED = 0
FAILED = 1
NOT_STARTED = 2
INFRASTRUCTURE = 3
STOPPED = 130


class InstanceVerdict(Struct, frozen=True, kw_only=True):
    """One instance: its SIP port, its process id, how that ended, each node's last state."""

    port: int | None
    pid: int | None
    exit: ExitName
    nodes: dict[str, str]


class CleanUpVerdict(Struct, frozen=True, kw_only=True):
    """Whether the clean-up was confirmed, legs that it released, legs that it had to leave."""

    confirmed: bool
    calls_released: int = 0
    calls_left: int = 0


class EventCount(Struct, frozen=True, kw_only=True):
    """Events that the coordinator got from its workers, and events that never reached it.

    ``recovered``: those of the received that came only from journals. ``malformed``: messages that
    were none, at any socket.
    """

    received: int = 0
    lost: int = 0
    recovered: int = 0
    malformed: int = 0


class Verdict(Struct, frozen=True, kw_only=True):
    """The one outcome of a run; ``duration_s`` is from the command's start to the verdict."""

    run: str
    scenario: str
    verdict: VerdictName
    exit_code: int
    reason: RunReason | None
    duration_s: float
    instances: dict[str, InstanceVerdict]
    cleanup: CleanUpVerdict
    events: EventCount = field(default_factory=EventCount)
    file: str = ""


class NotStarted(Struct, frozen=True, kw_only=True):
    """A file of several that never became a run: what a list of verdicts has in its place.

    ``exit_code``: 2 for a file that could not be run; 0 for one that was not reached, because
    another had failed before, and 130 for one that was not reached, because somebody stopped.
    """

    file: str
    reason: RunReason
    problems: tuple[str, ...] = ()
    verdict: None = None
    exit_code: int = NOT_STARTED


# What becomes of one file of several.
Outcome = Verdict | NotStarted
