"""The verdict of a run, as ``start --json`` prints it: types only, judged elsewhere.

A field's ``Meta`` is for the generated reference.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from sipflow.protocol.events import RunId, RunReason, ScenarioName

VerdictName = Literal["completed", "failed", "stopped"]
# How a worker ended, exactly one of them; ``none`` is a worker that was never started.
ExitName = Literal["finished", "failed", "crashed", "killed", "none"]

COMPLETED = 0
FAILED = 1
NOT_STARTED = 2
INFRASTRUCTURE = 3
STOPPED = 130

ExitCode = Annotated[
    int,
    Meta(
        description="0 completed, 1 failed, 2 nothing was started, 3 infrastructure failure, "
        "130 stopped"
    ),
]
File = Annotated[str, Meta(description="the scenario file, as it was named")]


class InstanceVerdict(Struct, frozen=True, kw_only=True):
    """The outcome of one instance."""

    port: Annotated[int | None, Meta(description="the instance's SIP port")]
    pid: Annotated[int | None, Meta(description="the process id of its worker")]
    exit: Annotated[
        ExitName,
        Meta(
            description="how the process ended; ``failed``: the instance's own step ended the "
            "run; ``none``: the process was never started"
        ),
    ]
    nodes: Annotated[dict[str, str], Meta(description="each node's last state, by the node's id")]


class CleanUpVerdict(Struct, frozen=True, kw_only=True):
    """The outcome of the clean-up."""

    confirmed: Annotated[
        bool, Meta(description="whether the end of every call and process was confirmed")
    ]
    calls_released: Annotated[int, Meta(description="legs that the clean-up ended")] = 0
    calls_left: Annotated[int, Meta(description="legs not confirmed as ended")] = 0


class EventCount(Struct, frozen=True, kw_only=True):
    """The number of events received from the workers, and of those lost."""

    received: Annotated[int, Meta(description="events that the coordinator received")] = 0
    lost: Annotated[int, Meta(description="events that never reached the coordinator")] = 0
    recovered: Annotated[
        int, Meta(description="received events that were read from journals only")
    ] = 0
    malformed: Annotated[int, Meta(description="invalid messages received at any socket")] = 0


class Verdict(Struct, frozen=True, kw_only=True):
    """The outcome of a run."""

    run: RunId
    scenario: ScenarioName
    verdict: Annotated[VerdictName, Meta(description="the outcome")]
    exit_code: ExitCode
    reason: Annotated[RunReason | None, Meta(description="why, if the run failed")]
    duration_s: Annotated[
        float, Meta(description="seconds from the command's start to the verdict")
    ]
    instances: Annotated[
        dict[str, InstanceVerdict], Meta(description="the outcome of each instance, by its id")
    ]
    cleanup: Annotated[CleanUpVerdict, Meta(description="the outcome of the clean-up")]
    events: Annotated[
        EventCount, Meta(description="events received from the workers, and lost")
    ] = field(default_factory=EventCount)
    file: File = ""


class NotStarted(Struct, frozen=True, kw_only=True):
    """A file of several that was not run; it takes the place of a verdict in the list.

    A file that was not reached has the exit code 0 if another file had failed before, and 130 if
    the command was stopped.
    """

    file: File
    reason: Annotated[RunReason, Meta(description="why the file was not run")]
    problems: Annotated[
        tuple[str, ...], Meta(description="every problem of the file, a line each")
    ] = ()
    verdict: Annotated[None, Meta(description="always null")] = None
    exit_code: Annotated[
        int,
        Meta(description="2: cannot be run; 0 or 130: was not reached; 3: no resources"),
    ] = NOT_STARTED


# The outcome of one file of several.
Outcome = Verdict | NotStarted
