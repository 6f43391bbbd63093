"""What the walker asks of the user agent, in the imperative. Pure values."""

from msgspec import Struct

from sipflow.scenario.model.properties import DigitMethod
from sipflow.worker.ua.events import Track

# Headers to add to a message, in order: names and values.
Headers = tuple[tuple[str, str], ...]


class Invite(Struct, frozen=True):
    """Send an INVITE to a SIP URI; the new dialog goes by ``dialog`` from now on.

    ``late_offer``: without SDP, so that the offer is the other side's. ``follow``: a 3xx is
    followed to its Contact.
    """

    dialog: str
    target: str
    late_offer: bool = False
    follow: bool = False
    headers: Headers = ()


class Respond(Struct, frozen=True):
    """Answer the INVITE of an incoming dialog; ``reason`` replaces the code's usual phrase.

    ``contact`` is where a 3xx sends the caller.
    """

    dialog: str
    code: int
    reason: str | None = None
    contact: str | None = None
    headers: Headers = ()


class HangUp(Struct, frozen=True):
    """End a dialog: BYE once it is confirmed, CANCEL on an INVITE that has no answer yet."""

    dialog: str
    headers: Headers = ()


class Reinvite(Struct, frozen=True):
    """Put a confirmed dialog on hold, or take it off; ``turn`` tells one such order from another.

    Where the other side asks to try again (491), that is done if so many seconds have not passed.
    """

    dialog: str
    hold: bool
    turn: int
    within: float


class SendText(Struct, frozen=True):
    """Send a text in a MESSAGE, in a dialog or outside to ``target``; it goes by ``message``."""

    message: str
    body: str
    content_type: str
    target: str | None = None
    dialog: str | None = None
    headers: Headers = ()


class AddBinding(Struct, frozen=True):
    """Register this user agent's Contact at a registrar, a SIP URI, for so many seconds.

    One that has no answer yet is given up for it: nothing is told of it any more.
    """

    registrar: str
    expires: int


class RemoveBinding(Struct, frozen=True):
    """Remove the registration that was made last, by a REGISTER with Expires 0."""


class Play(Struct, frozen=True):
    """Play a WAV file to the other end of a dialog, once or again and again."""

    dialog: str
    file: str
    loop: bool = False


class Record(Struct, frozen=True):
    """Record what the other end sends into a WAV file, for so many seconds or until stopped."""

    dialog: str
    file: str
    duration: float | None = None


class SendDigits(Struct, frozen=True):
    """Send DTMF digits, one to begin ``interval`` seconds after another."""

    dialog: str
    digits: str
    interval: float
    method: DigitMethod


class StopTracks(Struct, frozen=True):
    """End what goes on on some tracks of a dialog's audio; each that ends is told of."""

    dialog: str
    tracks: tuple[Track, ...]


class Refer(Struct, frozen=True):
    """Ask the other end of a confirmed dialog, by REFER, to call a SIP URI."""

    dialog: str
    target: str


class ReferToDialog(Struct, frozen=True):
    """Ask it to take the place that we have in another dialog, ``consult`` (RFC 3891)."""

    dialog: str
    consult: str


class WatchMedia(Struct, frozen=True):
    """Keep count of what a dialog receives, to its end; with ``listen``, also hear its sound."""

    dialog: str
    listen: bool


class MeasureMedia(Struct, frozen=True):
    """Tell what a watched dialog has received, or what it receives from now on for a ``window``."""

    dialog: str
    window: float | None = None


class DropRtp(Struct, frozen=True):
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
