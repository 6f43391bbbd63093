"""What sipflow tells the world while a run goes on: one typed, tagged structure per kind of event.

A worker numbers its own events (``seq``), the coordinator numbers them all (``g``). On the wire an
event is a msgpack map with string keys; see ``wire`` for the bytes and ``topics`` for the topic.
New fields have defaults, a tag is never used again for something else, and a reader ignores keys
that it does not know.
"""

from typing import Literal

from msgspec import Struct

WIRE_VERSION = 1
COORDINATOR = "-"

NodeStateName = Literal["pending", "running", "completed", "failed", "cancelled"]
ScenarioStateName = Literal["running", "paused", "completed", "failed", "stopped"]
Level = Literal["debug", "info", "warning", "error"]


class Reason(Struct, frozen=True, kw_only=True):
    """Why something failed: the SIP status code where there is one, and a text for people."""

    code: int | None = None
    message: str = ""


class RunReason(Struct, frozen=True, kw_only=True):
    """Why a run failed: whose node, the SIP status code and a text, each as far as it is known."""

    instance: str | None = None
    node: str | None = None
    code: int | None = None
    message: str = ""


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every event says.

    ``run``: the run's id. ``instance``: the instance's id in the file, ``-`` for the coordinator.
    ``seq``: from 1 within the instance, no holes. ``g``: from 1 within the run, no holes, in the
    coordinator's order (0 until the coordinator has numbered it). ``ts``: Unix time in seconds.
    ``cause``: the command or stimulus behind it, e.g. ``go``, ``180 received``, ``time limit``.
    """

    run: str
    instance: str
    seq: int
    ts: float
    cause: str
    g: int = 0
    v: int = WIRE_VERSION


class ScenarioState(Event, frozen=True, kw_only=True, tag="scenario-state"):
    """The run as a whole entered a state; the last event of a run is one of these."""

    scenario: str
    previous: ScenarioStateName | None
    new: ScenarioStateName
    reason: RunReason | None = None


class NodeState(Event, frozen=True, kw_only=True, tag="node-state"):
    """A node entered a state; ``reason`` says why where it failed."""

    node: str
    previous: NodeStateName
    new: NodeStateName
    reason: Reason | None = None


class ActionLog(Event, frozen=True, kw_only=True, tag="action-log"):
    """What an instance did or saw, in words for people."""

    message: str
    level: Level = "info"
    node: str | None = None
    leg: str | None = None


class ErrorRaised(Event, frozen=True, kw_only=True, tag="error"):
    """A failure that no failure edge takes: the run is aborted because of it."""

    message: str
    node: str | None = None
    code: int | None = None


class LegState(Event, frozen=True, kw_only=True, tag="leg-state"):
    """A leg's dialog entered a state, named as in RFC 4235 §3.7.1.

    ``code`` and ``message`` are those of the response behind it, ``peer`` the other end's URI.
    """

    leg: str
    new: str
    previous: str | None = None
    code: int | None = None
    message: str = ""
    peer: str = ""


class CleanUpState(Event, frozen=True, kw_only=True, tag="cleanup"):
    """The clean-up of the run began or ended; the numbers count legs, 0 until it has ended."""

    phase: Literal["started", "finished"]
    calls_released: int = 0
    calls_left: int = 0


AnyEvent = ScenarioState | NodeState | ActionLog | ErrorRaised | LegState | CleanUpState
