"""What a user's other programs ask of a running coordinator, and what it answers. Types only.

One request, one answer, each one msgpack map, over a REQ socket. ``run`` names the run that is
meant; it may be left out where only one can be.
"""

from typing import Literal

from msgspec import Struct

from sipflow.protocol.events import NodeStateName

RunStateName = Literal["starting", "running", "paused", "ending"]


class Message(Struct, frozen=True, kw_only=True, tag_field="message", tag=True):
    """A tagged message of this conversation."""


class RequestMessage(Message, frozen=True, kw_only=True):
    """A request; ``run`` is the id of the run that it is about."""

    run: str | None = None


class StopRun(RequestMessage, frozen=True, kw_only=True):
    """Stop the run: end its calls and conclude ``stopped``. Wins over everything else."""


class PauseRun(RequestMessage, frozen=True, kw_only=True):
    """Begin no further node; nodes that run go on, and their time limits stand still."""


class ResumeRun(RequestMessage, frozen=True, kw_only=True):
    """Go on after a pause."""


class AskStatus(RequestMessage, frozen=True, kw_only=True):
    """Say what the run is and how it stands."""


Request = StopRun | PauseRun | ResumeRun | AskStatus


class Accepted(Message, frozen=True, kw_only=True):
    """What was asked for is being done; the run's events say when it is."""


class Denied(Message, frozen=True, kw_only=True):
    """What was asked for cannot be done, and why."""

    detail: str


class InstanceStatus(Struct, frozen=True, kw_only=True):
    """One instance: its SIP port, its process id, the node it is at and that node's state."""

    port: int
    pid: int | None = None
    node: str | None = None
    state: NodeStateName | None = None


class Status(Message, frozen=True, kw_only=True):
    """The run's id, scenario, process, where its events are, and its state.

    ``last_g``: the number of its last event so far. ``elapsed_s``: seconds since it was started.
    """

    run: str
    scenario: str
    pid: int
    events: str
    state: RunStateName
    last_g: int = 0
    elapsed_s: float = 0.0
    instances: dict[str, InstanceStatus] = {}


Answer = Accepted | Denied | Status
