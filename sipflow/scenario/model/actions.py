"""The commands and events of the scenario graph: no file format, no SIP library, no I/O.

One type per kind of node. The types are the single source of the vocabulary: the readers check
files against them, the JSON Schema and the reference in the documentation are generated from them.
The values of a property are defined by its type, in ``properties``; types that only one word uses
are named by way of that module.
"""

from msgspec import Struct, field

from sipflow.scenario.model import properties
from sipflow.scenario.model.conditions import Captures, Conditions
from sipflow.scenario.model.deferred import Variable as Variable
from sipflow.scenario.model.location import Place as Place
from sipflow.scenario.model.properties import (
    CONSULT_LEG,
    DEFAULT_LEG,
    DEFAULT_LIMIT,
    AudioFile,
    Digits,
    Headers,
    Leg,
    Limit,
    MustNot,
    StatusCode,
    Target,
)


class Action(Struct, frozen=True, kw_only=True, tag_field="word"):
    """What a node does or waits for. ``timeout`` is in seconds."""

    timeout: Limit = DEFAULT_LIMIT


class LegAction(Action, frozen=True, kw_only=True):
    """An action on one leg of the instance."""

    leg: Leg = DEFAULT_LEG


class MakeCall(LegAction, frozen=True, kw_only=True, tag="MakeCall"):
    """Call a user; succeeds at the 2xx, or earlier if ``until`` says so.

    Fails with the final code, and is cancelled at its time limit.
    """

    to: Target
    until: properties.Until = "answered"
    offer: properties.Offer = "early"
    follow: properties.Follow = False
    headers: Headers = field(default_factory=dict)
    expect: properties.FinalCode | None = None
    check: Conditions = ()
    capture: Captures = ()


class Answer(LegAction, frozen=True, kw_only=True, tag="Answer"):
    """Answer an incoming call with 200; succeeds when the ACK is received."""

    headers: Headers = field(default_factory=dict)


class Response(LegAction, frozen=True, kw_only=True, tag="Response"):
    """Answer an incoming call with any other code; a final one ends the dialog.

    A provisional one succeeds when it is sent, a final one when the dialog has ended.
    """

    code: StatusCode
    reason: properties.ReasonPhrase | None = None
    contact: properties.Contact | None = None
    headers: Headers = field(default_factory=dict)


class Release(LegAction, frozen=True, kw_only=True, tag="Release"):
    """End a leg: BYE, CANCEL before the answer, 480 on an unanswered incoming one.

    Succeeds when the other side has answered, and with a warning if it refuses the BYE, or if the
    leg has ended already.
    """

    headers: Headers = field(default_factory=dict)


class SendMessage(Action, frozen=True, kw_only=True, tag="SendMessage"):
    """Send a text in a MESSAGE, to a user or on a leg; succeeds at the 2xx.

    Fails with the final code, or at its time limit.
    """

    body: properties.Body
    to: properties.Recipient | None = None
    leg: properties.MessageLeg | None = None
    content_type: properties.ContentType = "text/plain"
    headers: Headers = field(default_factory=dict)


class BlindTransfer(LegAction, frozen=True, kw_only=True, tag="BlindTransfer"):
    """Ask the other end by REFER to call another user, then release the leg.

    Succeeds at the target's answer, which the other end reports by NOTIFY. Fails with the code of
    the refusal, and leaves the leg as it was.
    """

    to: properties.TransferTarget | None = None
    user: properties.User | None = None
    host: properties.Host | None = None
    expect: properties.TransferEnd = "answered"


class AttendedTransfer(LegAction, frozen=True, kw_only=True, tag="AttendedTransfer"):
    """Join the other ends of two legs by REFER with Replaces, then release both.

    Succeeds and fails as BlindTransfer does.
    """

    primary: properties.PrimaryLeg | None = None
    consult: properties.ConsultLeg = CONSULT_LEG

    @property
    def transferred(self) -> str:
        """The leg whose other end is transferred: the primary one, by either of its names."""
        return self.primary or self.leg


class MuteTransfer(AttendedTransfer, frozen=True, kw_only=True, tag="MuteTransfer"):
    """Same as AttendedTransfer, under the desktop application's name."""


