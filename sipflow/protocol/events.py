"""The events that sipflow publishes during a run: one typed, tagged structure per kind of event.

A worker numbers its own events (``seq``), the coordinator numbers them all (``g``). On the wire an
event is a msgpack map with string keys; see ``wire`` for the encoding, ``topics`` for the topic.
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
SomeNode = Annotated[str | None, Meta(description="the id of the node concerned, if any")]
LegName = Annotated[str, Meta(description="the leg: the scenario's name for one dialog")]
SomeLeg = Annotated[str | None, Meta(description="the leg concerned, if any")]
StatusCode = Annotated[
    int | None,
    Meta(description="the SIP status code that was received or sent; null where there was none"),
]
LocalCause = Annotated[
    str | None,
    Meta(
        description="the cause on this side, as text; always present for a failure without a "
        "``code``"
    ),
]
SomeCodec = Annotated[
    str | None,
    Meta(description="the leg's codec, for example ``PCMA/8000``; null until one is negotiated"),
]
Text = Annotated[str, Meta(description="a text for people")]
CallsReleased = Annotated[
    int, Meta(description="legs that the clean-up ended; 0 until the clean-up has ended")
]
CallsLeft = Annotated[
    int, Meta(description="legs not confirmed as ended; 0 until the clean-up has ended")
]


def local_cause(code: int | None, message: str, local: str | None = None) -> str | None:
    """Return the local cause: ``local``, or the message if there is no status code."""
    return local or (message if code is None and message else None)


class Reason(Struct, frozen=True, kw_only=True):
    """Why a node failed: the SIP status code where there is one, and a text for people."""

    code: StatusCode = None
    message: Text = ""
    local: LocalCause = None

    def __post_init__(self) -> None:
        force_setattr(self, "local", local_cause(self.code, self.message, self.local))


class RunReason(Struct, frozen=True, kw_only=True):
    """Why a run failed: instance, node, SIP status code and text, each as far as it is known."""

    instance: Annotated[str | None, Meta(description="the id of the instance that failed")] = None
    node: Annotated[str | None, Meta(description="the id of the node that failed")] = None
    code: StatusCode = None
    message: Text = ""
    local: LocalCause = None

    def __post_init__(self) -> None:
        force_setattr(self, "local", local_cause(self.code, self.message, self.local))


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """The fields that every event has."""

    run: RunId
    instance: Annotated[
        str, Meta(description="the instance's id in the scenario file, ``-`` for the coordinator")
    ]
    seq: Annotated[
        int, Meta(description="number of the event within its instance, from 1, without gaps")
    ]
    ts: Annotated[float, Meta(description="Unix time in seconds")]
    cause: Annotated[
        str,
        Meta(
            description="the command or stimulus behind the event, e.g. ``go``, ``180 seen``, "
            "``time limit``"
        ),
    ]
    g: Annotated[
        int,
        Meta(
            description="number of the event within the run, from 1, without gaps, in the "
            "coordinator's order; 0 until the coordinator has numbered it"
        ),
    ] = 0
    v: WireVersion = WIRE_VERSION

    @property
    def type(self) -> str:
        """The type as in messages and topics, for example ``node-state``."""
        return str(self.__struct_config__.tag)


class ScenarioState(Event, frozen=True, kw_only=True, tag="scenario-state"):
    """The run as a whole entered a state; the last event of a run is one of these."""

    scenario: ScenarioName
    previous: Annotated[
        ScenarioStateName | None, Meta(description="the state before; null in the first event")
    ]
    new: Annotated[ScenarioStateName, Meta(description="the new state")]
    reason: Annotated[RunReason | None, Meta(description="why, if the run failed")] = None


class NodeState(Event, frozen=True, kw_only=True, tag="node-state"):
    """A node entered a state."""

    node: NodeId
    previous: Annotated[NodeStateName, Meta(description="the state before")]
    new: Annotated[NodeStateName, Meta(description="the new state")]
    reason: Annotated[Reason | None, Meta(description="why, if the node failed")] = None


class ActionLog(Event, frozen=True, kw_only=True, tag="action-log"):
    """An action or observation of an instance, as text for people."""

    message: Text
    level: Annotated[Level, Meta(description="the log level")] = "info"
    node: SomeNode = None
    leg: SomeLeg = None


class ErrorRaised(Event, frozen=True, kw_only=True, tag="error"):
    """A failure without a failure edge to follow: the run is aborted because of it."""

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
            description="the new state: ``trying``, ``proceeding``, ``early``, ``confirmed``, "
            "``terminated``"
        ),
    ]
    previous: Annotated[
        str | None, Meta(description="the state before; null in the leg's first event")
    ] = None
    code: Annotated[
        int | None,
        Meta(description="the status code of the response behind the change; null if none"),
    ] = None
    message: Annotated[
        str, Meta(description="the reason phrase of that response, or the local cause")
    ] = ""
    local: LocalCause = None
    peer: Annotated[str, Meta(description="the remote party's URI")] = ""
    direction: Annotated[
        str | None,
        Meta(
            description="the direction of the leg's audio, seen from this instance: "
            "``sendrecv``, ``sendonly``, ``recvonly``, ``inactive``; null until it is negotiated"
        ),
    ] = None
    codec: SomeCodec = None


class MediaState(Event, frozen=True, kw_only=True, tag="media-state"):
    """The media of a confirmed leg were renegotiated: hold, retrieval, any other offer."""

    leg: LegName
    direction: Annotated[
        str,
        Meta(
            description="the direction of the leg's audio now, seen from this instance: "
            "``sendrecv``, ``sendonly``, ``recvonly``, ``inactive``"
        ),
    ]
    by: Annotated[
        Literal["local", "remote"],
        Meta(description="who sent the offer: this instance or the remote party"),
    ]
    held: Annotated[bool, Meta(description="whether the remote party has the leg on hold now")] = (
        False
    )
    codec: SomeCodec = None


class MediaReport(Event, frozen=True, kw_only=True, tag="media-figures"):
    """The media that a leg received, as measured by a ``CheckMedia`` that passed or failed."""

    node: NodeId
    leg: LegName
    window: Annotated[
        float | None, Meta(description="seconds that were measured; null: all until now")
    ] = None
    packets: Annotated[int, Meta(description="RTP packets received")] = 0
    lost: Annotated[int, Meta(description="RTP packets missing from the sequence")] = 0
    loss: Annotated[float, Meta(description="``lost`` in percent of all packets sent")] = 0.0
    discarded: Annotated[int, Meta(description="packets received too late to be played")] = 0
    duplicated: Annotated[int, Meta(description="packets received twice")] = 0
    jitter_ms: Annotated[float, Meta(description="mean interarrival jitter, RFC 3550 §6.4.1")] = 0.0
    delay_ms: Annotated[
        float, Meta(description="one-way delay, estimated from RTCP and the jitter buffer")
    ] = 0.0
    mos: Annotated[
        float | None, Meta(description="mean opinion score, ITU-T G.107; null without a basis")
    ] = None
    codec: Annotated[str | None, Meta(description="the codec; null where there was no media")] = (
        None
    )
    direction: Annotated[
        str | None, Meta(description="``sendrecv``, ``sendonly``, ``recvonly``, ``inactive``")
    ] = None
    level_dbov: Annotated[
        float | None, Meta(description="level of the loudest 50 ms; null: audio not analysed")
    ] = None
    tone_hz: Annotated[
        float | None, Meta(description="frequency of the tone at the end; null: no tone")
    ] = None


class Refusal(Event, frozen=True, kw_only=True, tag="refused"):
    """The user agent itself rejected or dropped a received message; no node was involved.

    The action log reports it as text too, as a warning.
    """

    peer: Annotated[str, Meta(description="the message's source address: ``127.0.0.1:5070``")]
    method: Annotated[
        str,
        Meta(
            description="the method of the request, or of the request that a response answers; "
            "empty if it could not be read"
        ),
    ]
    code: Annotated[
        int | None, Meta(description="the status code of the response sent; null: dropped")
    ] = None
    message: Annotated[str, Meta(description="why")] = ""


class CleanUpState(Event, frozen=True, kw_only=True, tag="cleanup"):
    """The clean-up of the run began or ended."""

    phase: Annotated[
        Literal["started", "finished"], Meta(description="whether the clean-up began or ended")
    ]
    calls_released: CallsReleased = 0
    calls_left: CallsLeft = 0


LoadStateName = Literal["running", "paused", "ending", "completed", "failed", "stopped"]


class Latency(Struct, frozen=True, kw_only=True):
    """Distribution of a duration in milliseconds; the other fields are null if ``count`` is 0."""

    count: Annotated[int, Meta(description="number of samples")] = 0
    min: Annotated[float | None, Meta(description="the shortest")] = None
    mean: Annotated[float | None, Meta(description="the arithmetic mean")] = None
    p50: Annotated[float | None, Meta(description="50th percentile (median)")] = None
    p90: Annotated[float | None, Meta(description="90th percentile")] = None
    p95: Annotated[float | None, Meta(description="95th percentile")] = None
    p99: Annotated[float | None, Meta(description="99th percentile")] = None
    p99_9: Annotated[float | None, Meta(description="99.9th percentile")] = field(
        name="p99.9", default=None
    )
    max: Annotated[float | None, Meta(description="the longest")] = None


class RunCounts(Struct, frozen=True, kw_only=True):
    """The number of a load's runs, by outcome."""

    started: Annotated[int, Meta(description="runs that were started")] = 0
    completed: Annotated[int, Meta(description="runs that completed")] = 0
    failed: Annotated[int, Meta(description="runs that failed")] = 0
    stopped: Annotated[int, Meta(description="runs that were aborted as the load stopped")] = 0
    late: Annotated[int, Meta(description="runs that could not be started on time")] = 0


