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
        description="0 completed, 1 failed, 2 nothing was started, 3 failed through no fault of "
        "the scenario, 130 stopped"
    ),
]
File = Annotated[str, Meta(description="the scenario file, as it was named")]


class InstanceVerdict(Struct, frozen=True, kw_only=True):
    """How it went for one instance."""

    port: Annotated[int | None, Meta(description="its SIP port")]
    pid: Annotated[int | None, Meta(description="the id of its process")]
    exit: Annotated[
        ExitName,
        Meta(
            description="how the process ended; ``failed``: its own step ended the run, ``none``: "
            "it was never started"
        ),
    ]
    nodes: Annotated[dict[str, str], Meta(description="each node's last state, by the node's id")]


class CleanUpVerdict(Struct, frozen=True, kw_only=True):
    """How the clean-up went."""

    confirmed: Annotated[bool, Meta(description="whether every call and process was seen gone")]
    calls_released: Annotated[int, Meta(description="legs that it hung up")] = 0
    calls_left: Annotated[int, Meta(description="legs that it could not see gone")] = 0


class EventCount(Struct, frozen=True, kw_only=True):
    """What became of the events of the workers."""

    received: Annotated[int, Meta(description="events that the coordinator got")] = 0
    lost: Annotated[int, Meta(description="events that never reached it")] = 0
    recovered: Annotated[
        int, Meta(description="those of the received that came only from journals")
    ] = 0
    malformed: Annotated[int, Meta(description="what came to any socket and was no message")] = 0


class Verdict(Struct, frozen=True, kw_only=True):
    """The one outcome of a run."""

    run: RunId
    scenario: ScenarioName
    verdict: Annotated[VerdictName, Meta(description="the outcome")]
    exit_code: ExitCode
    reason: Annotated[RunReason | None, Meta(description="why, if the run failed")]
    duration_s: Annotated[
        float, Meta(description="seconds from the command's start to the verdict")
    ]
    instances: Annotated[
        dict[str, InstanceVerdict], Meta(description="how it went for each instance, by its id")
    ]
    cleanup: Annotated[CleanUpVerdict, Meta(description="how the clean-up went")]
    events: Annotated[EventCount, Meta(description="what became of the events of the workers")] = (
        field(default_factory=EventCount)
    )
    file: File = ""


class NotStarted(Struct, frozen=True, kw_only=True):
    """A file of several that never became a run: what a list of verdicts has in its place.

    One that was not reached has the exit code 0 if another had failed before, and 130 if somebody
    stopped.
    """

    file: File
    reason: Annotated[RunReason, Meta(description="why not")]
    problems: Annotated[
        tuple[str, ...], Meta(description="every problem of the file, a line each")
    ] = ()
    verdict: Annotated[None, Meta(description="none was given")] = None
    exit_code: Annotated[
        int,
        Meta(description="2: it could not be run; 0 or 130: it was not reached; 3: no resources"),
    ] = NOT_STARTED


# What becomes of one file of several.
Outcome = Verdict | NotStarted
