"""Events of the user agent, in the past tense. Pure values; ``dialog`` is the user agent's key.

``message`` is the text of the received message behind the event, where the plan wants it. ``at``
is when it happened, in monotonic seconds, None where only the time of its report is known; it is
excluded from comparison.
"""

import enum
from typing import ClassVar, Literal

from msgspec import Struct

from sipflow.media.stream_stats import MediaFigures
from sipflow.scenario.model.properties import DigitMethod
from sipflow.sip.sdp import MediaDirection


class _Timed(Struct, frozen=True):
    """An event with fields, ``uncompared``, that are excluded from comparison."""

    uncompared: ClassVar[frozenset[str]] = frozenset({"at", "bye", "delay", "stands_for"})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self._compared())

    def _compared(self) -> tuple[object, ...]:
        names = (name for name in self.__struct_fields__ if name not in self.uncompared)
        return tuple(getattr(self, name) for name in names)


class InviteSent(_Timed, frozen=True):
    """The ordered INVITE has been sent."""

    dialog: str
    at: float | None = None


class InviteReceived(Struct, frozen=True):
    """An INVITE began a new incoming dialog; ``peer`` is the URI that reaches the caller."""

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
    """A 100 was received: a peer is there and has the INVITE."""

    dialog: str


class Media(Struct, frozen=True):
    """The result of an offer and its answer: the direction as seen from here, and the codec.

    ``peer``: the direction in the peer's own SDP.
    """

    direction: MediaDirection
    peer: MediaDirection
    codec: str


class DialogConfirmed(_Timed, frozen=True):
    """The 2xx and its ACK were exchanged; ``media`` is the result, as far as it is known.

    ``fault``: why there is no audio; the user agent ends such a call by itself.
    ``acknowledged``: False where a BYE was received without an ACK before it: the peer sends a BYE
    only once it has the 2xx (RFC 3261 §15). The media are excluded from comparison.
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
    """An ordered re-INVITE cannot be sent yet; ``why``: what has to come first."""

    dialog: str
    turn: int
    why: str


class ReinviteSent(Struct, frozen=True):
    """A postponed re-INVITE has been sent."""

    dialog: str
    turn: int


class ReinviteProgressed(Struct, frozen=True):
    """A provisional response to an ordered re-INVITE was received."""

    dialog: str
    turn: int
    code: int


class ReinviteAnswered(Struct, frozen=True):
    """An ordered re-INVITE has its final answer; a change of media was reported before.

    ``fault``: why the SDP of a 2xx changed nothing.
    """

    dialog: str
    turn: int
    code: int
    reason: str
    fault: str = ""


class DialogEnded(_Timed, frozen=True):
    """The dialog is gone: its BYE or CANCEL is answered, or a final failure was exchanged.

    ``code``: the status code that ended it, None where none was on the wire; ``reason`` is then a
    local cause and ``stands_for`` the code that it counts as (RFC 3261 §8.1.3.1).
    ``bye``: when our BYE was sent, if its response ended the dialog, else None.
    ``unconfirmed``: the peer may not know of the end.
    ``machine``: this host lacked a resource that the dialog needed.
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
    """A MESSAGE was received and answered 200; ``dialog`` is None outside of any."""

    dialog: str | None
    sender: str
    body: str


class TextAnswered(Struct, frozen=True):
    """A MESSAGE sent from here has its final answer; ``code`` None: it could not be sent.

    ``reason``: the reason phrase, or why it could not be sent. ``timed_out``: no answer came.
    """

    message: str
    code: int | None
    reason: str
    timed_out: bool = False


class OrderRefused(Struct, frozen=True):
    """The user agent could not carry out a command on this dialog."""

    dialog: str
    detail: str
    code: int | None = None


class Track(enum.StrEnum):
    """The kinds of audio activity of a dialog, one of each at a time."""

    PLAYING = "playing"
    RECORDING = "recording"
    SENDING = "sending digits"


class TrackBegan(Struct, frozen=True):
    """An ordered track of the dialog's audio has begun."""

    dialog: str
    track: Track


class TrackEnded(Struct, frozen=True):
    """A track has ended: played to the end, recorded and the file closed, sent, or stopped."""

    dialog: str
    track: Track


class TrackRefused(Struct, frozen=True):
    """A track failed to begin, or was cut off.

    ``machine``: this host lacked a resource, such as room on its disk.
    """

    dialog: str
    track: Track
    detail: str
    code: int | None = None
    machine: bool = False


class DigitReceived(Struct, frozen=True):
    """The peer sent a DTMF digit: ``0`` to ``9``, ``A`` to ``D``, ``*`` or ``#``."""

    dialog: str
    digit: str
    method: DigitMethod


AudioHappening = TrackBegan | TrackEnded | TrackRefused | DigitReceived


class ReferAccepted(Struct, frozen=True):
    """The REFER ordered on this dialog was answered with a 2xx."""

    dialog: str
    code: int


class TransferProgressed(Struct, frozen=True):
    """The peer reported the progress of a transfer (a NOTIFY's message/sipfrag).

    ``final``: there is no more to come. A refused REFER is reported so, too.
    """

    dialog: str
    code: int
    reason: str
    final: bool


class DialogFollowed(_Timed, frozen=True):
    """A REFER on this dialog is followed: an INVITE was sent, which makes ``successor``."""

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
    """A REGISTER has its final answer; ``code`` None: it could not be sent, for ``reason``.

    ``removal``: it was to remove the registration.
    ``expires``: the seconds that were granted.
    ``delay``: those from the REGISTER to its answer, challenges included (RFC 6076 §4.1).
    ``ordered``: it answers a command, not a refresh by the user agent itself.
    ``timed_out``: no answer came.
    ``fault``: why the request was not fulfilled, where the code does not explain it.
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
        """Whether the registrar did what was requested."""
        is_2xx = self.code is not None and self.code // 100 == 2
        return is_2xx and (self.expires > 0) is not self.removal


class MediaMeasured(Struct, frozen=True):
    """What a dialog received within an ordered window, or, without one, until now.

    Of a watched dialog it is reported also just before its end, without a command.
    """

    dialog: str
    figures: MediaFigures
    window: float | None = None


class RtpDropping(Struct, frozen=True):
    """From now on this many of a hundred received RTP packets are dropped."""

    dialog: str
    percent: int


class MessageRefused(Struct, frozen=True):
    """A received message was answered with a failure, or dropped, by the user agent itself.

    ``peer``: the address that it came from.
    ``method``: that of the request, or of the request that a response answers; empty if unreadable.
    ``code``: the code that was sent, None if none was.
    ``message``: why.
    ``response``: the status code of the received message, 0 if it was a request.
    ``corrected``: it was neither refused nor dropped, but accepted without its faulty parts.
    """

    peer: str
    method: str
    code: int | None
    message: str
    response: int = 0
    corrected: bool = False

    @property
    def cause(self) -> str:
        """The received message, in a word or two."""
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
