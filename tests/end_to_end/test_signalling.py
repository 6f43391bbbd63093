"""What stands beside the plain call, on both sides: texts, early media, redirection, headers, TCP.

Where one side has to do what no instance does, a peer that is written by hand stands there.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.harness import EXAMPLES, Coordinator, Outcome, run
from tests.end_to_end.test_cases import assert_whole
from tests.sip_peer import SDP, Message, Peer, peer

TWO = 'instances:\n  alice: {number: "100"}\n  bob: {number: "200"}\nflow:\n'
ONE = 'instances:\n  alice: {number: "100"}\nflow:\n  alice:\n'
BASE_PORT = ("--base-port", "6100")
Part = Callable[[Peer], None]


def play(text: str, folder: Path) -> Outcome:
    """Run a scenario."""
    path = folder / "scenario.yaml"
    path.write_text(text)
    return run(path, folder, *BASE_PORT)


def play_with(other: Peer, text: str, folder: Path, part: Part) -> Outcome:
    """Run a scenario with a peer that plays its part meanwhile."""
    path = folder / "scenario.yaml"
    path.write_text(text.replace("PEER", other.uri))
    with ThreadPoolExecutor(1) as aside, Coordinator(path, folder, *BASE_PORT) as coordinator:
        played = aside.submit(part, other)
        outcome = coordinator.finish()
        played.result()
    assert_whole(outcome)
    return outcome


def failure(outcome: Outcome, node: str) -> dict[str, object]:
    """Return why a node failed."""
    (failed,) = (
        event
        for event in outcome.of_type("node-state")
        if (event["node"], event["new"]) == (node, "failed")
    )
    return dict(failed["reason"])


def logs(outcome: Outcome, node: str) -> list[str]:
    """Return what a node said."""
    return [event["message"] for event in outcome.of_type("action-log") if event["node"] == node]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_texts_are_exchanged_outside_and_inside_of_a_dialog(tmp_path: Path, transport: str) -> None:
    text = (EXAMPLES / "messages.yaml").read_text()
    text = text.replace('number: "200"', f'number: "200", transport: {transport}')
    for _ in range(2):  # on the same ports, which connections of the first run may linger on
        outcome = play(text, tmp_path)
        assert outcome.exit_code == 0
        assert_whole(outcome)
        assert [one["port"] for one in outcome.verdict["instances"].values()] == [6100, 6102]
        assert logs(outcome, "bob-1")[-1] == 'MESSAGE from sip:100@127.0.0.1: "are you there?"'
        assert logs(outcome, "alice-5")[-1].endswith(': "thanks"')
        assert outcome.g("bob-1", "completed") < outcome.g("bob-2", "running")
        assert outcome.g("alice-4", "running") < outcome.g("bob-5", "completed")


def test_a_text_waits_until_somebody_wants_it(tmp_path: Path) -> None:
    outcome = play(
        TWO + "  alice:\n"
        "    - SendMessage: {to: bob, text: one}\n"
        "    - SendMessage: {to: bob, text: two}\n"
        "    - SendMessage: {to: bob, text: one}\n"
        "  bob:\n"
        "    - TIMEOUT: 300ms\n"
        "    - MESSAGE: {text: two}\n"
        "    - MESSAGE: {text: one}\n"
        "    - MESSAGE: {text: one}\n"
        "    - MESSAGE: {timeout: 200ms}\n"
        "      on_failure: [TIMEOUT: 0ms]\n",
        tmp_path,
    )
    assert outcome.exit_code == 0
    message = "no MESSAGE within 0.2 s"
    assert failure(outcome, "bob-5") == {"code": None, "message": message, "local": message}


def test_a_wait_that_fails_says_what_was_heard_instead(tmp_path: Path) -> None:
    outcome = play(
        TWO + "  alice:\n"
        "    - SendMessage: {to: bob, text: code 41}\n"
        "  bob:\n"
        "    - MESSAGE: {from: alice, pattern: 'code 42$', timeout: 400ms}\n",
        tmp_path,
    )
    assert outcome.exit_code == 1
    assert_whole(outcome)
    assert outcome.verdict["reason"]["message"] == (
        'no MESSAGE from alice that matches "code 42$" within 0.4 s; '
        'received instead: "code 41" from sip:100@127.0.0.1'
    )


def test_a_wait_on_a_leg_fails_as_the_leg_is_gone(tmp_path: Path) -> None:
    outcome = play(
        TWO + "  alice:\n"
        "    - MakeCall: bob\n"
        "    - SendMessage: {to: bob, text: outside}\n"
        "    - Release\n"
        "    - SendMessage: {leg: call-1, text: too late}\n"
        "      on_failure: [TIMEOUT: 0ms]\n"
        "  bob:\n"
        "    - INCOMING\n"
        "    - Answer\n"
        "    - MESSAGE: {leg: call-1, timeout: 30s}\n"
        "      on_failure: [MESSAGE: {text: outside}]\n",
        tmp_path,
    )
    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert failure(outcome, "bob-3")["code"] is None
    assert failure(outcome, "alice-4")["code"] == 200


def test_a_text_that_is_refused_fails_with_its_code(tmp_path: Path) -> None:
    def refuse(other: Peer) -> None:
        message = other.receive("MESSAGE")
        assert message.get("X-Topic") == "test"
        other.respond(message, "404 Not Found")

    with peer() as other:
        step = '    - SendMessage: {to: "PEER", text: hello, headers: {X-Topic: test}}\n'
        outcome = play_with(other, ONE + step, tmp_path, refuse)
    assert outcome.exit_code == 1
    reason = outcome.verdict["reason"]
    assert (reason["node"], reason["code"], reason["message"]) == ("alice-1", 404, "Not Found")


def test_a_text_that_nobody_answers_fails_at_its_time_limit(tmp_path: Path) -> None:
    with peer() as other:
        step = '    - SendMessage: {to: "PEER", text: hello, timeout: 300ms}\n'
        outcome = play_with(other, ONE + step, tmp_path, lambda silent: None)
    reason = outcome.verdict["reason"]
    assert (reason["code"], reason["local"]) == (None, "no answer to the MESSAGE within 0.3 s")
    assert outcome.verdict["duration_s"] < 5.0


def test_early_media_is_reliable_and_late_offered_on_both_sides(tmp_path: Path) -> None:
    outcome = run(EXAMPLES / "early-media.yaml", tmp_path, *BASE_PORT)
    assert outcome.exit_code == 0
    assert_whole(outcome)
    codes = {
        side: [
            (event["new"], event["code"])
            for event in outcome.of_type("leg-state")
            if event["instance"] == side and event["code"] is not None
        ]
        for side in ("alice", "bob")
    }
    expected = [("early", 183), ("confirmed", 200), ("terminated", 200)]
    assert codes == {"alice": expected, "bob": expected}


@pytest.mark.parametrize("side", ["alice", "bob"])
def test_an_18x_may_have_to_come_with_sdp_or_without(tmp_path: Path, side: str) -> None:
    waits = "    - RINGING: {media: true}\n    - RINGING: {code: 180, media: false}\n"
    alice, bob = (waits if side == one else "" for one in ("alice", "bob"))
    outcome = play(
        TWO + f"  alice:\n    - MakeCall: {{to: bob, until: sent}}\n{alice}    - CONNECTED\n"
        f"    - Release\n  bob:\n    - INCOMING\n    - Response: 183\n{bob}    - Answer\n"
        "    - DISCONNECTED\n",
        tmp_path,
    )
    assert outcome.exit_code == 0
    assert_whole(outcome)


def test_a_caller_that_requires_100rel_gets_it_and_one_that_cannot_gets_421(
    tmp_path: Path,
) -> None:
    def refused(other: Peer) -> None:
        other.respond(other.receive("MESSAGE"), "200 OK")
        other.request("INVITE", 6100, body=SDP)
        assert other.receive("421").get("Require") == "100rel"

    with peer() as other:
        text = ONE.replace('"100"', '"100", prack: required')
        steps = (
            '    - SendMessage: {to: "PEER", text: now}\n'
            "    - INCOMING: {timeout: 500ms}\n"
            "      on_failure: [TIMEOUT: 0ms]\n"
        )
        outcome = play_with(other, text + steps, tmp_path, refused)
    assert outcome.exit_code == 0
    assert outcome.nodes("alice")["alice-2"] == "failed"


def test_a_redirected_call_goes_on_by_tcp_and_names_its_new_peer(tmp_path: Path) -> None:
    outcome = run(EXAMPLES / "redirected-call.yaml", tmp_path, *BASE_PORT)
    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert failure(outcome, "alice-3")["code"] == 302
    (redirected,) = (
        event
        for event in outcome.of_type("leg-state")
        if event["cause"].startswith("redirected to ")
    )
    assert redirected["peer"] == "sip:300@127.0.0.1:6104;transport=tcp"


def test_a_redirected_call_is_released_by_the_clean_up_as_any_other(tmp_path: Path) -> None:
    outcome = play(
        TWO.replace("flow", '  carol: {number: "300"}\nflow')
        + "  alice:\n    - MakeCall: {to: bob, follow: true, until: sent}\n    - RINGING\n"
        "  bob:\n    - INCOMING: {ring: false}\n    - Response: {code: 301, contact: '300'}\n"
        "  carol:\n    - INCOMING\n    - TIMEOUT: 100ms\n",
        tmp_path,
    )
    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert outcome.verdict["cleanup"]["calls_released"] == 1


def test_a_late_183_after_the_cancel_changes_nothing(tmp_path: Path) -> None:
    def late(other: Peer) -> None:
        invite = other.receive("INVITE")
        other.respond(invite, "180 Ringing")
        cancel = other.receive("CANCEL")
        assert cancel.get("X-Why") == "changed"
        other.respond(invite, "183 Session Progress", body=SDP)
        other.respond(cancel, "200 OK")
        other.respond(invite, "487 Request Terminated")
        other.receive("ACK")

    with peer() as other:
        steps = (
            '    - MakeCall: {to: "PEER", until: ringing}\n'
            "    - Release: {headers: {X-Why: changed}}\n"
            "    - DISCONNECTED\n"
        )
        outcome = play_with(other, ONE + steps, tmp_path, late)
    assert outcome.exit_code == 0
    assert outcome.verdict["cleanup"]["calls_released"] == 0


def test_of_a_forked_call_the_first_answer_wins(tmp_path: Path) -> None:
    ended: list[str] = []

    def fork(other: Peer) -> None:
        invite = other.receive("INVITE")
        other.respond(invite, "183 Session Progress", body=SDP, tag="a")
        other.respond(invite, "180 Ringing", tag="b")
        other.respond(invite, "200 OK", body=SDP, tag="b")
        other.receive("ACK")
        other.respond(invite, "200 OK", body=SDP, tag="a")
        for _ in range(2):
            bye = other.receive("BYE")
            other.respond(bye, "200 OK")
            ended.append(bye.get("To")[-1])

    with peer() as other:
        steps = (
            '    - MakeCall: {to: "PEER", until: sent}\n'
            "    - RINGING: {code: 183, media: true}\n"
            "    - RINGING: {code: 180, media: false}\n"
            "    - CONNECTED\n"
            "    - TIMEOUT: 300ms\n"
            "    - Release\n"
        )
        outcome = play_with(other, ONE + steps, tmp_path, fork)
    assert outcome.exit_code == 0
    assert ended == ["a", "b"]


def test_headers_are_on_all_that_an_instance_sends(tmp_path: Path) -> None:
    seen: list[Message] = []

    def look(other: Peer) -> None:
        invite = other.receive("INVITE")
        seen.append(invite)
        other.respond(invite, "200 OK", body=SDP)
        bye = other.receive("BYE")
        seen.append(bye)
        other.respond(bye, "200 OK")

    with peer() as other:
        steps = (
            '    - MakeCall: {to: "PEER", headers: {X-A: "one; two", Subject: tea}}\n'
            "    - Release: {headers: {Reason: 'Q.850;cause=16'}}\n"
        )
        outcome = play_with(other, ONE + steps, tmp_path, look)
    assert outcome.exit_code == 0
    invite, bye = seen
    assert (invite.get("X-A"), invite.get("Subject")) == ("one; two", "tea")
    assert bye.get("Reason") == "Q.850;cause=16"
