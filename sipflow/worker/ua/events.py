"""What the user agent saw, in the past tense. Pure values; ``dialog`` is the user agent's key.

``message`` is the text of the message behind it, where one was received and the plan wants it.
``at`` is when it happened, in monotonic seconds; None where only the moment is known at which it
was told. Two are equal whenever they happened.
"""

import enum
from typing import ClassVar, Literal

from msgspec import Struct

from sipflow.media.stream_stats import MediaFigures
from sipflow.scenario.model.properties import DigitMethod
from sipflow.sip.sdp import MediaDirection


class _Timed(Struct, frozen=True):
    """What has fields, ``uncompared``, that two equal ones may differ in."""

    uncompared: ClassVar[frozenset[str]] = frozenset({"at", "bye", "delay", "stands_for"})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self._compared())

    def _compared(self) -> tuple[object, ...]:
        names = (name for name in self.__struct_fields__ if name not in self.uncompared)
        return tuple(getattr(self, name) for name in names)


class InviteSent(_Timed, frozen=True):
    """The INVITE that was ordered has left."""

    dialog: str
    at: float | None = None


class InviteReceived(Struct, frozen=True):
    """An INVITE opened a new incoming dialog; ``peer`` is the URI that reaches the caller."""

    dialog: str
    peer: str
    message: str = ""


class Progressed(_Timed, frozen=True):
    """A provisional response was received (initiator, over 100 only) or sent (recipient).

    ``media``: it carried SDP, so that there can be early media.
    """

    dialog: str
    code: int
    reason: str
    media: bool = False
    message: str = ""
    at: float | None = None


class TryingReceived(Struct, frozen=True):
    """A 100 came: somebody is there and has the INVITE."""

    dialog: str


class Media(Struct, frozen=True):
    """What an offer and its answer came to: the direction seen from here, and the codec.

    ``peer`` is the direction that the other side's SDP says of itself.
    """

    direction: MediaDirection
    peer: MediaDirection
    codec: str


class DialogConfirmed(_Timed, frozen=True):
    """The 2xx and its ACK are through; ``media`` is what they negotiated, as far as it is known.

    ``fault``: why they came to no audio; the user agent ends such a call by itself.
    ``acknowledged``: False where a BYE came and no ACK before it: the other side sends one only
    once it has the 2xx (RFC 3261 §15). Two are equal whatever was negotiated.
    """

    uncompared: ClassVar[frozenset[str]] = frozenset({"at", "media"})

    dialog: str
    code: int
    reason: str
    message: str = ""
    media: Media | None = None
    at: float | None = None
    fault: str = ""
    acknowledged: bool = True


class MediaNegotiated(Struct, frozen=True):
    """An offer in a confirmed dialog was accepted; ``by`` says whose offer it was."""

    dialog: str
    media: Media
    by: Literal["local", "remote"]


class ReinvitePostponed(Struct, frozen=True):
    """A re-INVITE that was ordered cannot be sent yet; ``why``: what has to come first."""

    dialog: str
    turn: int
    why: str


class ReinviteSent(Struct, frozen=True):
    """A re-INVITE that had been postponed has left."""

    dialog: str
    turn: int


class ReinviteProgressed(Struct, frozen=True):
    """A provisional response to a re-INVITE that was ordered has come."""

    dialog: str
    turn: int
    code: int


class ReinviteAnswered(Struct, frozen=True):
    """A re-INVITE that was ordered has its final answer; what it changed was told before.

    ``fault``: why the SDP of a 2xx changed nothing.
    """

    dialog: str
    turn: int
    code: int
    reason: str
    fault: str = ""


class DialogEnded(_Timed, frozen=True):
    """The dialog is gone: its BYE or CANCEL is answered, or a final failure was exchanged.

    ``code`` is the status code that it ended with, None where none was on the wire: ``reason`` is a
    local cause then, and ``stands_for`` the code that it counts as (RFC 3261 §8.1.3.1). ``bye``:
    when the BYE of ours had left that was answered with that code, None if it was not that which
    ended it. ``unconfirmed``: the other side may not know of the end. ``machine``:
    this host lacked something that the dialog needed.
    """

    dialog: str
    code: int | None
    reason: str
    message: str = ""
    at: float | None = None
    bye: float | None = None
    stands_for: int | None = None
    unconfirmed: bool = False
    machine: bool = False


class Redirected(Struct, frozen=True):
    """A 3xx was followed: the INVITE has gone on to another SIP URI."""

    dialog: str
    target: str


class TextReceived(Struct, frozen=True):
    """A MESSAGE came, and was answered 200; ``dialog`` is None if it came outside of any."""

    dialog: str | None
    sender: str
    body: str


class TextAnswered(Struct, frozen=True):
    """A MESSAGE that was sent from here has its final answer; ``code`` None: it could not be sent.

    ``reason`` is the reason phrase, or why it could not. ``timed_out``: nothing answered it.
    """

    message: str
    code: int | None
    reason: str
    timed_out: bool = False


