"""What the user agent saw, in the past tense. Pure values; ``dialog`` is the user agent's key."""

import enum
from dataclasses import dataclass

from sipflow.protocol.scenario import DigitMethod


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
class DialogConfirmed:
    """The 2xx and its ACK are through."""

    dialog: str
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


class Track(enum.StrEnum):
    """What can go on on a dialog's audio, one of each at a time."""

    PLAYING = "playing"
    RECORDING = "recording"
    SENDING = "sending digits"


@dataclass(frozen=True, slots=True)
class TrackBegan:
    """What was ordered on a track of the dialog's audio goes on now."""

    dialog: str
    track: Track


@dataclass(frozen=True, slots=True)
class TrackEnded:
    """It is over: played to the end, recorded and the file closed, sent, or stopped."""

    dialog: str
    track: Track


@dataclass(frozen=True, slots=True)
class TrackRefused:
    """It could not be done, or not to its end."""

    dialog: str
    track: Track
    detail: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """The other end sent a DTMF digit: ``0`` to ``9``, ``A`` to ``D``, ``*`` or ``#``."""

    dialog: str
    digit: str
    method: DigitMethod


AudioHappening = TrackBegan | TrackEnded | TrackRefused | DigitReceived
Happening = (
    InviteSent
    | InviteReceived
    | Progressed
    | TryingReceived
    | DialogConfirmed
    | DialogEnded
    | OrderRefused
    | TrackBegan
    | TrackEnded
    | TrackRefused
    | DigitReceived
)
