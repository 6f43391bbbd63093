"""What the user agent saw, in the past tense. Pure values; ``dialog`` is the user agent's key."""

from dataclasses import dataclass, field
from typing import Literal

from sipflow.protocol.sdp import MediaDirection


@dataclass(frozen=True, slots=True)
class InviteSent:
    """The INVITE that was ordered has left."""

    dialog: str


@dataclass(frozen=True, slots=True)
class InviteReceived:
    """An INVITE opened a new incoming dialog; ``peer`` is the URI that reaches the caller."""

    dialog: str
    peer: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """A provisional response was received (initiator, over 100 only) or sent (recipient)."""

    dialog: str
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class TryingReceived:
    """A 100 came: somebody is there and has the INVITE."""

    dialog: str


@dataclass(frozen=True, slots=True)
class Media:
    """What an offer and its answer came to: the direction seen from here, and the codec.

    ``peer`` is the direction that the other side's SDP says of itself.
    """

    direction: MediaDirection
    peer: MediaDirection
    codec: str


@dataclass(frozen=True, slots=True)
class DialogConfirmed:
    """The 2xx and its ACK are through; ``media`` is what they negotiated, as far as it is known.

    Two are equal whatever was negotiated.
    """

    dialog: str
    code: int
    reason: str
    media: Media | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MediaNegotiated:
    """An offer in a confirmed dialog was accepted; ``by`` says whose offer it was."""

    dialog: str
    media: Media
    by: Literal["local", "remote"]


@dataclass(frozen=True, slots=True)
class ReinviteAnswered:
    """A re-INVITE that was ordered has its final answer; what it changed was told before."""

    dialog: str
    turn: int
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class DialogEnded:
    """The dialog is gone: its BYE or CANCEL is answered, or a final failure was exchanged.

    ``code`` is the status code that it ended with, None where there was none.
    """

    dialog: str
    code: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class OrderRefused:
    """The user agent could not do what was asked of it on this dialog."""

    dialog: str
    detail: str
    code: int | None = None


Happening = (
    InviteSent
    | InviteReceived
    | Progressed
    | TryingReceived
    | DialogConfirmed
    | MediaNegotiated
    | ReinviteAnswered
    | DialogEnded
    | OrderRefused
)
