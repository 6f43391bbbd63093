"""Garbage at the SIP and RTP ports of a run: what workers survive."""

import random
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.busy_run import BASE_PORT, PORTS, Site, busy, check, finish_under
from tests.end_to_end.garbage import mutated
from tests.end_to_end.harness import Coordinator
from tests.end_to_end.raw_sip_peer import HOST, RawPeer, header, invite, request
from tests.end_to_end.scenarios import write
from tests.extent import extent

MANY = extent(1_000, 10_000)
# So many datagrams of this size find room in a socket's buffer.
BATCH = 40
METHODS = [
    *("INVITE", "OPTIONS", "BYE", "CANCEL", "ACK", "REGISTER", "MESSAGE", "SUBSCRIBE", "NOTIFY"),
    *("REFER", "UPDATE", "PRACK", "INFO", "PUBLISH", "NONSENSE"),
]
# As many legs as the stack has room for beside the call that is up.
STRANGE_LEGS = range(7)

WAITING = """\
name: waiting for a call
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - TIMEOUT: 60s
  bob:
    - INCOMING: {timeout: 60s}
    - TIMEOUT: 60s
"""

REFUSING = """\
name: refusing
instances:
  bob: {number: "200"}
flow:
  bob:
    - INCOMING: {timeout: 60s}
    - Response: {code: 486}
"""


@pytest.fixture
def raw_peer() -> Iterator[RawPeer]:
    """Open a socket of somebody who has no part in the run."""
    raw_peer = RawPeer()
    yield raw_peer
    raw_peer.close()


def real(chance: random.Random, own: int, port: int) -> bytes:
    """Return a proper message of somebody whom the run does not know."""
    method = chance.choice(METHODS)
    if method == "INVITE":
        return invite(own, port)
    message = request(method, own, port)
    if chance.randrange(10):
        return message
    code = chance.choice([100, 180, 200, 302, 401, 486, 603])
    return b"SIP/2.0 %d Whatever\r\n" % code + message.split(b"\r\n", 1)[1]


def datagram(chance: random.Random, own: int, port: int) -> bytes:
    """Return noise, or a real message with something changed."""
    if not chance.randrange(4):
        return chance.randbytes(chance.randrange(1500))
    return mutated(chance, real(chance, own, port))[:4000]


def media_ports(site: Site) -> list[int]:
    """Return the RTP and RTCP ports that the workers have open."""
    return [
        connection.laddr.port
        for pid in site.workers.values()
        for connection in psutil.Process(pid).net_connections("udp4")
        if connection.laddr.ip == HOST and connection.laddr.port not in PORTS
    ]


def test_garbage_at_the_sip_and_rtp_ports_changes_nothing(
    tmp_path: Path, raw_peer: RawPeer
) -> None:
    def throw(site: Site, chance: random.Random) -> None:
        media = media_ports(site)
        assert len(media) >= 4
        for number in range(MANY):
            port = PORTS[number % 2]
            raw_peer.send(datagram(chance, raw_peer.port, port), port)
            raw_peer.send(chance.randbytes(chance.randrange(200)), chance.choice(media))
            if number % BATCH == 0:
                for one in PORTS:
                    raw_peer.await_answer_of(one)

    with busy(tmp_path) as (coordinator, site):
        outcome = finish_under(coordinator, site, [throw])
        check(outcome, site, released=STRANGE_LEGS)
    assert outcome.verdict["events"]["malformed"] == 0


def test_an_ack_that_repeats_an_invite_without_a_to_tag_is_dropped(
    tmp_path: Path, raw_peer: RawPeer
) -> None:
    path = write(WAITING, tmp_path)
    with Coordinator(path, tmp_path, *BASE_PORT) as coordinator:
        coordinator.wait_for_node("bob-1", "running")
        call = invite(raw_peer.port, PORTS[1])
        raw_peer.send(call, PORTS[1])
        coordinator.wait_for_node("bob-2", "running")
        # The stack would take it for a second copy of the INVITE, answer 482, and trip over that.
        acknowledgement = request("ACK", raw_peer.port, PORTS[1])
        for name in ("From", "Call-ID"):
            acknowledgement = acknowledgement.replace(
                header(acknowledgement, name), header(call, name)
            )
        raw_peer.send(acknowledgement, PORTS[1])
        refused = coordinator.wait_for(lambda event: event["type"] == "refused")
        raw_peer.await_answer_of(PORTS[1])
    assert (refused["method"], refused["code"]) == ("ACK", None)
    assert refused["message"] == "it has no To tag"


def test_what_the_other_side_calls_itself_need_not_be_utf_8(
    tmp_path: Path, raw_peer: RawPeer
) -> None:
    with Coordinator(write(REFUSING, tmp_path), tmp_path, *BASE_PORT) as coordinator:
        coordinator.wait_for_node("bob-1", "running")
        call = invite(raw_peer.port, PORTS[0])
        raw_peer.send(call.replace(b"Contact: <", b'Contact: "M\xfcller" <'), PORTS[0])
        refused = raw_peer.receive(b"SIP/2.0 486 ")
        acknowledgement = call.replace(b"INVITE", b"ACK")
        raw_peer.send(acknowledgement.replace(header(call, "To"), header(refused, "To")), PORTS[0])
        outcome = coordinator.finish()
    assert outcome.exit_code == 0, outcome.stderr
    peers = {event["peer"] for event in outcome.of_type("leg-state")}
    assert peers == {f'"M\\xfcller" <sip:900@{HOST}:{raw_peer.port}'}


def test_why_the_other_side_refuses_need_not_be_utf_8(tmp_path: Path, raw_peer: RawPeer) -> None:
    text = f"""\
instances: {{alice: {{number: "100"}}}}
flow: {{alice: [{{MakeCall: {{to: "sip:900@{HOST}:{raw_peer.port}"}}}}]}}
"""
    with Coordinator(write(text, tmp_path), tmp_path, *BASE_PORT) as coordinator:
        call = raw_peer.receive(b"INVITE ")
        answer = b"SIP/2.0 486 Geht nicht f\xfcr dich\r\n" + call.split(b"\r\n", 1)[1]
        answer = answer.replace(header(call, "To"), header(call, "To") + b";tag=1", 1)
        raw_peer.send(answer, PORTS[0])
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["reason"]["code"]) == (1, 486)
    assert outcome.verdict["reason"]["message"] == "Geht nicht f\\xfcr dich"