class LoadState(Event, frozen=True, kw_only=True, tag="load-state"):
    """A load as a whole entered a state, or got another rate; its last event is one of these."""

    scenario: ScenarioName
    previous: Annotated[
        LoadStateName | None, Meta(description="the state before; null in the first event")
    ]
    new: Annotated[LoadStateName, Meta(description="the new state")]
    rate: Annotated[
        float | None, Meta(description="requested runs per second; null: no rate requested")
    ] = None
    message: Text = ""


class RunFailed(Event, frozen=True, kw_only=True, tag="load-failure"):
    """One run of a load failed."""

    number: Annotated[int, Meta(description="the run's number within the load, from 1")]
    of: Annotated[RunId, Meta(description="the id of that run, as in the run's own events")]
    reason: Annotated[RunReason, Meta(description="why")]
    example: Annotated[
        bool,
        Meta(description="whether it is the first failure of its kind: the run's events follow"),
    ] = False


class LoadNumbers(Event, frozen=True, kw_only=True, tag="load-numbers"):
    """The statistics of one second of a load, and of the load up to then."""

    second: Annotated[int, Meta(description="the second of the load, from 1")]
    runs: Annotated[RunCounts, Meta(description="the number of runs in that second")]
    total: Annotated[RunCounts, Meta(description="the number of runs since the beginning")]
    asked: Annotated[
        float | None, Meta(description="requested runs per second; null: no rate requested")
    ] = None
    in_flight: Annotated[int, Meta(description="runs in progress at the end of the second")] = 0
    workers: Annotated[int, Meta(description="worker processes at the end of the second")] = 0
    latency_ms: Annotated[
        dict[str, Latency], Meta(description="durations measured in that second, by name")
    ] = {}
    total_ms: Annotated[
        dict[str, Latency], Meta(description="durations measured since the beginning, by name")
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


# Enough to keep track of the numbers of events whose type the reader does not know.


class Envelope(Struct, frozen=True, kw_only=True):
    """The keys of ``events.Event`` that every version of the wire format has."""

    run: str
    g: int
    v: int = WIRE_VERSION
