"""Requests that RFCs allow or forbid and that are rare, to be sent in and outside a dialog."""

from typing import NamedTuple

SDP = (
    "v=0\r\no=- 7 7 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 29000 RTP/AVP 0\r\n"
)
_PRECONDITIONS = (
    "a=curr:qos local none\r\na=curr:qos remote none\r\na=des:qos mandatory local sendrecv\r\n"
)
_MIXED = (
    "--b\r\nContent-Type: application/sdp\r\nContent-Disposition: session;handling=required\r\n"
    f"\r\n{SDP}\r\n--b\r\nContent-Type: application/isup;version=x\r\n"
    "Content-Disposition: signal;handling=optional\r\n\r\n\x01\x02\r\n--b--\r\n"
)
_NO_END = "--b\r\nContent-Type: text/plain\r\n\r\nthe boundary does not come again"


class Odd(NamedTuple):
    """A request; ``body`` has the type ``kind``."""

    method: str
    headers: tuple[str, ...] = ()
    body: str = ""
    kind: str = "application/sdp"


MESSAGES = {
    "RFC 3261 20.15, two Content-Lengths": Odd(
        "MESSAGE", ("Content-Length: 7",), "hi", "text/plain"
    ),
    "RFC 3261 20.22, Max-Forwards of 256": Odd("OPTIONS", ("Max-Forwards: 256",)),
    "RFC 3261 20.29, Proxy-Require": Odd("INVITE", ("Proxy-Require: sec-agree",), SDP),
    "RFC 3261 20.12, an encoded body": Odd(
        "INVITE", ("Content-Encoding: gzip",), "\x1f\x8b\x08\x00"
    ),
    "RFC 3261 20.24, MIME-Version of another": Odd("INVITE", ("MIME-Version: 2.7",), SDP),
    "RFC 3261 20.15, a Content-Type of one word": Odd("INVITE", (), SDP, "sdp"),
    "RFC 3261 7.3.1, an empty name": Odd("OPTIONS", (": without a name",)),
    "RFC 3261 25.1, an unknown kind of challenge": Odd("OPTIONS", ("WWW-Authenticate: ,",)),
    "RFC 3261 20.38, a Timestamp of no number": Odd("INVITE", ("Timestamp: 1.2.3",), SDP),
    "RFC 3261 20.43, a Warning without text": Odd("OPTIONS", ("Warning: 399 host",)),
    "RFC 3262 7.2, a PRACK of nothing": Odd("PRACK", ("RAck: 4294967295 4294967295 INVITE",)),
    "RFC 3264 5, an offer of no stream": Odd("INVITE", (), SDP.partition("m=")[0]),
    "RFC 3264 8.2, a stream with port 0": Odd("INVITE", (), SDP.replace("29000", "0")),
    "RFC 3311 5.2, an UPDATE without a body": Odd("UPDATE"),
    "RFC 3312 5, preconditions": Odd("INVITE", ("Require: precondition",), SDP + _PRECONDITIONS),
    "RFC 3323 4.2, Privacy": Odd("INVITE", ("Privacy: header;session;critical",), SDP),
    "RFC 3326, a Reason of a protocol unknown": Odd("BYE-NOT", ('Reason: Q.999;cause=x;text="',)),
    "RFC 3428, a MESSAGE of a type unknown": Odd("MESSAGE", (), "<im/>", "message/cpim"),
    "RFC 3515 2.1, a REFER to nothing": Odd("REFER"),
    "RFC 3515 2.4.2, a REFER to two": Odd("REFER", ("Refer-To: <sip:a@h>", "r: <sip:b@h>")),
    "RFC 3840 9, feature tags in Contact": Odd("OPTIONS", ('Contact: *;+sip.x="#>=1";audio',)),
    "RFC 3891 3, Replaces twice": Odd(
        "INVITE", ("Replaces: a;to-tag=1;from-tag=2", "Replaces: b;to-tag=1;from-tag=2"), SDP
    ),
    "RFC 3903, a PUBLISH": Odd("PUBLISH", ("Event: presence", "SIP-If-Match: x")),
    "RFC 3911 4, Join": Odd("INVITE", ("Join: a;to-tag=1;from-tag=2", "Require: join"), SDP),
    "RFC 4028 5, an interval of nothing": Odd(
        "INVITE", ("Supported: timer", "Session-Expires: 0", "Min-SE: 0"), SDP
    ),
    "RFC 4488 4, Refer-Sub of neither": Odd("REFER", ("Refer-To: <sip:a@h>", "Refer-Sub: maybe")),
    "RFC 4538, Target-Dialog": Odd("SUBSCRIBE", ("Event: dialog", "Target-Dialog: x;local-tag=;")),
    "RFC 4566 5.7, an address of a group": Odd(
        "INVITE", (), SDP.replace("IN IP4 127.0.0.1\r\nt", "IN IP4 224.2.1.1/127/3\r\nt")
    ),
    "RFC 4566 5.14, a stream of many ports": Odd("INVITE", (), SDP.replace("29000", "29000/65535")),
    "RFC 5621 3.2, parts of which one is optional": Odd(
        "INVITE", (), _MIXED, "multipart/mixed;boundary=b"
    ),
    "RFC 2046 5.1, parts without an end": Odd("MESSAGE", (), _NO_END, "multipart/mixed;boundary=b"),
    "RFC 6086 7.2, an INFO of a package": Odd("INFO", ("Info-Package: x",), "y", "application/x"),
    "RFC 6665 4.1.3, a NOTIFY without a state": Odd("NOTIFY", ("Event: message-summary",)),
    "RFC 6665 8.2.1, a SUBSCRIBE of no event": Odd("SUBSCRIBE", ("Expires: 4294967296",)),
    "RFC 7118 5.2.1, a Via of a WebSocket below": Odd("OPTIONS", ("Via: SIP/2.0/WSS x.invalid",)),
    "RFC 8760 2.6, an algorithm unknown": Odd(
        "INVITE", ('Authorization: Digest realm="x", algorithm=SHA-3, response=""',), SDP
    ),
}
