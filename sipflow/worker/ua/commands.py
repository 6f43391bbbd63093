"""Commands of the walker to the user agent, in the imperative. Pure values."""

from msgspec import Struct

from sipflow.scenario.model.properties import DigitMethod
from sipflow.worker.ua.events import Track

# Headers to add to a message, in order: names and values.
Headers = tuple[tuple[str, str], ...]


class Invite(Struct, frozen=True):
    """Send an INVITE to a SIP URI; the new dialog has the key ``dialog`` from now on.

    ``late_offer``: without SDP, so that the peer makes the offer.
    ``follow``: a 3xx is followed to its Contact.
    """

    dialog: str
    target: str
    late_offer: bool = False
    follow: bool = False
    headers: Headers = ()


class Respond(Struct, frozen=True):
    """Answer the INVITE of an incoming dialog; ``reason`` replaces the code's usual phrase.

    ``contact``: the URI to which a 3xx redirects the caller.
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
    """Put a confirmed dialog on hold, or take it off; ``turn`` distinguishes repeated commands.

    After a 491 the re-INVITE is tried again, unless ``within`` seconds have passed.
    """

    dialog: str
    hold: bool
    turn: int
    within: float


class SendText(Struct, frozen=True):
    """Send a text in a MESSAGE, in a dialog or outside to ``target``; its key is ``message``."""

    message: str
    body: str
    content_type: str
    target: str | None = None
    dialog: str | None = None
    headers: Headers = ()


class AddBinding(Struct, frozen=True):
    """Register this user agent's Contact at a registrar, a SIP URI, for so many seconds.

    A pending REGISTER is given up for it: its answer is not reported any more.
    """

    registrar: str
    expires: int


class RemoveBinding(Struct, frozen=True):
    """Remove the registration that was made last, by a REGISTER with Expires 0."""


class Play(Struct, frozen=True):
    """Play a WAV file to the peer of a dialog, once or in a loop."""

    dialog: str
    file: str
    loop: bool = False


class Record(Struct, frozen=True):
    """Record the peer's audio into a WAV file, for so many seconds or until stopped."""

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
    """Stop the given tracks of a dialog's audio; the end of each is reported."""

    dialog: str
    tracks: tuple[Track, ...]


class Refer(Struct, frozen=True):
    """Ask the peer of a confirmed dialog, by REFER, to call a SIP URI."""

    dialog: str
    target: str


class ReferToDialog(Struct, frozen=True):
    """Ask the peer to take our place in another dialog, ``consult`` (RFC 3891)."""

    dialog: str
    consult: str


class WatchMedia(Struct, frozen=True):
    """Count what a dialog receives, to its end; with ``listen``, also analyse its sound."""

    dialog: str
    listen: bool


class MeasureMedia(Struct, frozen=True):
    """Report what a watched dialog has received, or what it receives in a ``window`` from now."""

    dialog: str
    window: float | None = None


class DropRtp(Struct, frozen=True):
    """Drop this many of a hundred RTP packets received for a dialog."""

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
