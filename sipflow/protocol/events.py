"""What sipflow tells the world while a run goes on: one typed, tagged structure per kind of event.

A worker numbers its own events (``seq``), the coordinator numbers them all (``g``). On the wire an
event is a msgpack map with string keys; see ``wire`` for the bytes and ``topics`` for the topic.
New fields have defaults, a tag is never used again for something else, and a reader ignores keys
that it does not know. A field's ``Meta`` says what it means: the reference in the documentation is
generated from these types.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import force_setattr

WIRE_VERSION = 1

NodeStateName = Literal["pending", "running", "completed", "failed", "cancelled"]
ScenarioStateName = Literal["running", "paused", "completed", "failed", "stopped"]
Level = Literal["debug", "info", "warning", "error"]

WireVersion = Annotated[int, Meta(description="version of the wire format")]
RunId = Annotated[
    str, Meta(description="the run's id, hexadecimal; with a number for one of a load")
]
ScenarioName = Annotated[str, Meta(description="the scenario's name")]
NodeId = Annotated[str, Meta(description="the node's id in the scenario file")]
SomeNode = Annotated[str | None, Meta(description="the id of the node that it is about, if any")]
LegName = Annotated[str, Meta(description="the leg: the scenario's name for one dialog")]
SomeLeg = Annotated[str | None, Meta(description="the leg that it is about, if any")]
StatusCode = Annotated[
    int | None,
    Meta(description="the SIP status code that was received or sent; null where there was none"),
]
LocalCause = Annotated[
    str | None,
    Meta(
        description="the cause on this side, in words; always there where ``code`` is null and "
        "something failed"
    ),
]
SomeCodec = Annotated[
    str | None,
    Meta(description="its codec, for example ``PCMA/8000``; null as long as there is none"),
]
Text = Annotated[str, Meta(description="a text for people")]
CallsReleased = Annotated[
    int, Meta(description="legs that the clean-up hung up; 0 until it has ended")
]
CallsLeft = Annotated[
    int, Meta(description="legs that it could not see gone; 0 until it has ended")
]


def local_cause(code: int | None, message: str, local: str | None = None) -> str | None:
    """Return what ``local`` says: where no code was on the wire, the message is the cause."""
    return local or (message if code is None and message else None)


class Reason(Struct, frozen=True, kw_only=True):
    """Why something failed: the SIP status code where there is one, and a text for people."""

    code: StatusCode = None
    message: Text = ""
    local: LocalCause = None

    def __post_init__(self) -> None:
        force_setattr(self, "local", local_cause(self.code, self.message, self.local))


class RunReason(Struct, frozen=True, kw_only=True):
    """Why a run failed: whose node, the SIP status code and a text, each as far as it is known."""

    instance: Annotated[str | None, Meta(description="the id of the instance that failed")] = None
    node: Annotated[str | None, Meta(description="the id of the node that failed")] = None
    code: StatusCode = None
    message: Text = ""
    local: LocalCause = None

    def __post_init__(self) -> None:
        force_setattr(self, "local", local_cause(self.code, self.message, self.local))


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every event says."""

    run: RunId
    instance: Annotated[
        str, Meta(description="the instance's id in the scenario file, ``-`` for the coordinator")
    ]
    seq: Annotated[
        int, Meta(description="number of the event within its instance, from 1, no holes")
    ]
    ts: Annotated[float, Meta(description="Unix time in seconds")]
    cause: Annotated[
        str,
        Meta(
            description="the command or stimulus behind it, e.g. ``go``, ``180 seen``, "
            "``time limit``"
        ),
    ]
    g: Annotated[
        int,
        Meta(
            description="number of the event within the run, from 1, no holes, in the "
            "coordinator's order; 0 until the coordinator has numbered it"
        ),
    ] = 0
    v: WireVersion = WIRE_VERSION

    @property
    def type(self) -> str:
        """The type as the wire and the topics have it, for example ``node-state``."""
        return str(self.__struct_config__.tag)


class ScenarioState(Event, frozen=True, kw_only=True, tag="scenario-state"):
    """The run as a whole entered a state; the last event of a run is one of these."""

    scenario: ScenarioName
    previous: Annotated[
        ScenarioStateName | None, Meta(description="the state that it left; null at first")
    ]
    new: Annotated[ScenarioStateName, Meta(description="the state that it entered")]
    reason: Annotated[RunReason | None, Meta(description="why, if the run failed")] = None