class CheckMedia(LegAction, frozen=True, kw_only=True, tag="CheckMedia"):
    """Check the media that a leg has received, or receives within ``window``.

    Fails if a limit is broken, and names each broken limit with the value measured.
    """

    window: properties.Window | None = None
    min_packets: properties.Packets = 1
    max_loss: properties.Loss | None = None
    max_jitter: properties.Jitter | None = None
    min_mos: properties.Mos | None = None
    codec: properties.CodecName | None = None
    direction: properties.Direction | None = None
    sound: properties.Sound | None = None
    tone: properties.Frequency | None = None
    tolerance: properties.Tolerance = 10.0


class DropRTP(LegAction, frozen=True, kw_only=True, tag="DropRTP"):
    """Drop some of the RTP packets received on a leg, as a bad network does; 0 ends it."""

    percent: properties.Percent


class Hold(LegAction, frozen=True, kw_only=True, tag="Hold"):
    """Put a leg on hold by a re-INVITE with ``a=sendonly``; succeeds when that has its 2xx.

    Fails with any other final code, and then leaves the leg as it was.
    """


class Retrieve(LegAction, frozen=True, kw_only=True, tag="Retrieve"):
    """Take a leg off hold by a re-INVITE with ``a=sendrecv``; succeeds and fails as Hold does."""


class Incoming(LegAction, frozen=True, kw_only=True, tag="INCOMING"):
    """Take the next INVITE of the instance, first in first out, and name its leg.

    Answers it with 180, unless ``ring`` is false.
    """

    ring: properties.Ring = True
    must_not: MustNot = False
    check: Conditions = ()
    capture: Captures = ()


class Ringing(LegAction, frozen=True, kw_only=True, tag="RINGING"):
    """Wait for an 18x: received on a leg that calls, sent on a leg that is called."""

    code: properties.RingingCode | None = None
    media: properties.EarlyMedia | None = None

    must_not: MustNot = False
    check: Conditions = ()
    capture: Captures = ()


class Connected(LegAction, frozen=True, kw_only=True, tag="CONNECTED"):
    """Wait until the leg's dialog is confirmed: the 2xx and its ACK have been exchanged."""

    must_not: MustNot = False
    check: Conditions = ()
    capture: Captures = ()


class Disconnected(LegAction, frozen=True, kw_only=True, tag="DISCONNECTED"):
    """Wait until the leg's dialog has ended, by either side."""

    must_not: MustNot = False
    check: Conditions = ()
    capture: Captures = ()


class Transferred(LegAction, frozen=True, kw_only=True, tag="TRANSFERRED"):
    """Wait until the leg is a confirmed dialog with another user than before.

    The other end has transferred it, or was replaced.
    """

    must_not: MustNot = False


class Message(Action, frozen=True, kw_only=True, tag="MESSAGE"):
    """Wait for a MESSAGE, from any sender, on any leg or outside of dialogs.

    Messages that do not match stay for other waits.
    """

    sender: properties.Sender | None = None
    leg: properties.ReceivedLeg | None = None
    body: properties.ReceivedBody | None = None
    contains: properties.Contained | None = None
    pattern: properties.Pattern | None = None
    must_not: MustNot = False


class Held(LegAction, frozen=True, kw_only=True, tag="HELD"):
    """Wait until the other side has put the leg on hold."""

    must_not: MustNot = False


class Retrieved(LegAction, frozen=True, kw_only=True, tag="RETRIEVED"):
    """Wait until the other side has taken the leg off hold."""

    must_not: MustNot = False


class Timeout(Action, frozen=True, kw_only=True, tag="TIMEOUT"):
    """Wait for as long as ``timeout`` says, then succeed."""

    timeout: properties.Delay


class Wait(Timeout, frozen=True, kw_only=True, tag="Wait"):
    """Same as TIMEOUT, under another name."""


class PlayAudio(LegAction, frozen=True, kw_only=True, tag="PlayAudio"):
    """Play a WAV file to the other side; succeeds when it has been played to its end.

    Fails with the leg's code if the leg ends before.
    """

    file: AudioFile
    loop: properties.Loop = False
    background: properties.PlaysOn = False


