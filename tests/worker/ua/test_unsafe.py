"""What the stack does not survive is found in a message, and an ordinary one is let through."""

import pytest

from sipflow.worker.ua.unsafe import (
    overlong_address,
    repeats_format,
    unusable_place,
    with_formats_once,
    without_overlong_addresses,
)

SDP = (
    b"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)
OVERLONG = SDP.replace(b"127.0.0.1", b"1" * 254)


def message(*headers: bytes, body: bytes = b"") -> bytes:
    """Return a message with headers and a body."""
    return b"\r\n".join([b"INVITE sip:b@h SIP/2.0", b"Via: x", *headers, b"", body])


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [b"Contact: <sip:a@h>"],
        [b"contact:sip:a@h;x=y"],
        [b'CONTACT : "tel: me, x" <SIPS:a@h>;q=1'],
        [b"m: a b <sip:a@h>, <tel:1>"],
        [b"Contact: <sip:a@h>", b"Contact: <tel:1>"],
        [b"Record-Route: <sip:a,b@h;lr>, <sips:c>", b"Contact: <sip:a@h>"],
        [b"Contact:\r\n\t<sip:a@h>"],
    ],
)
def test_what_can_be_sent_to_is_let_through(headers: list[bytes]) -> None:
    recorded = any(line.startswith(b"Record") for line in headers)
    assert unusable_place(message(*headers, body=b"\r\nm=audio 9\r\n"), recorded) is None


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ([b"Contact: <tel:1>"], "its Contact is no SIP URI: <tel:1>"),
        ([b"M:mailto:a@h"], "its Contact is no SIP URI: mailto:a@h"),
        ([b"Contact: *"], "its Contact is no SIP URI: *"),
        ([b"cOnTaCt: <urn:x>", b"Contact: <sip:a@h>"], "its Contact is no SIP URI: <urn:x>"),
        ([b'Contact: "sip:a" <tel:1>'], 'its Contact is no SIP URI: "sip:a" <tel:1>'),
        ([b"Contact:\r\n  <tel:1>"], "its Contact is no SIP URI: <tel:1>"),
        (
            [b"Contact: <sip:a@h>", b"Record-Route: <sip:r>,\r\n <http://x>"],
            "its Record-Route is no SIP URI: <http://x>",
        ),
        (
            [b"Contact: <\xff" + b"x" * 90 + b">"],
            "its Contact is no SIP URI: <\\xff" + "x" * 55 + "…",
        ),
    ],
)
def test_what_cannot_be_sent_to_is_named(headers: list[bytes], why: str) -> None:
    recorded = any(line.startswith(b"Record") for line in headers)
    assert unusable_place(message(*headers), recorded) == why


def test_a_message_without_an_end_of_its_head_is_looked_at_too() -> None:
    assert unusable_place(b"INVITE x\r\nContact: <tel:1>", False) is not None


@pytest.mark.parametrize("body", [b"", SDP, SDP.replace(b"c=", b"x=" + b"y" * 300 + b"\r\nc=")])
def test_ordinary_addresses_are_let_through(body: bytes) -> None:
    assert overlong_address(body) is None


@pytest.mark.parametrize(
    "body",
    [
        OVERLONG,
        SDP + OVERLONG,
        b"v=0\r\nc=IN IP4 " + b"1" * 300,
        SDP + b"c=" + b"1 " * 200 + b"2" * 254,
        OVERLONG.replace(b"\r\n", b"\r"),
        OVERLONG.replace(b"\r\n", b"\n"),
    ],
)
def test_an_overlong_address_is_found_and_left_out(body: bytes) -> None:
    assert overlong_address(body) is not None
    assert overlong_address(without_overlong_addresses(body)) is None


def test_only_the_line_of_an_overlong_address_is_left_out() -> None:
    assert without_overlong_addresses(OVERLONG) == SDP.replace(b"c=IN IP4 127.0.0.1\r\n", b"")


@pytest.mark.parametrize(
    ("formats", "once"),
    [
        (b"0 101", b"0 101"),
        (b"0 101 101", b"0 101"),
        (b"0 0 8 0 8", b"0 8"),
        (b"", b""),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_a_format_is_listed_once(formats: bytes, once: bytes, end: bytes) -> None:
    body = end.join([b"v=0", b"m=audio 9 RTP/AVP %b" % formats, b"a=x", b"m=video 0 RTP/AVP 31"])
    again = with_formats_once(body)

    assert repeats_format(body) == (formats != once)
    assert not repeats_format(again)
    assert again.splitlines()[1].split()[3:] == once.split()
    assert again.splitlines()[2:] == body.splitlines()[2:]
