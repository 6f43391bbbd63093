"""Loads against peers that let a part of the calls hang: only those fail, and no run of others."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.load_driver import Load, LoadOutcome
from tests.end_to_end.scenarios import write
from tests.sip_peer import HOST, SDP, Message, Peer, peer

PORT = 24_260
CALLS = 6
# Shorter than a message waits until it is sent again (RFC 3261 §17.1.1.2, T1).
QUIET = 0.3
BY_TCP = "sip:peer@127.0.0.1:9;transport=tcp"
CALLING = """\
variables: {peer: }
instances: {alice: {number: "100"}}
flow:
  alice:
    - MakeCall: {to: "${peer}", timeout: 10s}
    - Release: {timeout: 500ms}
"""
CALLED = """\
instances: {bob: {number: "200"}}
flow:
  bob:
    - INCOMING: {timeout: 20s}
    - Answer: {timeout: 500ms}
    - DISCONNECTED: {timeout: 20s}
"""


@contextmanager
def answering(other: Peer, answer: Callable[[Message], None]) -> Iterator[None]:
    """Have a peer look at each request that it receives, beside the block."""

    def look() -> None:
        while (request := other.receive()).what != "END":
            answer(request)

    with ThreadPoolExecutor(1) as aside:
        played = aside.submit(look)
        try:
            yield
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
                ender.sendto(b"END sip:peer SIP/2.0\r\n\r\n", (HOST, other.port))
        played.result()


def calling(folder: Path, other: Peer, answer: Callable[[Message], None]) -> LoadOutcome:
    """Call a peer so many times, one call after another."""
    target = ("--set", f"peer={other.uri}", "--target", f"{HOST}:{other.port}")
    options = ("--concurrency", "1", "--calls", str(CALLS), "--base-port", str(PORT))
    with answering(other, answer), Load(write(CALLING, folder), folder, *target, *options) as load:
        return load.end()


def test_calls_that_cannot_be_acknowledged_are_no_sessions(tmp_path: Path) -> None:
    with peer() as other:

        def answer(request: Message) -> None:
            assert request.what == "INVITE"
            other.respond(request, "200 OK", f"Contact: <{BY_TCP}>", body=SDP)

        outcome = calling(tmp_path, other, answer)
    assert outcome.runs == {"started": CALLS, "failed": CALLS}
    (failure,) = outcome.result["failures"]
    assert failure["message"] == f"the ACK could not be sent to {BY_TCP}"
    assert outcome.result["ratios"]["scr"] == 0.0
    assert outcome.exit_code == 1


def test_calls_whose_bye_is_refused_are_not_complete(tmp_path: Path) -> None:
    with peer() as other:

        def answer(request: Message) -> None:
            if request.what == "INVITE":
                other.respond(request, "200 OK", body=SDP)
            elif request.what == "BYE":
                other.respond(request, "481 Call/Transaction Does Not Exist")

        outcome = calling(tmp_path, other, answer)
    assert outcome.runs == {"started": CALLS, "completed": CALLS}
    assert outcome.result["ratios"]["scr"] == 0.0


def test_only_those_runs_fail_whose_bye_is_lost(tmp_path: Path) -> None:
    calls: list[str] = []
    with peer() as other:

        def answer(request: Message) -> None:
            call = request.get("Call-ID")
            if request.what == "INVITE":
                calls.append(call)
                other.respond(request, "200 OK", body=SDP)
            elif request.what == "BYE" and calls.index(call) % 2:
                other.respond(request, "200 OK")

        outcome = calling(tmp_path, other, answer)
    assert outcome.runs == {"started": CALLS, "completed": CALLS / 2, "failed": CALLS / 2}
    (failure,) = outcome.result["failures"]
    assert failure["message"] == "leg call-1 did not end within 0.5 s"
    assert len(calls) == CALLS


def taken_call(other: Peer) -> tuple[Message, Message]:
    """Call until a worker takes the call; return the INVITE and its 200."""
    while True:
        invite = other.request("INVITE", PORT, body=SDP)
        while not other.is_quiet(QUIET):  # a 200 that is not acknowledged comes again and again
            response = other.receive()
            if (response.what, response.get("Call-ID")) == ("200", invite.get("Call-ID")):
                return invite, response


def test_only_those_runs_fail_whose_answer_is_not_acknowledged(tmp_path: Path) -> None:
    options = ("--concurrency", "1", "--calls", "4", "--base-port", str(PORT))
    with peer() as other, Load(write(CALLED, tmp_path), tmp_path, *options) as load:
        load.wait_for_state("running")
        for _ in range(2):
            taken_call(other)
            load.wait_for(lambda event: event["type"] == "load-failure")
            invite, response = taken_call(other)
            other.acknowledge(invite, response)
            other.request_in(invite, response, "BYE")
        outcome = load.end()
    assert outcome.runs == {"started": 4, "completed": 2, "failed": 2}
    assert [one["message"] for one in outcome.result["failures"]] == [
        "no ACK for the 200 within 0.5 s"
    ]
