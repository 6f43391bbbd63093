"""What the user agent saw, in the past tense. Pure values; ``dialog`` is the user agent's key."""

from dataclasses import dataclass


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
    """A provisional response was received (initiator, over 100 only) or sent (recipient).

    ``media``: it carried SDP, so that there can be early media.
    """

    dialog: str
    code: int
    reason: str
    media: bool = False


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
class Redirected:
    """A 3xx was followed: the INVITE has gone on to another SIP URI."""

    dialog: str
    target: str


@dataclass(frozen=True, slots=True)
class TextReceived:
    """A MESSAGE came, and was answered 200; ``dialog`` is None if it came outside of any."""

    dialog: str | None
    sender: str
    body: str


@dataclass(frozen=True, slots=True)
class TextAnswered:
    """A MESSAGE that was sent from here has its final answer; ``code`` None: it could not be sent.

    ``reason`` is the reason phrase, or why it could not.
    """

    message: str
    code: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class OrderRefused:
    """The user agent could not do what was asked of it on this dialog."""

    dialog: str
    detail: str
    code: int | None = None


MessageHappening = TextReceived | TextAnswered
DialogHappening = (
    InviteSent
    | InviteReceived
    | Progressed
    | TryingReceived
    | DialogConfirmed
    | DialogEnded
    | Redirected
    | OrderRefused
)
Happening = DialogHappening | MessageHappening
