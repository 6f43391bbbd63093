"""Whom a URI reaches in memory: an agent by its address, or by its number at a registrar."""

from sipflow.worker.ua.commands import Invite, SendText
from sipflow.worker.ua.events import (
    DialogEnded,
    InviteReceived,
    InviteSent,
    TextAnswered,
    TextReceived,
)
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from sipflow.worker.ua.memory.registration import MemoryRegistrar
from tests.worker.plans import ALICE, chain
from tests.worker.registering import HOME


def test_a_registrar_leads_to_the_contact_of_a_user_and_knows_no_other() -> None:
    exchange = Exchange(registrars={HOME: MemoryRegistrar(bindings={"200": "127.0.0.1:5062"})})
    alice, bob = MemoryUserAgent(exchange), MemoryUserAgent(exchange)
    alice.open(chain("alice"))
    bob.open(chain("bob"))

    alice.carry_out(Invite("out-1", f"sip:200@{HOME}"))
    alice.carry_out(Invite("out-2", f"sip:900@{HOME}"))
    alice.carry_out(SendText("message-1", "hello", "text/plain", target=f"sip:200@{HOME}"))

    assert bob.poll(0.0) == [InviteReceived("in-1", ALICE), TextReceived(None, ALICE, "hello")]
    told = alice.poll(0.0)
    assert told[:2] == [InviteSent("out-1"), InviteSent("out-2")]
    assert DialogEnded("out-2", 404, "Not Found") in told
    assert TextAnswered("message-1", 200, "OK") in told


def test_an_address_that_nobody_has_reaches_nobody() -> None:
    assert Exchange().reach("sip:200@127.0.0.1:5062") is None
    assert not Exchange().is_registrar("sip:200@127.0.0.1:5062")
