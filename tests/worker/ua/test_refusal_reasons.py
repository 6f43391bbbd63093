"""Why a request was refused is read off the answer and the request."""

import pytest

from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.refusal_reasons import header, reason, sender, shares_codec, uri

CODECS = ("PCMU/8000", "PCMA/8000")


def answer(code: int, phrase: str, *headers: str) -> str:
    """Return an answer."""
    return "\r\n".join([f"SIP/2.0 {code} {phrase}", *headers, "", ""])


def invite(stream: str) -> str:
    """Return an INVITE with a stream."""
    return f"INVITE sip:b@h SIP/2.0\r\nCall-ID: a\r\n\r\nv=0\r\n{stream}"


@pytest.mark.parametrize(
    ("code", "phrase", "headers", "why"),
    [
        (415, "Unsupported Media Type", ["Accept: a/b"], "only a/b is understood"),
        (420, "Bad Extension", ["Unsupported: foo"], "it requires foo, which is not supported"),
        (421, "Extension Required", ["Require: x"], "it does not support x, which is required"),
        (422, "Interval", ["Min-SE: 90"], "its session interval is shorter than 90 s"),
        (420, "Bad Extension", [], ""),
        (481, "Call/Transaction Does Not Exist", [], "there is no such dialog here"),
        (486, "Busy Here", [], f"the instance has {MAX_LEGS} legs already"),
        (400, "Bad SDP", [], "Bad SDP"),
        (400, "Bad Request", [], ""),
        (488, "Not Acceptable Here", [], ""),
    ],
)  # fmt: skip
def test_the_answer_says_why(code: int, phrase: str, headers: list[str], why: str) -> None:
    assert reason(code, answer(code, phrase, *headers), "", CODECS) == why


def test_an_answer_without_a_phrase_says_nothing() -> None:
    assert reason(400, "SIP/2.0 400\r\n\r\n", "", CODECS) == ""


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        ("", "it offers no audio"),
        ("m=video 9 RTP/AVP 31\r\n", "it offers no audio"),
        ("m=audio 9 RTP/SAVP 0\r\n", "it offers RTP/SAVP alone, this instance has RTP/AVP"),
        (
            "m=audio 9 RTP/AVP 3\r\n",
            "no codec in common: offered GSM/8000, this instance has PCMU/8000, PCMA/8000",
        ),
        (
            "m=audio 9 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n",
            "no codec in common: offered none, this instance has PCMU/8000, PCMA/8000",
        ),
        ("m=audio 9 RTP/AVP 0\r\n", "nothing of what it offers can be accepted"),
    ],
)
def test_what_was_offered_says_why_it_is_not_acceptable(stream: str, why: str) -> None:
    assert reason(488, answer(488, "Not Acceptable Here"), invite(stream), CODECS) == why


def asks(name: str, transport: str, place: str) -> str:
    """Return the reason that a header asks for a transport."""
    return f"its {name} asks for {transport}, which this instance does not have: {place}"


@pytest.mark.parametrize(
    ("headers", "tcp", "why"),
    [
        (
            "Contact: <sip:a@h;transport=tcp>",
            False,
            asks("Contact", "TCP", "sip:a@h;transport=tcp"),
        ),
        ("m: A <sip:a@h;Transport=TCP>", False, asks("Contact", "TCP", "sip:a@h;Transport=TCP")),
        ("Contact: <sip:a@h;transport=tcp>", True, ""),
        ("Contact: <sip:a@h;transport=tls>", True, asks("Contact", "TLS", "sip:a@h;transport=tls")),
        ("Contact: <sips:a@h>", True, asks("Contact", "TLS", "sips:a@h")),
        (
            "Contact: <sips:a@h;transport=tcp>",
            True,
            asks("Contact", "TLS", "sips:a@h;transport=tcp"),
        ),
        ("Contact: <sip:a@h;transport=udp>", False, ""),
        ("Contact: <sip:a@h>;transport=tcp", False, ""),
        ("Contact: <sip:a@h>", False, ""),
        (
            "Contact: <sip:a@[::1]:5060>",
            False,
            "its Contact has an IPv6 address, and this instance has IPv4 alone: sip:a@[::1]:5060",
        ),
        (
            "Record-Route: <sip:p;lr;transport=ws>\r\nContact: <sip:a@h>",
            False,
            asks("Record-Route", "WS", "sip:p;lr;transport=ws"),
        ),
        ("Record-Route: <sip:p;lr>\r\nContact: <sips:a@h>", False, ""),
        ("Subject: none", False, ""),
    ],
)
def test_where_the_requests_of_a_dialog_go_says_why_there_can_be_none(
    headers: str, tcp: bool, why: str
) -> None:
    request = f"INVITE sip:b@h SIP/2.0\r\n{headers}\r\n\r\n"
    assert reason(500, answer(500, "Server Internal Error"), request, CODECS, tcp) == why


@pytest.mark.parametrize(
    ("via", "address"),
    [
        ("SIP/2.0/UDP 127.0.0.1:5070;branch=x", "127.0.0.1:5070"),
        ("SIP/2.0/UDP 127.0.0.1;branch=x", "127.0.0.1:5060"),
        ("SIP/2.0/UDP host:5070;received=127.0.0.1;rport=9", "127.0.0.1:9"),
        ("SIP/2.0/UDP host;rport;received=127.0.0.1", "127.0.0.1:5060"),
        ("SIP/2.0/UDP one:1;branch=x, SIP/2.0/UDP two:2", "one:1"),
    ],
)
def test_the_sender_is_who_the_answer_goes_to(via: str, address: str) -> None:
    assert sender(answer(488, "x", f"Via: {via}")) == address


def test_a_header_is_found_by_its_name_in_any_case_and_by_its_short_one() -> None:
    message = answer(200, "OK", "call-id : a", "f: <sip:b@h>;tag=1")

    assert header(message, "Call-ID", "i") == "a"
    assert header(message, "From", "f") == "<sip:b@h>;tag=1"
    assert header(message, "To", "t") == ""


@pytest.mark.parametrize(
    ("value", "found"),
    [("<sip:a@h>;expires=5", "sip:a@h"), ("Al <sip:a@h>", "sip:a@h"), ("sip:a@h;tag=x", "sip:a@h")],
)
def test_a_uri_is_found_in_a_contact_or_from(value: str, found: str) -> None:
    assert uri(value) == found


@pytest.mark.parametrize(
    ("stream", "shares"),
    [
        ("m=audio 9 RTP/AVP 3\r\n", False),
        ("m=audio 9 RTP/AVP 3 8\r\n", True),
        ("m=audio 9 RTP/AVP 97\r\na=rtpmap:97 pcmu/8000\r\n", True),
        ("", True),
    ],
)
def test_an_offer_without_any_codec_is_no_offer_of_others(stream: str, shares: bool) -> None:
    assert shares_codec(invite(stream), CODECS) == shares
