"""What the walker asks of the user agent, in the imperative. Pure values."""

from dataclasses import dataclass

from sipflow.protocol.properties import DigitMethod
from sipflow.worker.happenings import Track

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
class Reinvite:
    """Put a confirmed dialog on hold, or take it off; ``turn`` tells one such order from another.

    Where the other side asks to try again (491), that is done if so many seconds have not passed.
    """

    dialog: str
    hold: bool
    turn: int
    within: float


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a text in a MESSAGE, in a dialog or outside to ``target``; it goes by ``message``."""

    message: str
    body: str
    content_type: str
    target: str | None = None
    dialog: str | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class AddBinding:
    """Register this user agent's Contact at a registrar, a SIP URI, for so many seconds.

    One that has no answer yet is given up for it: nothing is told of it any more.
    """

    registrar: str
    expires: int


@dataclass(frozen=True, slots=True)
class RemoveBinding:
    """Remove the registration that was made last, by a REGISTER with Expires 0."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play a WAV file to the other end of a dialog, once or again and again."""

    dialog: str
    file: str
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Record what the other end sends into a WAV file, for so many seconds or until stopped."""

    dialog: str
    file: str
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Send DTMF digits, one to begin ``interval`` seconds after another."""

    dialog: str
    digits: str
    interval: float
    method: DigitMethod


@dataclass(frozen=True, slots=True)
class StopTracks:
    """End what goes on on some tracks of a dialog's audio; each that ends is told of."""

    dialog: str
    tracks: tuple[Track, ...]


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


@dataclass(frozen=True, slots=True)
class WatchMedia:
    """Keep count of what a dialog receives, to its end; with ``listen``, also hear its sound."""

    dialog: str
    listen: bool


@dataclass(frozen=True, slots=True)
class MeasureMedia:
    """Tell what a watched dialog has received, or what it receives from now on for a ``window``."""

    dialog: str
    window: float | None = None


@dataclass(frozen=True, slots=True)
class DropRtp:
    """Lose this many of a hundred RTP packets that come in for a dialog."""

    dialog: str
    percent: int


AudioOrder = Play | Record | SendDigits | StopTracks
MediaOrder = WatchMedia | MeasureMedia | DropRtp
TransferOrder = Refer | ReferToDialog
RegistrationOrder = AddBinding | RemoveBinding
DialogOrder = Respond | HangUp | Reinvite | AudioOrder | TransferOrder
Order = (
    Invite
    | Respond
    | HangUp
    | Reinvite
    | SendText
    | AudioOrder
    | MediaOrder
    | TransferOrder
    | RegistrationOrder
)
