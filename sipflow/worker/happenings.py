"""What the user agent saw, in the past tense. Pure values; ``dialog`` is the user agent's key.

``message`` is the text of the message behind it, where one was received and the plan wants it.
"""

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
    message: str = ""


@dataclass(frozen=True, slots=True)
class Progressed:
    """A provisional response was received (initiator, over 100 only) or sent (recipient)."""

    dialog: str
    code: int
    reason: str
    message: str = ""


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
    message: str = ""


@dataclass(frozen=True, slots=True)
class DialogEnded:
    """The dialog is gone: its BYE or CANCEL is answered, or a final failure was exchanged.

    ``code`` is the status code that it ended with, None where there was none.
    """

    dialog: str
    code: int | None
    reason: str
    message: str = ""


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
    | DialogEnded
    | OrderRefused
)
