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
class Refer:
    """Ask the other end of a confirmed dialog, by REFER, to call a SIP URI."""

    dialog: str
    target: str


@dataclass(frozen=True, slots=True)
class ReferToDialog:
    """Ask it to take the place that we have in another dialog, ``consult`` (RFC 3891)."""

    dialog: str
    consult: str


TransferOrder = Refer | ReferToDialog
Order = Invite | Respond | HangUp | TransferOrder
