"""What the user agent saw, in the past tense. Pure values; ``dialog`` is the user agent's key."""

from dataclasses import dataclass

from sipflow.worker.media_figures import MediaFigures


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


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """A DTMF digit came; ``method`` says how, ``inband`` for one that was heard."""

    dialog: str
    digit: str
    method: str


@dataclass(frozen=True, slots=True)
class MediaMeasured:
    """What a dialog received within a window that was ordered, or, without one, until now.

    Told of a watched dialog also just before its end, without an order.
    """

    dialog: str
    figures: MediaFigures
    window: float | None = None


@dataclass(frozen=True, slots=True)
class RtpDropping:
    """From now on this many of a hundred RTP packets that come in are lost."""

    dialog: str
    percent: int


MediaHappening = DigitReceived | MediaMeasured | RtpDropping
SignallingHappening = (
    InviteSent
    | InviteReceived
    | Progressed
    | TryingReceived
    | DialogConfirmed
    | DialogEnded
    | OrderRefused
)
Happening = SignallingHappening | MediaHappening