class RecordAudio(LegAction, frozen=True, kw_only=True, tag="RecordAudio"):
    """Record the audio that the other side sends; succeeds when ``duration`` is recorded.

    Without ``duration`` it succeeds as soon as it records, and goes on in the background.
    """

    file: AudioFile
    duration: properties.RecordedTime | None = None
    background: properties.RecordsOn = False


class StopAudio(LegAction, frozen=True, kw_only=True, tag="StopAudio"):
    """End playing and recording on a leg; succeeds when the recording's file is closed."""

    what: properties.Stopped = "all"


class SendDTMF(LegAction, frozen=True, kw_only=True, tag="SendDTMF"):
    """Send DTMF digits one after another; succeeds when the last one has been sent."""

    digits: Digits
    interval: properties.Interval = 0.25
    method: properties.Method = "rfc2833"


class DTMFReceived(LegAction, frozen=True, kw_only=True, tag="DTMFReceived"):
    """Wait for DTMF digits, the next ones that no wait has used; by default for any one digit.

    Receives RTP events and SIP INFO, and with ``inband`` audible tones.
    """

    digit: properties.Digit | None = None
    digits: Digits | None = None
    pattern: properties.DigitPattern | None = None
    inband: properties.Inband = False
    must_not: MustNot = False


class Register(Action, frozen=True, kw_only=True, tag="Register"):
    """Register at a registrar, the instance's own unless another is named; succeeds at the 2xx.

    Fails with the final code, or at its time limit.
    """

    registrar: properties.OtherRegistrar | None = None
    expires: properties.OtherExpires | None = None


class Unregister(Action, frozen=True, kw_only=True, tag="Unregister"):
    """Remove the registration, by a REGISTER with Expires 0; succeeds at the 2xx.

    Succeeds with a warning if there is none, and fails as Register does.
    """


class Registered(Action, frozen=True, kw_only=True, tag="REGISTERED"):
    """Wait for a confirmation of the registrar; a refusal fails it at once, with its code."""

    must_not: MustNot = False


NodeAction = (
    MakeCall
    | Answer
    | Response
    | Release
    | Hold
    | Retrieve
    | SendMessage
    | BlindTransfer
    | AttendedTransfer
    | MuteTransfer
    | CheckMedia
    | DropRTP
    | Incoming
    | Ringing
    | Connected
    | Disconnected
    | Held
    | Retrieved
    | Transferred
    | Message
    | Timeout
    | Wait
    | PlayAudio
    | RecordAudio
    | StopAudio
    | SendDTMF
    | DTMFReceived
    | Register
    | Unregister
    | Registered
)
COMMANDS: tuple[type[Action], ...] = (
    MakeCall,
    Answer,
    Response,
    Release,
    Hold,
    Retrieve,
    SendMessage,
    BlindTransfer,
    AttendedTransfer,
    MuteTransfer,
    PlayAudio,
    RecordAudio,
    StopAudio,
    SendDTMF,
    CheckMedia,
    DropRTP,
    Register,
    Unregister,
)
EVENTS: tuple[type[Action], ...] = (
    Incoming,
    Ringing,
    Connected,
    Disconnected,
    Held,
    Retrieved,
    Transferred,
    Message,
    Timeout,
    Wait,
    DTMFReceived,
    Registered,
)


def word(action: Action | type[Action]) -> str:
    """Return the word that scenario files use for an action: ``MakeCall``, ``INCOMING``, …"""
    kind = action if isinstance(action, type) else type(action)
    return str(kind.__struct_config__.tag)


def legs_of(action: Action) -> tuple[str, ...]:
    """Return the legs that an action names, the one that it acts on first."""
    match action:
        case AttendedTransfer():
            return action.transferred, action.consult
        case LegAction():
            return (action.leg,)
        case SendMessage() | Message() if action.leg is not None:
            return (action.leg,)
        case _:
            return ()


def looks_into_messages(action: Action) -> bool:
    """Return whether an action reads the contents of received messages."""
    return bool(getattr(action, "check", ()) or getattr(action, "capture", ()))