class NodeState(Event, frozen=True, kw_only=True, tag="node-state"):
    """A node entered a state."""

    node: NodeId
    previous: Annotated[NodeStateName, Meta(description="the state that it left")]
    new: Annotated[NodeStateName, Meta(description="the state that it entered")]
    reason: Annotated[Reason | None, Meta(description="why, if the node failed")] = None


class ActionLog(Event, frozen=True, kw_only=True, tag="action-log"):
    """What an instance did or saw, in words for people."""

    message: Text
    level: Annotated[Level, Meta(description="how much it matters")] = "info"
    node: SomeNode = None
    leg: SomeLeg = None


class ErrorRaised(Event, frozen=True, kw_only=True, tag="error"):
    """A failure that no failure edge takes: the run is aborted because of it."""

    message: Text
    node: SomeNode = None
    code: StatusCode = None
    local: LocalCause = None


class LegState(Event, frozen=True, kw_only=True, tag="leg-state"):
    """A leg's dialog entered a state, named as in RFC 4235 §3.7.1."""

    leg: LegName
    new: Annotated[
        str,
        Meta(
            description="the state that it entered: ``trying``, ``proceeding``, ``early``, "
            "``confirmed``, ``terminated``"
        ),
    ]
    previous: Annotated[str | None, Meta(description="the state that it left; null at first")] = (
        None
    )
    code: Annotated[
        int | None,
        Meta(description="the status code of the response behind it; null if there was none"),
    ] = None
    message: Annotated[
        str, Meta(description="the reason phrase of that response, or the local cause")
    ] = ""
    local: LocalCause = None
    peer: Annotated[str, Meta(description="the other end's URI")] = ""
    direction: Annotated[
        str | None,
        Meta(
            description="which way its audio flows, seen from this instance: ``sendrecv``, "
            "``sendonly``, ``recvonly``, ``inactive``; null until it is negotiated"
        ),
    ] = None
    codec: SomeCodec = None


class MediaState(Event, frozen=True, kw_only=True, tag="media-state"):
    """The media of a confirmed leg were negotiated anew: hold, retrieval, any other offer."""

    leg: LegName
    direction: Annotated[
        str,
        Meta(
            description="which way its audio flows now, seen from this instance: ``sendrecv``, "
            "``sendonly``, ``recvonly``, ``inactive``"
        ),
    ]
    by: Annotated[
        Literal["local", "remote"],
        Meta(description="whose offer it was: this instance's or the other end's"),
    ]
    held: Annotated[bool, Meta(description="whether the other end has the leg on hold now")] = False
    codec: SomeCodec = None


class MediaReport(Event, frozen=True, kw_only=True, tag="media-figures"):
    """What a leg received, as a ``CheckMedia`` found it, whether or not it was content."""

    node: NodeId
    leg: LegName
    window: Annotated[
        float | None, Meta(description="seconds that were judged; null: all until now")
    ] = None
    packets: Annotated[int, Meta(description="RTP packets that came")] = 0
    lost: Annotated[int, Meta(description="RTP packets that are missing between them")] = 0
    loss: Annotated[float, Meta(description="``lost`` in percent of all that were sent")] = 0.0
    discarded: Annotated[int, Meta(description="packets that came too late to be played")] = 0
    duplicated: Annotated[int, Meta(description="packets that came twice")] = 0
    jitter_ms: Annotated[float, Meta(description="mean interarrival jitter, RFC 3550 §6.4.1")] = 0.0
    delay_ms: Annotated[
        float, Meta(description="one-way delay, as far as RTCP and the jitter buffer tell it")
    ] = 0.0
    mos: Annotated[
        float | None, Meta(description="mean opinion score, ITU-T G.107; null if it has no basis")
    ] = None
    codec: Annotated[str | None, Meta(description="the codec; null where there was no media")] = (
        None
    )
    direction: Annotated[
        str | None, Meta(description="``sendrecv``, ``sendonly``, ``recvonly``, ``inactive``")
    ] = None
    level_dbov: Annotated[
        float | None, Meta(description="level of the loudest 50 ms; null where nobody listened")
    ] = None
    tone_hz: Annotated[
        float | None, Meta(description="frequency of the tone that was heard last, if it was one")
    ] = None


