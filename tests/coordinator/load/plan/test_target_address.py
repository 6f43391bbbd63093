"""Where SIP URIs lead, and which of them a ``--target`` names."""

import pytest

from sipflow.coordinator.load.plan.target_address import address_of, named_address
from sipflow.errors import UsageError


@pytest.mark.parametrize(
    ("target", "short", "port", "loopback"),
    [
        ("sip:200@127.0.0.1", "127.0.0.1", 5060, True),
        ("sip:200@127.9.9.9:5070;transport=tcp", "127.9.9.9:5070", 5070, True),
        ("sip:200@[::1]:5070", "[::1]:5070", 5070, True),
        ("sip:200@LocalHost.", "localhost", 5060, True),
        ("sips:pbx.Example.com", "pbx.example.com", 5061, False),
        ("sip:a;b?c@192.0.2.1", "192.0.2.1", 5060, False),
        ("sip:200@[2001:DB8:0::1]", "[2001:db8::1]", 5060, False),
        ("sip:200@127.0.0.1;MADDR=192.0.2.1", "127.0.0.1", 5060, False),
        ("sip:200@127.0.0.1?Route=x", "127.0.0.1", 5060, False),
        ("sip:200@127.1", "127.1", 5060, False),
    ],
)
def test_a_uri_leads_somewhere(target: str, short: str, port: int, loopback: bool) -> None:
    found = address_of(target)
    assert found is not None
    assert (found.short, found.port, found.is_loopback) == (short, port, loopback)


@pytest.mark.parametrize("target", ["200", "127.0.0.1", "sip:", "tel:200", "sip:a@b:0", "sip:@x\n"])
def test_what_is_no_uri_leads_nowhere(target: str) -> None:
    assert address_of(target) is None


@pytest.mark.parametrize(
    ("named", "covered", "others"),
    [
        ("192.0.2.1", ["sip:1@192.0.2.1", "sip:192.0.2.1:9"], ["sip:1@192.0.2.10"]),
        ("192.0.2.1:5060", ["sip:1@192.0.2.1", "sip:192.0.2.1:5060"], ["sips:1@192.0.2.1"]),
        ("PBX.example.com", ["sip:1@pbx.Example.com."], ["sip:1@example.com"]),
        ("[2001:db8::1]:5070", ["sip:[2001:db8:0::1]:5070"], ["sip:[2001:db8::1]"]),
        ("sip:200@192.0.2.1", ["sip:200@192.0.2.1:9;x=y"], ["sip:201@192.0.2.1", "sip:192.0.2.1"]),
        ("sip:192.0.2.1:5060", ["sip:1@192.0.2.1"], ["sip:1@192.0.2.1:5061"]),
        (
            "sip:1@127.0.0.1;maddr=192.0.2.1",
            ["sip:1@127.0.0.1;maddr=192.0.2.1"],
            ["sip:1@127.0.0.1;maddr=192.0.2.2"],
        ),
        ("127.0.0.1", [], ["sip:1@127.0.0.1;maddr=192.0.2.1", "sip:1@127.0.0.1?Route=x"]),
    ],
)
def test_what_is_named_covers_addresses(named: str, covered: list[str], others: list[str]) -> None:
    one = named_address(named)
    for target in covered + others:
        address = address_of(target)
        assert address is not None
        assert one.covers(address) == (target in covered)


@pytest.mark.parametrize("text", ["", "a b", "host:0", "host:70000", "host:", "a@b", "2001:db8::1"])
def test_what_is_no_target_is_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--target .* is no target; write a host, host:port or"):
        named_address(text)
