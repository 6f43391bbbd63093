"""SIP's words: tables of codes, phrases, URIs and addresses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipflow.sip.dialog import DialogState, Direction
from sipflow.sip.status import carries_sdp, is_ringing, reason_phrase
from sipflow.sip.uri import address, is_sip_uri, is_user, party, sip_uri


@pytest.mark.parametrize(
    ("code", "ringing"),
    [(100, False), (179, False), (180, True), (183, True), (189, True), (190, False), (200, False)],
)
def test_only_an_18x_is_ringing(code: int, ringing: bool) -> None:
    assert is_ringing(code) is ringing


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        (100, "Trying"),
        (180, "Ringing"),
        (183, "Session Progress"),
        (200, "OK"),
        (404, "Not Found"),
        (408, "Request Timeout"),
        (480, "Temporarily Unavailable"),
        (486, "Busy Here"),
        (487, "Request Terminated"),
        (503, "Service Unavailable"),
        (603, "Decline"),
        (299, ""),
        (699, ""),
    ],
)
def test_a_code_has_its_usual_phrase(code: int, phrase: str) -> None:
    assert reason_phrase(code) == phrase


@pytest.mark.parametrize(
    "uri",
    [
        "sip:127.0.0.1",
        "sip:200@127.0.0.1",
        "sip:200@127.0.0.1:5062",
        "sips:alice@example.com",
        "sip:+4930123;phone-context=example.com@gateway.example.com;user=phone",
        "sip:alice:secret@example.com",
        "sip:alice@[2001:db8::1]:5060",
        "sip:alice@example.com;transport=tcp?subject=hello",
        "sip:a%20b@example.com:65535",
    ],
)
def test_a_sip_uri_is_recognised(uri: str) -> None:
    assert is_sip_uri(uri)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "200",
        "tel:200",
        "sip:",
        "sip:@example.com",
        "SIP 200@example.com",
        "sip:200@",
        "sip:200@127.0.0.1:0",
        "sip:200@127.0.0.1:65536",
        "sip:200@127.0.0.1:x",
        "sip:200@127.0.0.1\r\nVia: x",
        "sip:200@127.0.0.1\n",
        "<sip:200@127.0.0.1>",
        'sip:"a"@example.com',
        "sip:a b@example.com",
        "sip:ü@example.com",
        "sip:200@127.0.0.1;x=\x00",
    ],
)
def test_what_is_no_sip_uri_is_not_let_through(text: str) -> None:
    assert not is_sip_uri(text)


@settings(deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40))
def test_no_text_that_could_add_a_header_is_let_through(text: str) -> None:
    uri = f"sip:200@127.0.0.1{text}"

    assert not is_sip_uri(uri) or not any(sign in uri for sign in '\r\n\t <>"\x00')


@pytest.mark.parametrize(
    ("text", "expected"),
    [("200", True), ("alice.b-1", True), ("+49", True), ("", False), ("a b", False), ("a@b", False),
     ("a\n", False), ("ü", False)],
)  # fmt: skip
def test_a_user_part_needs_no_escapes(text: str, expected: bool) -> None:
    assert is_user(text) is expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("sip:200@127.0.0.1:5062", "127.0.0.1:5062"),
        ("sip:200@127.0.0.1", "127.0.0.1:5060"),
        ("sip:127.0.0.1:5062", "127.0.0.1:5062"),
        ("sip:example.com?subject=x", "example.com:5060"),
        ("<sip:200@127.0.0.1:5062;ob>", "127.0.0.1:5062"),
        ("sip:200@127.0.0.1:5062;transport=udp", "127.0.0.1:5062"),
        ("sip:200@127.0.0.1:5062?subject=x", "127.0.0.1:5062"),
        ('"Alice A." <sip:200@127.0.0.1:5062>;tag=1', "127.0.0.1:5062"),
        ("<sip:200@example.com>", "example.com:5060"),
        ("sip:a@[2001:db8::1]", "[2001:db8::1]:5060"),
        ("sip:a@[2001:db8::1]:5070", "[2001:db8::1]:5070"),
    ],
)
def test_the_address_of_a_uri_is_its_host_and_port(uri: str, expected: str) -> None:
    assert address(uri) == expected


def test_a_uri_is_made_of_user_host_and_port() -> None:
    uri = sip_uri("200", "127.0.0.1", 5062)

    assert uri == "sip:200@127.0.0.1:5062"
    assert is_sip_uri(uri)
    assert address(uri) == "127.0.0.1:5062"


def test_the_words_for_dialogs_are_those_of_the_standard() -> None:
    assert [state.value for state in DialogState] == [
        "trying", "proceeding", "early", "confirmed", "terminated",
    ]  # fmt: skip
    assert [direction.value for direction in Direction] == ["initiator", "recipient"]


@pytest.mark.parametrize(
    ("uri", "who"),
    [
        ("sip:200@127.0.0.1:5062", ("200", "127.0.0.1")),
        ("sip:200@127.0.0.1", ("200", "127.0.0.1")),
        ("<sip:200@Example.ORG;transport=tcp>;tag=x", ("200", "example.org")),
        ("sip:200:secret@127.0.0.1", ("200:secret", "127.0.0.1")),
        ("sip:127.0.0.1:5060", ("", "127.0.0.1")),
        ("sips:a@[::1]:5061", ("a", "[::1]")),
        ("sips:a@[::1]", ("a", "[::1]")),
    ],
)
def test_who_somebody_is_does_not_depend_on_a_port(uri: str, who: tuple[str, str]) -> None:
    assert party(uri) == who


def test_an_18x_carries_sdp_but_180_and_181_do_not() -> None:
    assert [code for code in (100, 180, 181, 183, 189, 199, 200) if carries_sdp(code)] == [
        183,
        189,
    ]