class OrderRefused(Struct, frozen=True):
    """The user agent could not do what was asked of it on this dialog."""

    dialog: str
    detail: str
    code: int | None = None


class Track(enum.StrEnum):
    """What can go on on a dialog's audio, one of each at a time."""

    PLAYING = "playing"
    RECORDING = "recording"
    SENDING = "sending digits"


class TrackBegan(Struct, frozen=True):
    """What was ordered on a track of the dialog's audio goes on now."""

    dialog: str
    track: Track


class TrackEnded(Struct, frozen=True):
    """It is over: played to the end, recorded and the file closed, sent, or stopped."""

    dialog: str
    track: Track


class TrackRefused(Struct, frozen=True):
    """It could not be done, or not to its end.

    ``machine``: for want of something of this host's, as room on its disk.
    """

    dialog: str
    track: Track
    detail: str
    code: int | None = None
    machine: bool = False


class DigitReceived(Struct, frozen=True):
    """The other end sent a DTMF digit: ``0`` to ``9``, ``A`` to ``D``, ``*`` or ``#``."""

    dialog: str
    digit: str
    method: DigitMethod


AudioHappening = TrackBegan | TrackEnded | TrackRefused | DigitReceived


class ReferAccepted(Struct, frozen=True):
    """The REFER that was ordered on this dialog was answered with a 2xx."""

    dialog: str
    code: int


class TransferProgressed(Struct, frozen=True):
    """How the other end fares with the target, by its own word (a NOTIFY's message/sipfrag).

    ``final``: there is no more to come. A REFER that is refused ends so, too.
    """

    dialog: str
    code: int
    reason: str
    final: bool


class DialogFollowed(_Timed, frozen=True):
    """A REFER on this dialog is being followed: an INVITE has left that makes ``successor``."""

    dialog: str
    successor: str
    peer: str
    at: float | None = None


class DialogReplaced(Struct, frozen=True):
    """An INVITE with Replaces was answered: ``successor`` takes this dialog's place (RFC 3891)."""

    dialog: str
    successor: str
    peer: str


class RegisterAnswered(_Timed, frozen=True):
    """A REGISTER has its final answer; ``code`` None: it could not be sent, ``reason`` says why.

    ``removal``: it was to remove the registration. ``expires`` are the seconds that were granted,
    ``delay`` those from the REGISTER to its answer, challenges included (RFC 6076 §4.1).
    ``ordered``: it is the answer to an order, not to a refresh of the user agent's own.
    ``timed_out``: nothing answered it. ``fault``: why it did not come to what was asked, where the
    code does not say it.
    """

    code: int | None
    reason: str
    removal: bool = False
    expires: int = 0
    delay: float = 0.0
    ordered: bool = True
    timed_out: bool = False
    fault: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the registrar did what it was asked."""
        is_2xx = self.code is not None and self.code // 100 == 2
        return is_2xx and (self.expires > 0) is not self.removal


class MediaMeasured(Struct, frozen=True):
    """What a dialog received within a window that was ordered, or, without one, until now.

    Told of a watched dialog also just before its end, without an order.
    """

    dialog: str
    figures: MediaFigures
    window: float | None = None


class RtpDropping(Struct, frozen=True):
    """From now on this many of a hundred RTP packets that come in are lost."""

    dialog: str
    percent: int


class MessageRefused(Struct, frozen=True):
    """A message that came in was answered with a failure, or dropped, by the user agent itself.

    ``peer``: the address that it came from. ``method``: that of the request, or of the one that a
    response answers; empty where it could not be read. ``code``: what was answered, None if nothing
    was. ``message``: why. ``response``: the status code of what came, 0 if it was a request.
    ``corrected``: it was neither, but taken with what was wrong left out.
    """

    peer: str
    method: str
    code: int | None
    message: str
    response: int = 0
    corrected: bool = False

    @property
    def cause(self) -> str:
        """What came, in a word or two."""
        came = str(self.response) if self.response else self.method or "message"
        return f"{came} received"


Succession = DialogFollowed | DialogReplaced
TransferHappening = ReferAccepted | TransferProgressed | Succession
MediaHappening = MediaMeasured | RtpDropping
MessageHappening = TextReceived | TextAnswered
SignallingHappening = (
    InviteSent
    | InviteReceived
    | Progressed
    | TryingReceived
    | DialogConfirmed
    | MediaNegotiated
    | ReinvitePostponed
    | ReinviteSent
    | ReinviteProgressed
    | ReinviteAnswered
    | DialogEnded
    | Redirected
    | OrderRefused
)
DialogHappening = SignallingHappening | AudioHappening | MediaHappening | TransferHappening
Happening = DialogHappening | MessageHappening | RegisterAnswered | MessageRefused
