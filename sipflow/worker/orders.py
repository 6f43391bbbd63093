"""What the walker asks of the user agent, in the imperative. Pure values."""

from dataclasses import dataclass

# Headers to add to a message, in order: names and values.
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Invite:
    """Send an INVITE to a SIP URI; the new dialog goes by ``dialog`` from now on.

    ``late_offer``: without SDP, so that the offer is the other side's. ``follow``: a 3xx is
    followed to its Contact.
    """

    dialog: str
    target: str
    late_offer: bool = False
    follow: bool = False
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Respond:
    """Answer the INVITE of an incoming dialog; ``reason`` replaces the code's usual phrase.

    ``contact`` is where a 3xx sends the caller.
    """

    dialog: str
    code: int
    reason: str | None = None
    contact: str | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a dialog: BYE once it is confirmed, CANCEL on an INVITE that has no answer yet."""

    dialog: str
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a text in a MESSAGE, in a dialog or outside to ``target``; it goes by ``message``."""

    message: str
    body: str
    content_type: str
    target: str | None = None
    dialog: str | None = None
    headers: Headers = ()


Order = Invite | Respond | HangUp | SendText
