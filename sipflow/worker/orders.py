"""What the walker asks of the user agent, in the imperative. Pure values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invite:
    """Send an INVITE to a SIP URI; the new dialog goes by ``dialog`` from now on."""

    dialog: str
    target: str


@dataclass(frozen=True, slots=True)
class Respond:
    """Answer the INVITE of an incoming dialog; ``reason`` replaces the code's usual phrase."""

    dialog: str
    code: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a dialog: BYE once it is confirmed, CANCEL on an INVITE that has no answer yet."""

    dialog: str


@dataclass(frozen=True, slots=True)
class Reinvite:
    """Put a confirmed dialog on hold, or take it off; ``turn`` tells one such order from another.

    Where the other side asks to try again (491), that is done if so many seconds have not passed.
    """

    dialog: str
    hold: bool
    turn: int
    within: float


Order = Invite | Respond | HangUp | Reinvite
