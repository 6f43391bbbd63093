"""A peer that challenges each request of a call, the INVITE and those in its dialog, once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.harness import Coordinator
from tests.end_to_end.scenarios import write
from tests.sip_peer import SDP, Peer, peer

SCENARIO = """\
variables: {peer: }
instances: {alice: {number: "100", username: "100", password: secret}}
flow:
  alice:
    - MakeCall: {to: "${peer}"}
    - Hold
    - Retrieve
    - SendMessage: {leg: call-1, text: hello}
    - Release
"""
REQUESTS = ("INVITE", "INVITE", "INVITE", "MESSAGE", "BYE")


def challenge_once_each(other: Peer, code: int) -> list[str]:
    """Answer the requests of the scenario; return what was asked for without credentials."""
    field, start, credentials = {
        401: ("WWW-Authenticate", "401 Unauthorized", "Authorization"),
        407: ("Proxy-Authenticate", "407 Proxy Authentication Required", "Proxy-Authorization"),
    }[code]
    challenged: list[str] = []
    answered = 0
    while answered < len(REQUESTS):
        request = other.receive()
        if request.what == "ACK":
            continue
        if not request.get(credentials):
            challenged.append(request.what)
            other.respond(request, start, f'{field}: Digest realm="r", nonce="n{len(challenged)}"')
            continue
        held = "a=recvonly\r\n" if "a=sendonly" in request.body else ""
        body = SDP + held if request.what == "INVITE" else ""
        other.respond(request, "200 OK", body=body)
        answered += 1
    return challenged


@pytest.mark.parametrize("code", [401, 407])
def test_each_succeeds_at_its_2xx(tmp_path: Path, code: int) -> None:
    path = write(SCENARIO, tmp_path)
    with peer() as other, ThreadPoolExecutor(1) as aside:
        played = aside.submit(challenge_once_each, other, code)
        options = ("--set", f"peer={other.uri}", "--base-port", "24280")
        with Coordinator(path, tmp_path, *options) as coordinator:
            outcome = coordinator.finish()
        challenged = played.result()
    assert outcome.exit_code == 0, outcome.verdict["reason"]
    assert set(outcome.nodes("alice").values()) == {"completed"}
    assert set(challenged) == set(REQUESTS)
    assert not {event["code"] for event in outcome.of_type("leg-state")} & {401, 407, 408}
