"""Registrars as people write them, and the accounts of instances."""

import msgspec
import pytest

from sipflow.scenario.model.account import Account, registrar_uri

GOOD = [
    "example.com", "127.0.0.1:5080", "sip:example.com", "sip:example.com:5080;transport=tcp",
    "example.com;transport=udp", "[::1]:5080", "a:65535",
]  # fmt: skip
BAD = [
    "", "sip:", "sips:example.com", "sip:100@example.com", "100@example.com", "a b", "a\n",
    "a:0", "a:65536", "a:", "a;lr", "a\r\nContact: x", "-a", "a;transport=tls",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_registrar_is_a_host_with_a_port_or_a_uri_without_a_user(text: str) -> None:
    assert msgspec.convert({"registrar": text}, Account).registrar == text


@pytest.mark.parametrize("text", BAD)
def test_nothing_else_is_a_registrar(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"registrar": text}, Account)


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\r\nb", ""])
def test_what_stands_in_quotes_on_the_wire_cannot_end_them(text: str) -> None:
    for name in ("username", "realm"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({name: text}, Account)


@pytest.mark.parametrize(
    ("text", "transport", "uri"),
    [
        ("example.com", "udp", "sip:example.com"),
        ("sip:example.com:5080", "udp", "sip:example.com:5080"),
        ("example.com", "tcp", "sip:example.com;transport=tcp"),
        ("sip:example.com;transport=udp", "tcp", "sip:example.com;transport=udp"),
        ("example.com;transport=tcp", "udp", "sip:example.com;transport=tcp"),
    ],
)
def test_a_registrar_is_asked_by_the_transport_of_the_instance_unless_it_names_one(
    text: str, transport: str, uri: str
) -> None:
    assert registrar_uri(text, transport) == uri
