"""Reads the SDP of an audio call: media directions, codecs, the first audio stream.

Reads messages as untrusted text: lines that it cannot parse are ignored.
"""

import enum
import re
from collections.abc import Iterator
from ipaddress import ip_address

_PLAIN = ("", "1")
# The payload types of RFC 3551 §6 that need no rtpmap.
_STATIC = {
    "0": "PCMU/8000",
    "3": "GSM/8000",
    "8": "PCMA/8000",
    "9": "G722/8000",
    "10": "L16/44100/2",
    "11": "L16/44100",
}
# The index of the address among the words of a ``c=`` line: ``IN IP4 0.0.0.0``.
_ADDRESS = 2
_RTPMAP = re.compile(r"rtpmap:(\d{1,3})\s+([^/\s]+)/(\d+)(?:/(\d+))?")


class MediaDirection(enum.StrEnum):
    """The direction of media, as seen from the sender of the SDP (RFC 4566 §6)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        """Whether the sender of the SDP sends media."""
        return self in (MediaDirection.SENDRECV, MediaDirection.SENDONLY)

    @property
    def receives(self) -> bool:
        """Whether the sender of the SDP receives media."""
        return self in (MediaDirection.SENDRECV, MediaDirection.RECVONLY)

    @property
    def mirrored(self) -> "MediaDirection":
        """The same, seen from the other side."""
        return direction_of(sends=self.receives, receives=self.sends)


def direction_of(*, sends: bool, receives: bool) -> MediaDirection:
    """Return the direction of a side that sends, receives, does both or neither."""
    if sends:
        return MediaDirection.SENDRECV if receives else MediaDirection.SENDONLY
    return MediaDirection.RECVONLY if receives else MediaDirection.INACTIVE


def read_direction(message: str) -> MediaDirection | None:
    """Return the direction of the first audio stream of a SIP message, None if it has no SDP.

    A stream that is refused is inactive. A null address, 0.0.0.0 or ::, is a hold as in RFC 2543;
    the address of the stream takes precedence over that of the session.
    """
    session, audio = _sections(message)
    if audio is None:
        return None
    if _is_refused(audio):
        return MediaDirection.INACTIVE
    written = [*_values(audio, "a"), *_values(session, "a")]
    found = next((one for one in written if one in list(MediaDirection)), "sendrecv")
    direction = MediaDirection(found)
    address = next(iter([*_values(audio, "c"), *_values(session, "c")]), "")
    if _is_null(address):
        return direction_of(sends=direction.sends, receives=False)
    return direction


def refuses_audio(message: str) -> bool | None:
    """Return whether the SDP of a message refuses its first audio stream; None if it has none."""
    _, audio = _sections(message)
    return None if audio is None else _is_refused(audio)


def read_codecs(message: str) -> tuple[str, ...]:
    """Return the codecs of the first audio stream of a SIP message, as ``PCMA/8000``, in order."""
    _, audio = _sections(message)
    if audio is None:
        return ()
    names = dict(_STATIC)
    for value in _values(audio, "a"):
        match = _RTPMAP.match(value)
        if match is not None:
            number, name, rate, channels = match.groups("")
            names[number] = f"{name}/{rate}" + ("" if channels in _PLAIN else f"/{channels}")
    offered = (names.get(number) for number in _words(audio[0])[3:])
    return tuple(name for name in offered if name is not None and not _is_event(name))


def payload_types(codecs: tuple[str, ...]) -> frozenset[str]:
    """Return the static payload types of some codecs."""
    return frozenset(number for number, codec in _STATIC.items() if codec in codecs)


def same_codec(one: str, other: str) -> bool:
    """Return whether two names are of one codec, in any letter case (RFC 4855 §3)."""
    return one.casefold() == other.casefold()


def _is_refused(audio: list[str]) -> bool:
    return _words(audio[0])[1:2] == ["0"]


def _is_null(connection: str) -> bool:
    """Return whether the value of a ``c=`` line has a null address (RFC 4566 §5.7)."""
    words = connection.split()
    try:
        return len(words) > _ADDRESS and ip_address(words[_ADDRESS]).is_unspecified
    except ValueError:
        return False


def _is_event(name: str) -> bool:
    return name.casefold().startswith(("telephone-event/", "cn/"))


def _sections(message: str) -> tuple[list[str], list[str] | None]:
    """Return the lines before the first stream, and those of the first audio stream."""
    body = message.replace("\r\n", "\n").partition("\n\n")[2]
    session, *streams = _split(body.splitlines())
    audio = next((lines for lines in streams if lines[0].startswith("m=audio ")), None)
    return session, audio


def _split(lines: list[str]) -> Iterator[list[str]]:
    section: list[str] = []
    for line in lines:
        if line.startswith("m="):
            yield section
            section = []
        section.append(line.strip())
    yield section


def _words(line: str) -> list[str]:
    return line.split()


def _values(lines: list[str], key: str) -> list[str]:
    return [line[2:] for line in lines if line.startswith(f"{key}=")]
