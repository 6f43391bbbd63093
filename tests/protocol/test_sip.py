"""SIP's words: which texts are URIs and users, which codes ring, what a URI's address is."""

import pytest

from sipflow.protocol.sip import (
    address,
    is_ringing,
    is_sip_uri,
    is_user,
    reason_phrase,
    sip_uri,
)


@pytest.mark.parametrize(
    "text",
    [
        "sip:200@127.0.0.1:5062",
        "sips:bob@example.com",
        "sip:example.com",
        "sip:+1555@h;transport=tcp",
        "sip:a:secret@h:5060;lr?Subject=x",
        "sip:200@[::1]:5060",
    ],
)
def test_a_sip_uri_is_one(text: str) -> None:
    assert is_sip_uri(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "200",
        "sip:",
        "tel:+1555",
        "sip:a b@h",
        "sip:a@h\r\nX: y",
        '"a" <sip:a@h>',
        "sip:a@h:0",
        "sip:a@h:70000",
    ],
)
def test_anything_else_is_no_sip_uri(text: str) -> None:
    assert not is_sip_uri(text)


@pytest.mark.parametrize(("text", "can"), [("100", True), ("+1555", True), ("a b", False)])
def test_a_user_stands_unescaped_before_the_at_sign(text: str, *, can: bool) -> None:
    assert is_user(text) is can


@pytest.mark.parametrize(("code", "rings"), [(179, False), (180, True), (189, True), (190, False)])
def test_only_an_18x_is_ringing(code: int, *, rings: bool) -> None:
    assert is_ringing(code) is rings


@pytest.mark.parametrize(
    ("code", "phrase"), [(486, "Busy Here"), (404, "Not Found"), (699, ""), (180, "Ringing")]
)
def test_a_code_has_its_usual_phrase(code: int, phrase: str) -> None:
    assert reason_phrase(code) == phrase


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("sip:200@127.0.0.1:5062", "127.0.0.1:5062"),
        ("<sip:200@127.0.0.1:5062;ob>", "127.0.0.1:5062"),
        ('"Bob" <sip:bob@example.com>', "example.com:5060"),
        ("sip:200@[::1]:5070", "[::1]:5070"),
        ("sip:200@[::1]", "[::1]:5060"),
        ("sip:h?x=y", "h:5060"),
    ],
)
def test_the_address_of_a_uri_has_a_port(uri: str, expected: str) -> None:
    assert address(uri) == expected


def test_a_uri_is_made_of_user_host_and_port() -> None:
    assert sip_uri("100", "127.0.0.1", 5060) == "sip:100@127.0.0.1:5060"
