"""How an instance speaks SIP: transport, reliable provisional responses, session timers.

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
            description="by which transport the others call the instance; if anybody is called by "
            "TCP, all listen on both, on the same port number"
        ),
    ] = "udp"
    prack: Annotated[
        Use,
        Meta(
            description="whether provisional responses are sent reliably (100rel, RFC 3262): "
            "`supported` for a caller that can, `required` asks it of the other side, too, and "
            "answers 421 to a caller that cannot; whatever it says, what comes reliably is "
            "acknowledged, and what the caller requires to be reliable is"
        ),
    ] = "off"
    session_timer: Annotated[
        Literal["off", "supported", "required", "always"],
        Meta(
            description="whether calls are refreshed at an interval (RFC 4028); `always`: also "
            "where the other side cannot"
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
