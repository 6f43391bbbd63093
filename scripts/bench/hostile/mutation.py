"""Messages of a dialog with something changed in them, the same ones for the same seed."""

import random
import re

from scripts.bench.hostile.peer import SDP, Dialog

_METHODS = (
    *("INVITE", "INVITE", "UPDATE", "UPDATE", "INFO", "MESSAGE", "OPTIONS", "REFER", "NOTIFY"),
    *("SUBSCRIBE", "PRACK", "ACK", "BYE", "CANCEL", "REGISTER", "PUBLISH", "NONSENSE"),
)
_HEADERS = {
    "INFO": ("Info-Package: x",),
    "NOTIFY": ("Event: refer\r\nSubscription-State: active;expires=60",),
    "PRACK": ("RAck: 1 1 INVITE",),
    "REFER": ("Refer-To: <sip:300@127.0.0.1:9>", "Refer-To: <sip:300@127.0.0.1:9?Replaces=a%3Bb>"),
    "SUBSCRIBE": ("Event: dialog\r\nExpires: 60",),
}
_OTHERS = (
    *("Subject: plain", "Require: 100rel", "Supported: timer, 100rel, replaces"),
    *("Session-Expires: 90;refresher=uac\r\nMin-SE: 90", "Replaces: a;to-tag=b;from-tag=c"),
    *("Route: <sip:127.0.0.1:9;lr>", "Record-Route: <sip:127.0.0.1:9;lr>"),
    *('Authorization: Digest username="x", realm="y", nonce="z", uri="sip:a", response="0"',),
    *("Expires: 60", "Reason: SIP;cause=200", "Contact: <sip:b@127.0.0.1:9>;q=0.5"),
)
_INSERTED = (
    *(b"", b"-1", b"0", b"4294967296", b"99999999999999999999", b"\0", b"\xff\xfe", b'"', b"<"),
    *(b">", b";", b",", b"%00", b"A" * 300, b"\r\n", b":", b"@", b"[::1]", b"=", b"sip:", b"tel:"),
    *(b"*", b" ", b"\r\n ", b"\\", b"(", b"RTP/SAVP", b"IN IP6 ::1", b"a=ptime:0\r\n"),
)
_WORD = re.compile(rb"\d+|[A-Za-z-]+")
_LONGEST = 3900
_FINALS = ("200 OK", "486 Busy Here", "302 Moved Temporarily", "401 Unauthorized", "603 Decline")
_PROVISIONALS = ("180 Ringing", "183 Session Progress", "199 Early Dialog Terminated")
_OF_ANSWERS = (
    *_OTHERS,
    *("RSeq: 1\r\nRequire: 100rel", "Retry-After: 5", "Contact: <tel:1>", "Contact: *"),
    *('WWW-Authenticate: Digest realm="x", nonce="y"', "Contact: <sip:x@127.0.0.1:9>;q=1"),
)


def of_dialog(chance: random.Random, dialog: Dialog) -> tuple[str, bytes]:
    """Return the method of a request of a dialog, and the request with something changed."""
    method = chance.choice(_METHODS)
    headers = [chance.choice(_HEADERS[method])] if method in _HEADERS else []
    headers.append(chance.choice(_OTHERS))
    body, kind = "", "application/sdp"
    if method in ("INVITE", "UPDATE", "PRACK", "ACK"):
        body = SDP
    elif method == "MESSAGE":
        body, kind = "hello", "text/plain"
    elif method == "INFO":
        body, kind = "Signal=4\r\nDuration=160\r\n", "application/dtmf-relay"
    elif method == "NOTIFY":
        body, kind = "SIP/2.0 200 OK\r\n", "message/sipfrag"
    cseq = 1 if method in ("ACK", "CANCEL") else None
    text = dialog.request(method, *headers, body=body, kind=kind, cseq=cseq)
    return method, mutated(chance, text.encode("latin-1"))


def answers(chance: random.Random) -> tuple[str, str, str]:
    """Return the status lines of a provisional and a final answer, and a header for both."""
    final = chance.choice((*_FINALS[:1] * 6, *_FINALS))
    return chance.choice(_PROVISIONALS), final, chance.choice(_OF_ANSWERS)


def mutated(chance: random.Random, message: bytes) -> bytes:
    """Return a message with one to four things changed: bytes, words, numbers, whole lines."""
    data = message
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        data = _changed(chance, data) or b"x"
    return data[:_LONGEST]


def _changed(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    match chance.randrange(7):
        case 0:
            return data[:at] + chance.randbytes(1) + data[at + 1 :]
        case 1:
            return data[:at] + chance.choice(_INSERTED) + data[at:]
        case 2:
            return data[:at] + data[at + chance.choice((1, 2, 5, 20)) :]
        case 3:
            lines = data.split(b"\r\n")
            line = chance.randrange(len(lines))
            lines[line : line + 1] = [lines[line]] * chance.choice((0, 2, 3, 20))
            return b"\r\n".join(lines)
        case 4:
            lines = data.split(b"\r\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            return b"\r\n".join(lines)
        case _:
            words = list(_WORD.finditer(data))
            if not words:
                return data
            word = chance.choice(words)
            return data[: word.start()] + chance.choice(_INSERTED) + data[word.end() :]
