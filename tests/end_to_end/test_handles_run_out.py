"""More sockets are wanted of a worker than its SIP stack has: it refuses calls, and lives on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import create_connection

import pytest

from tests.end_to_end.harness import Coordinator, Outcome
from tests.end_to_end.scenarios import write
from tests.end_to_end.stranger import HOST, SDP, Stranger, invite, request

ALICE, BOB = 24_160, 24_162
# A connection that is not admitted is tried again by the kernel after a second.
CONNECTED = 1.5
SIXTEEN_LINES = SDP + "m=audio 29010 RTP/AVP 0\r\n" * 15

CALL = """\
name: a call beside which much comes in
instances:
  alice: {number: "100", transport: tcp}
  bob: {number: "200", transport: tcp}
flow:
  alice:
    - MakeCall: bob
    - MESSAGE: {body: go on, timeout: 100s}
    - Release
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED: {timeout: 100s}
"""


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """Open a socket that has no part in the run."""
    stranger = Stranger()
    yield stranger
    stranger.close()


def offer(stranger: Stranger, *headers: str, body: str = SDP) -> bytes:
    """Return an INVITE to bob."""
    sdp = "Content-Type: application/sdp"
    return request("INVITE", stranger.port, BOB, sdp, *headers, body=body)


def cancel(call: bytes) -> bytes:
    """Return the CANCEL of an INVITE."""
    head = call.partition(b"\r\n\r\n")[0].replace(b"INVITE", b"CANCEL")
    kept = (line for line in head.split(b"\r\n") if not line.startswith(b"Content-"))
    return b"\r\n".join([*kept, b"Content-Length: 0", b"", b""])


def cancelled_calls(stranger: Stranger, count: int) -> None:
    """Send INVITEs, each with its CANCEL."""
    for _ in range(count):
        call = invite(stranger.port, BOB)
        stranger.send(call, BOB)
        stranger.send(cancel(call), BOB)


def with_many_lines(stranger: Stranger, held: ExitStack) -> None:
    for _ in range(3):
        stranger.send(offer(stranger, body=SIXTEEN_LINES), BOB)


def refused_by_the_stack(stranger: Stranger, held: ExitStack) -> None:
    for _ in range(40):
        stranger.send(offer(stranger, "Supported: timer", "Session-Expires: 30"), BOB)


def cancelled_at_once(stranger: Stranger, held: ExitStack) -> None:
    cancelled_calls(stranger, 60)


def beside_held_connections(stranger: Stranger, held: ExitStack) -> None:
    with suppress(TimeoutError):
        for _ in range(50):
            held.enter_context(create_connection((HOST, BOB), CONNECTED))
    for _ in range(10):
        cancelled_calls(stranger, 1)
        stranger.await_answer_of(BOB)


def played(
    folder: Path, stranger: Stranger, burst: Callable[[Stranger, ExitStack], None]
) -> Outcome:
    """Let the call be up, send a burst to bob, and let the call end."""
    path = write(CALL, folder)
    with Coordinator(path, folder, "--base-port", str(ALICE)) as coordinator, ExitStack() as held:
        coordinator.wait_for_node("alice-2", "running")
        burst(stranger, held)
        stranger.await_answer_of(BOB)
        stranger.send(go_on(stranger), ALICE)
        return coordinator.finish()


def go_on(stranger: Stranger) -> bytes:
    """Return the text for which alice waits."""
    return request("MESSAGE", stranger.port, ALICE, "Content-Type: text/plain", body="go on")


@pytest.mark.parametrize(
    "burst", [with_many_lines, refused_by_the_stack, cancelled_at_once, beside_held_connections]
)
def test_the_run_goes_on(
    tmp_path: Path, stranger: Stranger, burst: Callable[[Stranger, ExitStack], None]
) -> None:
    outcome = played(tmp_path, stranger, burst)

    assert outcome.exit_code == 0, outcome.verdict["reason"]
    assert set(outcome.nodes("bob").values()) == {"completed"}


def test_it_is_said_why_an_invite_was_refused(tmp_path: Path, stranger: Stranger) -> None:
    outcome = played(tmp_path, stranger, with_many_lines)

    said = "its audio needs 32 ports, and the instance has 20"
    refused = [event for event in outcome.of_type("refused") if said in event["message"]]
    assert [event["code"] for event in refused] == [503, 503, 503]
