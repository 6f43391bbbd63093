"""The scenario graph, as every process understands it: no file format, no SIP library, no I/O.

One type per kind of node. The types are the single source of the vocabulary: the readers check
files against them, the JSON Schema and the reference in the documentation are generated from them.
A field's ``Meta`` says what a user may write; a description that begins with ``duration`` marks
seconds that files write as ``100ms``, ``5s``, ``2m`` or bare milliseconds.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sipflow.protocol.codecs import DEFAULT_CODECS, Codecs

DEFAULT_LEG = "call-1"
DEFAULT_LIMIT = 10.0
_A_DAY = 86_400.0

Leg = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="the leg: the scenario's name for one dialog of the instance",
        examples=["call-1", "primary"],
    ),
]
Limit = Annotated[
    float,
    Meta(ge=0, le=_A_DAY, description="duration: the time limit of the node", examples=["5s"]),
]
Delay = Annotated[
    float,
    Meta(ge=0, le=_A_DAY, description="duration: how long to wait", examples=["500ms"]),
]
Target = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=512,
        description="whom to call: a number of the scenario, an instance's name, or a SIP URI",
        examples=["200", "sip:200@127.0.0.1:5070"],
    ),
]
StatusCode = Annotated[
    int,
    Meta(
        ge=100,
        le=699,
        description="a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx",
        examples=[183, 486],
    ),
]
ReasonPhrase = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="the reason phrase, instead of the usual one of the code",
        examples=["Gone fishing"],
    ),
]


class Action(Struct, frozen=True, kw_only=True, tag_field="word"):
    """What a node does or waits for. ``timeout`` is in seconds."""

    timeout: Limit = DEFAULT_LIMIT


class LegAction(Action, frozen=True, kw_only=True):
    """An action on one leg of the instance."""

    leg: Leg = DEFAULT_LEG


class MakeCall(LegAction, frozen=True, kw_only=True, tag="MakeCall"):
    """Call somebody; succeeds at the 2xx, or earlier if ``until`` says so."""

    to: Target
    until: Annotated[
        Literal["answered", "ringing", "sent"],
        Meta(description="when the node succeeds: at the 2xx, at the first 18x, or at once"),
    ] = "answered"


class Answer(LegAction, frozen=True, kw_only=True, tag="Answer"):
    """Answer an incoming call with 200; succeeds when the ACK is there."""


class Response(LegAction, frozen=True, kw_only=True, tag="Response"):
    """Answer an incoming call with any other code; a final one ends the dialog."""

    code: StatusCode
    reason: ReasonPhrase | None = None


class Release(LegAction, frozen=True, kw_only=True, tag="Release"):
    """End a leg: BYE, CANCEL before the answer, 480 on an unanswered incoming one."""


class Hold(LegAction, frozen=True, kw_only=True, tag="Hold"):
    """Put a leg on hold by a re-INVITE with ``a=sendonly``; succeeds when that is accepted."""


class Retrieve(LegAction, frozen=True, kw_only=True, tag="Retrieve"):
    """Take a leg off hold by a re-INVITE with ``a=sendrecv``; succeeds when that is accepted."""


class Incoming(LegAction, frozen=True, kw_only=True, tag="INCOMING"):
    """Take the next INVITE of the instance and name its leg; answers 180 unless told not to."""

    ring: Annotated[bool, Meta(description="whether a 180 is sent as the INVITE is taken")] = True


class Ringing(LegAction, frozen=True, kw_only=True, tag="RINGING"):
    """Wait for an 18x: received on a leg that calls, sent on a leg that is called."""


class Connected(LegAction, frozen=True, kw_only=True, tag="CONNECTED"):
    """Wait until the leg's dialog is confirmed: 2xx and ACK are through."""


class Disconnected(LegAction, frozen=True, kw_only=True, tag="DISCONNECTED"):
    """Wait until the leg's dialog is gone, whoever ended it."""


class Held(LegAction, frozen=True, kw_only=True, tag="HELD"):
    """Wait until the other side has put the leg on hold."""


class Retrieved(LegAction, frozen=True, kw_only=True, tag="RETRIEVED"):
    """Wait until the other side has taken the leg off hold."""


class Timeout(Action, frozen=True, kw_only=True, tag="TIMEOUT"):
    """Wait for a while, then succeed."""

    timeout: Delay


NodeAction = (
    MakeCall
    | Answer
    | Response
    | Release
    | Hold
    | Retrieve
    | Incoming
    | Ringing
    | Connected
    | Disconnected
    | Held
    | Retrieved
    | Timeout
)
COMMANDS: tuple[type[Action], ...] = (
    MakeCall,
    Answer,
    Response,
    Release,
    Hold,
    Retrieve,
)
EVENTS: tuple[type[Action], ...] = (
    Incoming,
    Ringing,
    Connected,
    Disconnected,
    Held,
    Retrieved,
    Timeout,
)


def word(action: Action | type[Action]) -> str:
    """Return the word that scenario files use for an action: ``MakeCall``, ``INCOMING``, …"""
    kind = action if isinstance(action, type) else type(action)
    return str(kind.__struct_config__.tag)


class Place(Struct, frozen=True, kw_only=True):
    """Where something stands in a scenario file: line and column from 1, or a node's id."""

    file: str
    line: int | None = None
    column: int | None = None
    node: str | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.file}:{self.line}:{self.column}"
        return f"{self.file}: node {self.node}" if self.node is not None else self.file


class Node(Struct, frozen=True, kw_only=True):
    """One node of the graph: its id, whose it is, what it does, and where its two edges lead."""

    id: str
    instance: str
    action: NodeAction
    place: Place
    success: str | None = None
    failure: str | None = None


class Instance(Struct, frozen=True, kw_only=True):
    """One SIP user agent: its id in the file, its name for people, its number, its start nodes."""

    id: str
    name: str
    number: str
    place: Place
    starts: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    codecs: Codecs = DEFAULT_CODECS


class Scenario(Struct, frozen=True, kw_only=True):
    """A whole graph, already checked: every edge leads to a node of the same instance, no cycle."""

    name: str
    file: str
    instances: tuple[Instance, ...]
