"""SIP settings of an instance: transport, reliable provisional responses, session timers.

The fields are properties of an instance in scenario files; the readers, the JSON Schema and the
user agents take them from here. Types only.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

# RFC 4028 §4: no interval below 90 seconds; the SIP stack aborts at one.
SHORTEST_SESSION = 90.0
_LONGEST_SESSION = 86_400.0

Use = Literal["off", "supported", "required"]
SessionSeconds = Annotated[float, Meta(ge=SHORTEST_SESSION, le=_LONGEST_SESSION)]


class Signalling(Struct, frozen=True, kw_only=True):
    """The SIP properties of one instance. Intervals are in seconds."""

    transport: Annotated[
        Literal["udp", "tcp"],
        Meta(
            description="the transport by which other instances call this one; if any instance is "
            "called by TCP, all listen on UDP and TCP, on the same port number"
        ),
    ] = "udp"
    prack: Annotated[
        Use,
        Meta(
            description="whether provisional responses are sent reliably (100rel, RFC 3262): "
            "`supported`: if the caller supports it; `required`: also requires it of the other "
            "side, and rejects with 421 a caller that does not support it; in every mode, reliable "
            "responses received get a PRACK, and a caller that requires reliable ones gets them"
        ),
    ] = "off"
    session_timer: Annotated[
        Literal["off", "supported", "required", "always"],
        Meta(
            description="whether calls are refreshed at an interval (RFC 4028); `always`: also "
            "if the other side does not support it"
        ),
    ] = "supported"
    session_expires: Annotated[
        SessionSeconds,
        Meta(
            description="duration: the session interval; half-way through, an UPDATE or re-INVITE "
            "refreshes it",
            examples=["90s"],
        ),
    ] = 1800.0
    min_se: Annotated[
        SessionSeconds,
        Meta(
            description="duration: the shortest interval that is accepted; a shorter one gets 422",
            examples=["90s"],
        ),
    ] = SHORTEST_SESSION
