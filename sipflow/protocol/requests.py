"""What a user's other programs ask of a running coordinator, and what it answers. Types only.

One request, one answer, each one msgpack map, over a REQ socket. ``run`` names the run that is
meant; it may be left out where only one can be. A field's ``Meta`` is for the generated reference.
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
        str | None, Meta(description="the id of the run that is meant; null where only one can be")
    ] = None


class StopRun(RequestMessage, frozen=True, kw_only=True):
    """Stop the run: end its calls and conclude ``stopped``. Wins over everything else.

    Without ``run`` it stops all runs of the command, and none of them begins any more.
    """


class PauseRun(RequestMessage, frozen=True, kw_only=True):
    """Begin no further node; nodes that run go on, and their time limits stand still."""


class ResumeRun(RequestMessage, frozen=True, kw_only=True):
    """Go on after a pause."""


class AskStatus(RequestMessage, frozen=True, kw_only=True):
    """Say what the run is and how it stands."""


class ChangeRate(RequestMessage, frozen=True, kw_only=True):
    """Ask for another rate of a load."""

    rate: Annotated[
        float, Meta(ge=0, description="runs a second, or runs at once where no rate was asked for")
    ]


Request = StopRun | PauseRun | ResumeRun | AskStatus | ChangeRate


class Accepted(Message, frozen=True, kw_only=True):
    """What was asked for is being done; the run's events say when it is."""


class Denied(Message, frozen=True, kw_only=True):
    """What was asked for cannot be done, and why."""

    detail: Annotated[str, Meta(description="why not, for people")]


class InstanceStatus(Struct, frozen=True, kw_only=True):
    """How one instance stands."""

    port: Annotated[int, Meta(description="its SIP port")]
    pid: Annotated[int | None, Meta(description="the id of its process, if it has one")] = None
    node: Annotated[str | None, Meta(description="the id of the node that it is at, if any")] = None
    state: Annotated[NodeStateName | None, Meta(description="the state of that node")] = None


class LoadStatus(Struct, frozen=True, kw_only=True):
    """How a load stands."""

    runs: Annotated[RunCounts, Meta(description="what has become of its runs so far")]
    in_flight: Annotated[int, Meta(description="runs that are under way")]
    workers: Annotated[int, Meta(description="worker processes")]
    rate: Annotated[
        float | None, Meta(description="runs a second that are asked for; null: no rate is")
    ] = None


class Status(Message, frozen=True, kw_only=True):
    """What the run is and how it stands."""

    run: RunId
    scenario: ScenarioName
    pid: Annotated[int, Meta(description="the id of the coordinator's process")]
    events: Annotated[str, Meta(description="the ZeroMQ endpoint where subscribers connect")]
    state: Annotated[RunStateName, Meta(description="the state that the run is in")]
    last_g: Annotated[int, Meta(description="the number of its last event so far")] = 0
    elapsed_s: Annotated[float, Meta(description="seconds since it was started")] = 0.0
    instances: Annotated[
        dict[str, InstanceStatus], Meta(description="how each instance stands, by its id")
    ] = {}
    load: Annotated[
        LoadStatus | None, Meta(description="how the load stands; null: it is a single run")
    ] = None
    file: File = ""
    command: Annotated[
        str, Meta(description="the id of the command that it is a run of; `stop` takes it too")
    ] = ""


Answer = Accepted | Denied | Status


class ScaleRate(Struct, frozen=True):
    """Have so many times as many runs a second."""

    factor: float


class TogglePause(Struct, frozen=True):
    """Pause, or go on."""


class StopLoad(Struct, frozen=True):
    """Stop: what is under way ends in order."""


Wish = ScaleRate | TogglePause | StopLoad
