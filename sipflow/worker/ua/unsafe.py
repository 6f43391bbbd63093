"""Detection of received content that would crash the SIP stack, by searching the bytes. Pure.

The stack is built with assertions: input that it holds to be impossible ends the process. Each
function detects one such kind. They are applied to every INVITE and every response to one, so an
ordinary message must pass after a few searches in its bytes.
"""

import re

# The stack takes no host longer than this (``PJ_MAX_HOSTNAME`` is 254).
LONGEST_HOST = 253
# The headers that route the requests of a dialog (RFC 3261 §12.1); m is short for Contact.
_PLACES = re.compile(
    rb"\n([cC][oO][nN][tT][aA][cC][tT]|[mM]|[rR][eE][cC][oO][rR][dD]-[rR][oO][uU][tT][eE])[ \t]*:"
    rb"([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)"
)
_A_CONTACT = re.compile(rb"\n(?:[cC][oO][nN][tT][aA]|[mM][ \t:])")
_ORDINARY = b"\nContact: <sip:"
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_OVERLONG = re.compile(rb"[^ \t\r\n]{%d}" % (LONGEST_HOST + 1))
_OVERLONG_LINE = re.compile(rb"\nc=[^\n]*?[^ \t\n]{%d}" % (LONGEST_HOST + 1))
_MOST_SHOWN = 60
_LINE = re.compile(rb"[^\r\n]+[\r\n]*|[\r\n]+")


def unusable_place(message: bytes, recorded: bool) -> str | None:
    """Return why requests could not be sent in the dialog of a message, None if they can.

    The first Contact and every Record-Route must be a SIP URI (RFC 3261 §8.1.1.8, §20.30): the
    stack aborts as it sends to any other. ``recorded``: there is a Record-Route.
    """
    if not recorded:
        contact = message.find(_ORDINARY)
        if contact >= 0 and _A_CONTACT.search(message, 0, contact) is None:
            return None
    end = message.find(b"\r\n\r\n")
    contacts = 0
    for name, value in _PLACES.findall(message, 0, len(message) if end < 0 else end):
        is_route = name[:1] in b"rR"
        contacts += not is_route
        uris = _values(value) if is_route else _values(value)[:1]
        wrong = next((uri for uri in uris if not _is_sip(uri)), None)
        if wrong is not None and (is_route or contacts == 1):
            kind = "Record-Route" if is_route else "Contact"
            return f"its {kind} is no SIP URI: {_shown(wrong)}"
    return None


def overlong_address(body: bytes) -> str | None:
    """Return why an address in a session description is too long, None if none is.

    The stack aborts where it has to look up a host of more characters than a name can have.
    """
    if _OVERLONG_LINE.search(b"\n" + body.replace(b"\r", b"\n")) is None:
        return None
    return f"its SDP has an address of more than {LONGEST_HOST} characters"


def without_overlong_addresses(body: bytes) -> bytes:
    """Return a session description without the lines of overlong addresses."""
    lines = _LINE.findall(body)
    return b"".join(
        line for line in lines if not (line.startswith(b"c=") and _OVERLONG.search(line))
    )


def repeats_format(body: bytes) -> bool:
    """Return whether a stream of a session description lists a format twice.

    Each is listed once (RFC 3264 §5.1); the stack aborts at an answer that repeats one.
    """
    for stream in (b"\n" + body.replace(b"\r", b"\n")).split(b"\nm=")[1:]:
        formats = stream.partition(b"\n")[0].split()[3:]
        if len(formats) != len(set(formats)):
            return True
    return False


def with_formats_once(body: bytes) -> bytes:
    """Return a session description whose streams list each format once, in the same order."""
    lines = _LINE.findall(body)
    return b"".join(_once(line) if line.startswith(b"m=") else line for line in lines)


def _once(line: bytes) -> bytes:
    words = line.split()
    end = line[len(line.rstrip(b"\r\n")) :]
    return b" ".join([*words[:3], *dict.fromkeys(words[3:])]) + end


def _values(value: bytes) -> list[bytes]:
    """Return the values of a header: separated by commas neither quoted nor in a URI."""
    return [one.strip() for one in re.split(rb',(?=(?:[^"]*"[^"]*")*[^"]*$)(?![^<]*>)', value)]


def _is_sip(value: bytes) -> bool:
    unquoted = _QUOTED.sub(b"", value)
    uri = unquoted.partition(b"<")[2] if b"<" in unquoted else unquoted
    return uri.partition(b":")[0].strip().lower() in (b"sip", b"sips") and b":" in uri


def _shown(value: bytes) -> str:
    text = value.decode("ascii", "backslashreplace")
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
