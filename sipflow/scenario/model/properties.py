"""The types of a scenario's properties: one annotated type per kind of value.

A type's ``Meta`` says what a user may write; a description that begins with ``duration`` marks
seconds that files write as ``100ms``, ``5s``, ``2m`` or bare milliseconds.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta

DEFAULT_LEG = "call-1"
CONSULT_LEG = "consult"
DEFAULT_LIMIT = 10.0
A_DAY = 86_400.0

Leg = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="the leg: the scenario's name for one dialog of the instance",
        examples=["call-1", "primary"],
    ),
]
Limit = Annotated[
    float,
    Meta(ge=0, le=A_DAY, description="duration: the time limit of the node", examples=["5s"]),
]
Delay = Annotated[
    float,
    Meta(ge=0, le=A_DAY, description="duration: how long to wait", examples=["500ms"]),
]
Target = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=512,
        description="the user to call: a number of the scenario, an instance's name, or a SIP URI",
        examples=["200", "sip:200@127.0.0.1:5070"],
    ),
]
StatusCode = Annotated[
    int,
    Meta(
        ge=100,
        le=699,
        description="a SIP status code: 1xx, 3xx, 4xx, 5xx or 6xx",
        examples=[183, 486],
    ),
]
FinalCode = Annotated[
    int,
    Meta(
        ge=200,
        le=699,
        description="the final status code that must be received; any other fails the node",
        examples=[486],
    ),
]
MustNot = Annotated[
    bool,
    Meta(
        description="whether the event must not happen: the node succeeds at its time limit, and "
        "fails at once if the event happens"
    ),
]
ReasonPhrase = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="the reason phrase, instead of the usual one of the code",
        examples=["Gone fishing"],
    ),
]
HeaderName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9.!%*_+`'~-]+$")]
LONGEST_HEADER = 512  # characters of the value of an added header
HeaderValue = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_HEADER,
        pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*\S)?$",
    ),
]
Headers = Annotated[
    dict[HeaderName, HeaderValue],
    Meta(
        max_length=32,
        description="headers to add to the message that is sent, each a name and a text",
        examples=[{"X-Account": "4711"}],
    ),
]
Sender = Annotated[
    Target,
    Meta(description="the sender of the MESSAGE: a number of the scenario, a name, or a SIP URI"),
]
Body = Annotated[
    str,
    Meta(
        max_length=2048,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
        description="the text of the message",
        examples=["hello"],
    ),
]
Pattern = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=256,
        description="a regular expression (RE2) that matches some part of the text",
        examples=["code [0-9]+"],
    ),
]
ContentType = Annotated[
    str,
    Meta(
        max_length=128,
        pattern=r"^[A-Za-z0-9.!%*_+`'~-]+/[A-Za-z0-9.!%*_+`'~-]+$",
        description="the media type of the text",
        examples=["text/plain", "application/json"],
    ),
]

AudioFile = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="a WAV file, relative to the folder of the scenario's file",
        examples=["greeting.wav"],
    ),
]
# Not ``$``, which in Python also matches before a final line feed.
Digits = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[0-9A-Da-d*#]+(?![\s\S])",
        description="DTMF digits: 0 to 9, A to D, * and #",
        examples=["1234#"],
    ),
]
Digit = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Da-d*#](?![\s\S])",
        description="one DTMF digit: 0 to 9, A to D, * or #",
        examples=["9"],
    ),
]
DigitPattern = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="a pattern that all the digits must match: a regular expression without "
        r"groups, of digits, ``.``, ``\d``, ``\*``, ``[…]``, ``|``, ``?``, ``+``, ``*``, ``{m,n}``",
        examples=["[0-9]{4}#"],
    ),
]
DigitMethod = Literal["rfc2833", "info", "inband"]
User = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[A-Za-z0-9_.!~*'()&=+$,;?/-]+$",
        description="the target of the transfer: a number of the scenario, else a user at the "
        "host given, else a user at the other end's host",
        examples=["300"],
    ),
]
Host = Annotated[
    str,
    Meta(
        max_length=255,
        pattern=r"^([A-Za-z0-9.-]+(:[0-9]{1,5})?)?$",
        description="the host of the target, with its port if it is not 5060",
        examples=["127.0.0.1:5064"],
    ),
]
# The Request-URI of a REGISTER: a host and perhaps a port, without a user (RFC 3261 §10.2).
_PORT = r"[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
Registrar = Annotated[
    str,
    Meta(
        max_length=255,
        pattern=r"^(sip:)?([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])"
        rf"(:({_PORT}))?(;transport=(udp|tcp))?(?![\s\S])",
        description="the registrar: its host, host:port or SIP URI without a user",
        examples=["127.0.0.1:5080", "sip:example.com;transport=tcp"],
    ),
]
Expires = Annotated[
    float,
    Meta(
        ge=1,
        le=A_DAY,
        description="duration: for how long the instance is registered, in whole seconds",
        examples=["300s"],
    ),
]
RegisterTimeout = Annotated[
    float,
    Meta(
        ge=0,
        le=A_DAY,
        description="duration: how long `register: true` may take until the registrar has "
        "confirmed it; then the run fails",
        examples=["10s"],
    ),
]
OnRefer = Literal["follow", "reject"]
ON_REFER: tuple[OnRefer, ...] = get_args(OnRefer)


Window = Annotated[
    float,
    Meta(
        ge=0,
        le=A_DAY,
        description="duration: how long to wait and check only the media received meanwhile; "
        "without it, all that the leg has received is checked",
        examples=["2s"],
    ),
]
Packets = Annotated[int, Meta(ge=0, description="the least number of RTP packets", examples=[50])]
Loss = Annotated[
    float,
    Meta(ge=0, le=100, description="the most packets that may be lost, in percent", examples=[1]),
]
Jitter = Annotated[
    float,
    Meta(ge=0, le=A_DAY, description="duration: the most jitter, on average", examples=["20ms"]),
]
Mos = Annotated[
    float,
    Meta(ge=1, le=4.5, description="the least mean opinion score (ITU-T G.107)", examples=[4]),
]
CodecName = Annotated[
    str,
    Meta(
        min_length=1, max_length=64, description="the codec that must be in use", examples=["PCMU"]
    ),
]
Frequency = Annotated[
    float,
    Meta(
        ge=50, le=7000, description="the frequency of a tone to be received, in Hz", examples=[1000]
    ),
]
Tolerance = Annotated[
    float,
    Meta(ge=1, le=1000, description="how far off the tone may be, in Hz", examples=[10]),
]
Percent = Annotated[
    int,
    Meta(ge=0, le=100, description="how many packets are dropped, in percent", examples=[10]),
]

# Types that only one word uses.
Until = Annotated[
    Literal["answered", "ringing", "sent"],
    Meta(description="when the node succeeds: at the 2xx, at the first 18x, or at once"),
]
Offer = Annotated[
    Literal["early", "late"],
    Meta(description="whether the INVITE carries the SDP offer, or leaves it to the other side"),
]
Follow = Annotated[
    bool, Meta(description="whether a 3xx is followed to its Contact, instead of failing")
]
Contact = Annotated[Target, Meta(description="where a 3xx sends the caller, in its Contact")]
Recipient = Annotated[
    Target,
    Meta(
        description="the recipient of a MESSAGE outside of dialogs: a number of the scenario, an "
        "instance's name, or a SIP URI"
    ),
]
MessageLeg = Annotated[Leg, Meta(description="the leg to send the MESSAGE on, instead of `to`")]
TransferTarget = Annotated[
    Target,
    Meta(
        description="the user that the other end is to call: a number of the scenario, an "
        "instance's name, or a SIP URI"
    ),
]
TransferEnd = Annotated[
    Literal["answered", "accepted"],
    Meta(description="when the node succeeds: at the target's answer, or at the 202"),
]
PrimaryLeg = Annotated[
    Leg,
    Meta(description="the leg whose other end is transferred; without it that is `leg`"),
]
ConsultLeg = Annotated[Leg, Meta(description="the leg to whose other end it is transferred")]
Direction = Annotated[
    Literal["sendrecv", "sendonly", "recvonly", "inactive"],
    Meta(description="the direction in which media must flow, as seen from this instance"),
]
Sound = Annotated[
    bool,
    Meta(description="whether audio louder than -50 dBov must be received, or must not be"),
]
RingingCode = Annotated[int, Meta(ge=180, le=189, description="which 18x counts, instead of any")]
EarlyMedia = Annotated[bool, Meta(description="whether the response must carry SDP, or must not")]
ReceivedLeg = Annotated[Leg, Meta(description="the leg that the MESSAGE must be received on")]
ReceivedBody = Annotated[Body, Meta(description="the text it must have", examples=["hello"])]
Contained = Annotated[Body, Meta(description="a text it must contain", examples=["hello"])]
RecordedTime = Annotated[
    float,
    Meta(
        ge=0.02,
        le=A_DAY,
        description="duration: how much to record; by default until StopAudio or the end of "
        "the leg",
        examples=["3s"],
    ),
]
Interval = Annotated[
    float,
    Meta(
        ge=0.05,
        le=10,
        description="duration: from the beginning of one digit to that of the next",
        examples=["250ms"],
    ),
]
Ring = Annotated[bool, Meta(description="whether a 180 is sent as the INVITE is taken")]
Loop = Annotated[
    bool, Meta(description="whether the file is played again and again, in the background")
]
PlaysOn = Annotated[
    bool, Meta(description="whether the next step begins while the file is still playing")
]
RecordsOn = Annotated[bool, Meta(description="whether the next step begins during the recording")]
Stopped = Annotated[Literal["all", "playing", "recording"], Meta(description="what to end")]
Method = Annotated[
    DigitMethod,
    Meta(description="how digits are sent: RTP events (RFC 4733), SIP INFO, or audible tones"),
]
Inband = Annotated[
    bool,
    Meta(description="whether digits sent as audible tones are detected, too"),
]
OtherRegistrar = Annotated[
    Registrar,
    Meta(description="where to register instead: the registrar's host, host:port or SIP URI"),
]
OtherExpires = Annotated[
    Expires,
    Meta(
        description="duration: the registration period to request, instead of the instance's "
        "`expires`, in whole seconds"
    ),
]
