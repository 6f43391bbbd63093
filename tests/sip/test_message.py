"""Messages taken apart: what is there, in any spelling; and nothing raises, whatever is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.sip.message import Address, SipMessage, address, parameters, parse
from tests.extent import examples

INVITE = """\
INVITE sip:200@127.0.0.1:5062 SIP/2.0\r
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1, SIP/2.0/UDP 10.0.0.1\r
f: "Alice, A" <sip:100@127.0.0.1>;tag=abc\r
To: <sip:200@127.0.0.1>\r
i: 4711@host\r
X-Id: one,two\r
 three\r
X-id: second\r
Content-Type: application/sdp\r
\r
v=0\r
m=audio 4000 RTP/AVP 0\r
a=sendonly\r
a=rtpmap:0 PCMU/8000\r
"""


def test_a_request_is_taken_apart() -> None:
    message = parse(INVITE)
    assert (message.method, message.uri, message.code) == ("INVITE", "sip:200@127.0.0.1:5062", None)
    assert message.values("VIA") == [
        "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1",
        "SIP/2.0/UDP 10.0.0.1",
    ]
    assert (
        message.values("From") == message.values("f") == ['"Alice, A" <sip:100@127.0.0.1>;tag=abc']
    )
    assert message.values("Call-ID") == ["4711@host"]
    assert message.values("x-id") == ["one,two three", "second"]
    assert message.values("Missing") == []
    assert message.sdp("a") == ["sendonly", "rtpmap:0 PCMU/8000"]
    assert message.sdp("m") == ["audio 4000 RTP/AVP 0"]


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("SIP/2.0 486 Busy Here\r\n\r\n", 486, "Busy Here"),
        ("SIP/2.0 486\n\n", 486, ""),
        ("\r\n\r\nSIP/2.0 180 Ringing", 180, "Ringing"),
    ],
)
def test_a_response_is_taken_apart(text: str, code: int, reason: str) -> None:
    message = parse(text)
    assert (message.code, message.reason, message.method) == (code, reason, "")


@pytest.mark.parametrize("text", ["", "\n", "HELLO", "SIP/2.0 99 Low", "GET / HTTP/1.1", ": x\ny"])
def test_what_is_no_message_has_no_start_line(text: str) -> None:
    message = parse(text)
    assert (message.code, message.method) == (None, "")


def test_without_a_type_a_body_is_not_sdp() -> None:
    message = parse("SIP/2.0 200 OK\r\n\r\na=sendrecv")
    assert (message.body, message.sdp("a")) == ("a=sendrecv", [])


def test_values_in_lists_are_split_outside_of_quotes_and_brackets() -> None:
    message = parse('SIP/2.0 200 OK\nm: "a,\\",b" <sip:x@h,y>,<sip:z@h>;q=1\n\n')
    assert message.values("contact") == ['"a,\\",b" <sip:x@h,y>', "<sip:z@h>;q=1"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            '"Al \\"x\\" B" <sips:100:pw@host:5061;transport=tcp?a=b>;tag=1;Q="x"',
            Address(
                'Al "x" B', "sips:100:pw@host:5061;transport=tcp?a=b", "100", "host", "5061",
                {"tag": "1", "q": "x"},
            ),
        ),
        ("Bob <sip:h>", Address("Bob", "sip:h", "", "h", "", {})),
        (
            "sip:100@[::1]:5070;tag=2",
            Address("", "sip:100@[::1]:5070", "100", "[::1]", "5070", {"tag": "2"}),
        ),
        ("tel:+1-555", Address("", "tel:+1-555", "", "+1-555", "", {})),
        ("", Address("", "", "", "", "", {})),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(value: str, expected: Address) -> None:
    assert address(value) == expected


def test_parameters_stand_behind_a_value() -> None:
    assert parameters("100;refresher=UAS;x") == {"refresher": "UAS", "x": ""}
    assert parameters("none") == {}


def test_what_is_no_utf_8_becomes_what_can_be_written_again() -> None:
    raw = b"SIP/2.0 200 O\xffK\r\n\r\n".decode("utf-8", "surrogateescape")
    assert parse(raw).reason == "O\ufffdK"


PIECES = st.sampled_from(
    ["INVITE ", "sip:x@h", " SIP/2.0", "SIP/2.0 200 OK", "\r\n", "\n", "f: ", "<", ">", '"', ";",
     "=", ",", ":", "@", " ", "\t", "\\", "a=x", "Content-Type: application/sdp", "\udcff", "\x00"]
)  # fmt: skip


@examples(200, 1_000)
@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join))
def test_nothing_raises_and_all_can_be_written(text: str) -> None:
    message = parse(text)
    assert isinstance(message, SipMessage)
    for _, value in message.headers:
        found = address(value)
        repr((found, parameters(value))).encode()
    repr((message, message.sdp("a"))).encode()


def test_a_message_of_megabytes_is_cut() -> None:
    message = parse("SIP/2.0 200 OK\r\n" + "a: b\r\n" * 100_000)
    assert len(message.headers) == 256