class Refusal(Event, frozen=True, kw_only=True, tag="refused"):
    """The user agent refused or dropped a message that came in by itself: no node had a part in it.

    The action log has it in words, as a warning.
    """

    peer: Annotated[str, Meta(description="the address that it came from: ``127.0.0.1:5070``")]
    method: Annotated[
        str,
        Meta(
            description="the method of the request, or of the request that a response answers; "
            "empty where it could not be read"
        ),
    ]
    code: Annotated[
        int | None, Meta(description="the status code that was answered; null: it was dropped")
    ] = None
    message: Annotated[str, Meta(description="why")] = ""


class CleanUpState(Event, frozen=True, kw_only=True, tag="cleanup"):
    """The clean-up of the run began or ended."""

    phase: Annotated[
        Literal["started", "finished"], Meta(description="whether it began or has ended")
    ]
    calls_released: CallsReleased = 0
    calls_left: CallsLeft = 0


LoadStateName = Literal["running", "paused", "ending", "completed", "failed", "stopped"]


class Latency(Struct, frozen=True, kw_only=True):
    """How long something took, in milliseconds: a count and, unless it is 0, the distribution."""

    count: Annotated[int, Meta(description="how many were measured")] = 0
    min: Annotated[float | None, Meta(description="the shortest")] = None
    mean: Annotated[float | None, Meta(description="the arithmetic mean")] = None
    p50: Annotated[float | None, Meta(description="half of them took no longer")] = None
    p90: Annotated[float | None, Meta(description="90 % of them took no longer")] = None
    p95: Annotated[float | None, Meta(description="95 % of them took no longer")] = None
    p99: Annotated[float | None, Meta(description="99 % of them took no longer")] = None
    p99_9: Annotated[float | None, Meta(description="99.9 % of them took no longer")] = field(
        name="p99.9", default=None
    )
    max: Annotated[float | None, Meta(description="the longest")] = None


class RunCounts(Struct, frozen=True, kw_only=True):
    """What became of the runs of a load."""

    started: Annotated[int, Meta(description="runs that were begun")] = 0
    completed: Annotated[int, Meta(description="runs that went as written")] = 0
    failed: Annotated[int, Meta(description="runs that did not")] = 0
    stopped: Annotated[int, Meta(description="runs that were broken off as the load stopped")] = 0
    late: Annotated[int, Meta(description="runs that could not be started on time")] = 0


class LoadState(Event, frozen=True, kw_only=True, tag="load-state"):
    """A load as a whole entered a state, or got another rate; its last event is one of these."""

    scenario: ScenarioName
    previous: Annotated[
        LoadStateName | None, Meta(description="the state that it left; null at first")
    ]
    new: Annotated[LoadStateName, Meta(description="the state that it entered")]
    rate: Annotated[
        float | None, Meta(description="runs a second that are asked for; null: no rate is")
    ] = None
    message: Text = ""


class RunFailed(Event, frozen=True, kw_only=True, tag="load-failure"):
    """One run of a load failed."""

    number: Annotated[int, Meta(description="the run's number within the load, from 1")]
    of: Annotated[RunId, Meta(description="the id of that run; its own events have it")]
    reason: Annotated[RunReason, Meta(description="why")]
    example: Annotated[
        bool,
        Meta(description="whether it is the first of its kind: all events of that run follow"),
    ] = False


class LoadNumbers(Event, frozen=True, kw_only=True, tag="load-numbers"):
    """One second of a load, and all of it until then."""

    second: Annotated[int, Meta(description="which second of the load it was, from 1")]
    runs: Annotated[RunCounts, Meta(description="what became of runs in that second")]
    total: Annotated[RunCounts, Meta(description="what became of runs since the beginning")]
    asked: Annotated[
        float | None, Meta(description="runs a second that were asked for; null: no rate was")
    ] = None
    in_flight: Annotated[int, Meta(description="runs that were under way at its end")] = 0
    workers: Annotated[int, Meta(description="worker processes at its end")] = 0
    latency_ms: Annotated[
        dict[str, Latency], Meta(description="what was measured in that second, by name")
    ] = {}
    total_ms: Annotated[
        dict[str, Latency], Meta(description="what was measured since the beginning, by name")
    ] = {}


AnyEvent = (
    ScenarioState
    | NodeState
    | ActionLog
    | ErrorRaised
    | LegState
    | MediaState
    | MediaReport
    | Refusal
    | CleanUpState
    | LoadState
    | RunFailed
    | LoadNumbers
)


# What every event has, whatever its type: enough to number one that a reader does not know.


class Envelope(Struct, frozen=True, kw_only=True):
    """The keys of ``events.Event`` that no version of the wire format can do without."""

    run: str
    g: int
    v: int = WIRE_VERSION
