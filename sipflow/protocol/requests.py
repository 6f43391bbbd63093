"""The control API: requests of other programs to a running coordinator, and its answers.

Types only. One request, one answer, each one msgpack map, over a REQ socket. ``run`` names the run;
it may be left out if there is only one. A field's ``Meta`` is for the generated reference.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sipflow.protocol.events import NodeStateName, RunCounts, RunId, ScenarioName
from sipflow.protocol.verdict import File

RunStateName = Literal["starting", "running", "paused", "ending"]


class Message(Struct, frozen=True, kw_only=True, tag_field="message", tag=True):
    """A tagged message of this conversation."""


class RequestMessage(Message, frozen=True, kw_only=True):
    """A request about a run."""

    run: Annotated[
        str | None, Meta(description="the id of the run; null is allowed if there is only one")
    ] = None


class StopRun(RequestMessage, frozen=True, kw_only=True):
    """Stop the run: end its calls; the verdict is ``stopped``, whatever else happens.

    Without ``run`` it stops all runs of the command, also those that have not begun.
    """


class PauseRun(RequestMessage, frozen=True, kw_only=True):
    """Begin no further node; running nodes go on, but their time limits stand still."""


class ResumeRun(RequestMessage, frozen=True, kw_only=True):
    """Resume the run after a pause."""


class AskStatus(RequestMessage, frozen=True, kw_only=True):
    """Return the status of the run."""


class ChangeRate(RequestMessage, frozen=True, kw_only=True):
    """Change the rate of a load."""

    rate: Annotated[
        float,
        Meta(ge=0, description="runs per second, or concurrent runs if the load has no rate"),
    ]


Request = StopRun | PauseRun | ResumeRun | AskStatus | ChangeRate


class Accepted(Message, frozen=True, kw_only=True):
    """The request is being carried out; an event of the run reports when it is done."""


class Denied(Message, frozen=True, kw_only=True):
    """The request cannot be carried out."""

    detail: Annotated[str, Meta(description="why not, for people")]


class InstanceStatus(Struct, frozen=True, kw_only=True):
    """The status of one instance."""

    port: Annotated[int, Meta(description="the instance's SIP port")]
    pid: Annotated[int | None, Meta(description="the process id of its worker, if any")] = None
    node: Annotated[str | None, Meta(description="the id of its current node, if any")] = None
    state: Annotated[NodeStateName | None, Meta(description="the state of that node")] = None


class LoadStatus(Struct, frozen=True, kw_only=True):
    """The status of a load."""

    runs: Annotated[RunCounts, Meta(description="the number of runs so far, by outcome")]
    in_flight: Annotated[int, Meta(description="runs in progress")]
    workers: Annotated[int, Meta(description="worker processes")]
    rate: Annotated[
        float | None, Meta(description="requested runs per second; null: no rate requested")
    ] = None


class Status(Message, frozen=True, kw_only=True):
    """The status of a run."""

    run: RunId
    scenario: ScenarioName
    pid: Annotated[int, Meta(description="the coordinator's process id")]
    events: Annotated[str, Meta(description="the ZeroMQ endpoint where subscribers connect")]
    state: Annotated[RunStateName, Meta(description="the run's state")]
    last_g: Annotated[int, Meta(description="the number of the run's last event so far")] = 0
    elapsed_s: Annotated[float, Meta(description="seconds since the run was started")] = 0.0
    instances: Annotated[
        dict[str, InstanceStatus], Meta(description="the status of each instance, by its id")
    ] = {}
    load: Annotated[
        LoadStatus | None, Meta(description="the status of the load; null for a single run")
    ] = None
    file: File = ""
    command: Annotated[
        str, Meta(description="the id of the command that runs it; `stop` accepts it too")
    ] = ""


Answer = Accepted | Denied | Status


class ScaleRate(Struct, frozen=True):
    """Multiply the rate of a load by ``factor``."""

    factor: float


class TogglePause(Struct, frozen=True):
    """Pause a load, or resume it."""


class StopLoad(Struct, frozen=True):
    """Stop a load: runs in progress end in order."""


Wish = ScaleRate | TogglePause | StopLoad
