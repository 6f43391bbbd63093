"""Transfers between real user agents, seen from every side."""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.harness import EXAMPLES, Coordinator, Outcome, kill, run, survivors
from tests.end_to_end.test_cases import assert_whole, node, variant

THREE = {"alice", "bob", "carol"}
HEAD = """\
instances:
  alice: {number: "100"}
  bob: {number: "200"%s}
  carol: {number: "300"}
flow:
"""
ALICE_CALLS = """\
  alice:
    - MakeCall: bob
"""
BOB_ANSWERS = """\
  bob:
    - INCOMING
    - Answer
"""
CAROL_ANSWERS = """\
  carol:
    - INCOMING
    - Answer
    - DISCONNECTED
"""


def scenario(folder: Path, *flow: str, bob: str = "") -> Path:
    """Write a scenario of three."""
    path = folder / "call.yaml"
    path.write_text(HEAD % bob + "".join(flow))
    return path


def story(outcome: Outcome, instance: str, leg: str = "call-1") -> list[tuple[str, str]]:
    """Return the states of a leg, each with the user of the peer."""
    return [
        (event["new"], event["peer"].partition(":")[2].partition("@")[0])
        for event in outcome.of_type("leg-state")
        if (event["instance"], event["leg"]) == (instance, leg)
        and event["new"] not in ("proceeding", "early")
    ]


def why(outcome: Outcome, failed: str) -> tuple[int | None, str]:
    """Return code and message of a node's failure."""
    event = next(
        event
        for event in outcome.of_type("node-state")
        if (event["node"], event["new"]) == (failed, "failed")
    )
    return event["reason"]["code"], event["reason"]["message"]


def assert_clean(outcome: Outcome, released: int = 0) -> None:
    """Require a completed run that has left so many calls to the clean-up."""
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed"), outcome.stderr
    assert_whole(outcome)
    assert outcome.verdict["cleanup"]["calls_released"] == released


# The conformance cases. T18 names the port of its target: it is moved to where nobody else plays.

T18_BASE = 17_140
T18_TARGET = f"127.0.0.1:{T18_BASE + 4}"


def by_host(document: Any) -> None:
    assert node(document, "a-xfer")["targetHost"] == "127.0.0.1:5064"
    node(document, "a-xfer")["targetHost"] = T18_TARGET


def by_number(document: Any) -> None:
    del node(document, "a-xfer")["targetHost"]


def by_uri(document: Any) -> None:
    data = node(document, "a-xfer")
    del data["targetHost"], data["targetUser"]
    data["to"] = f"sip:300@{T18_TARGET}"


def by_name(document: Any) -> None:
    data = node(document, "a-xfer")
    del data["targetHost"], data["targetUser"]
    node(document, "inst-c")["label"] = "carol"
    data["targetUri"] = "carol"


@pytest.mark.parametrize("change", [by_host, by_number, by_uri, by_name])
def test_t18_a_blind_transfer_takes_b_to_c(tmp_path: Path, change: Any) -> None:
    outcome = run(variant("T18", tmp_path, change), tmp_path, "--base-port", str(T18_BASE))
    assert_clean(outcome)
    assert outcome.verdict["instances"]["inst-c"]["port"] == T18_BASE + 4
    assert set(outcome.nodes("inst-a").values()) == {"completed"}
    assert set(outcome.nodes("inst-b").values()) == {"completed"}
    assert set(outcome.nodes("inst-c").values()) == {"completed"}
    port = outcome.verdict["instances"]["inst-b"]["port"]
    (taken,) = (
        event["message"]
        for event in outcome.of_type("action-log")
        if event["node"] == "c-inc" and "INVITE from" in event["message"]
    )
    assert f"INVITE from sip:200@127.0.0.1:{port}" in taken
    assert outcome.g("b-rel", "running") < outcome.g("c-disc", "completed")


def test_t18_a_target_that_is_no_number_is_one_at_the_others_own_domain(tmp_path: Path) -> None:
    def elsewhere(document: Any) -> None:
        data = node(document, "a-xfer")
        del data["targetHost"]
        data["targetUser"] = "900"

    outcome = run(variant("T18", tmp_path, elsewhere), tmp_path)
    port = outcome.verdict["instances"]["inst-b"]["port"]
    assert any(
        f"to sip:900@127.0.0.1:{port}" in event["message"]
        for event in outcome.of_type("action-log")
    )


@pytest.mark.parametrize(
    "data",
    [
        {"command": "BlindTransfer", "targetUser": "300"},
        {"command": "BlindTransfer", "targetUser": "300", "targetHost": "127.0.0.1:5064"},
        {"command": "MuteTransfer"},
        {"command": "MuteTransfer", "primaryCallId": "missing", "consultCallId": "consult"},
        {"command": "MuteTransfer", "primaryCallId": "primary", "consultCallId": "missing"},
        {"command": "AttendedTransfer", "primaryCallId": "missing", "consultCallId": "consult"},
    ],
    ids=lambda data: "-".join(data.values()),
)
def test_t20_a_transfer_on_a_wrong_leg_touches_no_other(
    tmp_path: Path, data: dict[str, str]
) -> None:
    outcome = run(
        variant("T20", tmp_path, lambda document: node(document, "a-bad").update(data)), tmp_path
    )
    assert_clean(outcome)
    assert outcome.nodes("inst-a")["a-bad"] == "failed"
    assert why(outcome, "a-bad") == (None, "there is no leg missing")
    assert outcome.g("b-disc", "completed") > outcome.g("a-rel1", "running")
    assert outcome.g("c-disc", "completed") > outcome.g("a-rel2", "running")


# Blind.


def test_a_leg_of_who_is_transferred_goes_from_one_peer_to_the_other(tmp_path: Path) -> None:
    outcome = run(EXAMPLES / "blind-transfer.yaml", tmp_path)
    assert_clean(outcome)
    assert story(outcome, "alice") == [
        ("trying", "200"), ("confirmed", "200"), ("terminated", "200"),
    ]  # fmt: skip
    assert story(outcome, "bob") == [
        ("trying", "100"), ("confirmed", "100"),
        ("trying", "300"), ("confirmed", "300"), ("terminated", "300"),
    ]  # fmt: skip
    assert story(outcome, "carol") == [
        ("trying", "200"), ("confirmed", "200"), ("terminated", "200"),
    ]  # fmt: skip


def test_the_caller_may_be_transferred_as_well(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        "  alice:\n    - INCOMING\n    - Answer\n    - BlindTransfer: carol\n",
        "  bob:\n    - MakeCall: alice\n    - TRANSFERRED\n    - Release\n",
        CAROL_ANSWERS,
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    assert story(outcome, "bob")[-2:] == [("confirmed", "300"), ("terminated", "300")]


def test_a_busy_target_fails_the_transfer_and_leaves_the_call_as_it_was(tmp_path: Path) -> None:
    outcome = run(EXAMPLES / "transfer-to-a-busy-target.yaml", tmp_path)
    assert_clean(outcome)
    assert why(outcome, "alice-2") == (486, "Busy Here")
    assert story(outcome, "bob") == [
        ("trying", "100"), ("confirmed", "100"),
        ("trying", "300"), ("confirmed", "100"), ("terminated", "100"),
    ]  # fmt: skip
    ended = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    released = outcome.g("alice-4", "running")
    assert all(event["g"] > released for event in ended if event["instance"] != "carol")


def test_after_a_failed_transfer_another_may_succeed(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        ALICE_CALLS,
        "    - BlindTransfer: carol\n      on_failure:\n        - BlindTransfer: carol\n",
        BOB_ANSWERS,
        "    - TRANSFERRED\n    - Release\n",
        "  carol:\n    - INCOMING: {leg: first}\n    - Response: {code: 480, leg: first}\n",
        "    - INCOMING\n    - Answer\n    - DISCONNECTED\n",
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    assert why(outcome, "alice-2") == (480, "Temporarily Unavailable")
    assert outcome.nodes("alice")["alice-3"] == "completed"


def test_a_failed_transfer_without_a_failure_edge_fails_the_run_with_the_targets_code(
    tmp_path: Path,
) -> None:
    path = scenario(
        tmp_path,
        ALICE_CALLS,
        "    - BlindTransfer: carol\n",
        BOB_ANSWERS,
        "    - DISCONNECTED\n",
        "  carol:\n    - INCOMING\n    - Response: {code: 603}\n",
    )
    outcome = run(path, tmp_path)
    assert outcome.exit_code == 1
    assert_whole(outcome)
    reason = outcome.verdict["reason"]
    assert (reason["node"], reason["code"]) == ("alice-2", 603)


def test_who_rejects_refers_is_not_transferred(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        ALICE_CALLS,
        "    - BlindTransfer: carol\n      on_failure:\n        - Release\n",
        BOB_ANSWERS,
        "    - DISCONNECTED\n",
        bob=", on_refer: reject",
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    assert why(outcome, "alice-2") == (603, "the REFER was refused: Decline")
    assert story(outcome, "bob") == [
        ("trying", "100"), ("confirmed", "100"), ("terminated", "100"),
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["onRefer", "on_refer"])
def test_who_rejects_refers_says_so_in_a_drawn_graph_too(tmp_path: Path, key: str) -> None:
    def reject(document: Any) -> None:
        node(document, "inst-b")[key] = "reject"

    outcome = run(variant("T18", tmp_path, reject), tmp_path)
    assert outcome.exit_code == 1
    assert_whole(outcome)
    assert (outcome.verdict["reason"]["node"], outcome.verdict["reason"]["code"]) == ("a-xfer", 603)


def test_a_transfer_may_be_left_to_itself_once_it_is_accepted(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        ALICE_CALLS,
        "    - BlindTransfer: {to: carol, expect: accepted}\n",
        BOB_ANSWERS,
        "    - TRANSFERRED\n    - Release\n",
        "  carol:\n    - INCOMING\n    - TIMEOUT: 200ms\n    - Answer\n    - DISCONNECTED\n",
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    assert outcome.g("alice-2", "completed") < outcome.g("carol-3", "running")
    assert story(outcome, "bob")[-2:] == [("confirmed", "300"), ("terminated", "300")]


def test_a_leg_whose_transfer_fails_after_its_old_call_is_gone_ends_with_the_targets_code(
    tmp_path: Path,
) -> None:
    path = scenario(
        tmp_path,
        ALICE_CALLS,
        "    - BlindTransfer: {to: carol, expect: accepted}\n",
        BOB_ANSWERS,
        "    - DISCONNECTED\n",
        "  carol:\n    - INCOMING\n    - TIMEOUT: 200ms\n    - Response: {code: 486}\n",
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    ended = [
        event["code"]
        for event in outcome.of_type("leg-state")
        if (event["instance"], event["new"]) == ("bob", "terminated")
    ]
    assert ended == [486]


def test_a_target_that_never_answers_fails_the_transfer_at_its_time_limit(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        ALICE_CALLS,
        "    - BlindTransfer: {to: carol, timeout: 500ms}\n      on_failure:\n        - Release\n",
        BOB_ANSWERS,
        "    - TIMEOUT: 1s\n    - Release\n",
        "  carol:\n    - INCOMING\n    - DISCONNECTED\n",
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    missing = "no final NOTIFY about the target, the last was 180 Ringing within 0.5 s"
    assert why(outcome, "alice-2") == (None, missing)


# Attended.


def test_an_attended_transfer_joins_two_legs_and_leaves_none(tmp_path: Path) -> None:
    outcome = run(EXAMPLES / "attended-transfer.yaml", tmp_path)
    assert_clean(outcome)
    assert story(outcome, "alice", "primary")[-1] == ("terminated", "200")
    assert story(outcome, "alice", "consult")[-1] == ("terminated", "300")
    assert story(outcome, "bob") == [
        ("trying", "100"), ("confirmed", "100"),
        ("trying", "300"), ("confirmed", "300"), ("terminated", "300"),
    ]  # fmt: skip
    assert story(outcome, "carol") == [
        ("trying", "100"), ("confirmed", "100"),
        ("trying", "200"), ("confirmed", "200"), ("terminated", "200"),
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["AttendedTransfer", "MuteTransfer"])
def test_both_words_do_the_same_and_are_told_as_they_are_written(tmp_path: Path, word: str) -> None:
    path = tmp_path / "call.yaml"
    text = (EXAMPLES / "attended-transfer.yaml").read_text()
    path.write_text(text.replace("AttendedTransfer", word))
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    causes = {event["cause"] for event in outcome.of_type("action-log")}
    assert word in causes
    assert causes.isdisjoint({"AttendedTransfer", "MuteTransfer"} - {word})


def test_an_attended_transfer_to_one_who_has_gone_leaves_the_primary_leg_as_it_was(
    tmp_path: Path,
) -> None:
    path = scenario(
        tmp_path,
        "  alice:\n    - MakeCall: {to: bob, leg: primary}\n",
        "    - MakeCall: {to: carol, leg: consult}\n    - TIMEOUT: 300ms\n",
        "    - AttendedTransfer: {primary: primary}\n",
        "      on_failure:\n        - TIMEOUT: 100ms\n        - Release: {leg: primary}\n",
        BOB_ANSWERS,
        "    - DISCONNECTED\n",
        "  carol:\n    - INCOMING\n    - Answer\n    - Release\n",
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    assert why(outcome, "alice-4")[0] == 200
    assert outcome.g("alice-6", "running") < outcome.g("bob-3", "completed")


def test_who_rejects_refers_is_not_joined_with_anybody(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        "  alice:\n    - MakeCall: {to: bob, leg: primary}\n",
        "    - MakeCall: {to: carol, leg: consult}\n",
        "    - AttendedTransfer: {primary: primary}\n",
        "      on_failure:\n        - Release: {leg: primary}\n        - Release: {leg: consult}\n",
        BOB_ANSWERS,
        "    - DISCONNECTED\n",
        CAROL_ANSWERS,
        bob=", on_refer: reject",
    )
    outcome = run(path, tmp_path)
    assert_clean(outcome)
    assert why(outcome, "alice-3")[0] == 603


# A third party that is gone; a stop in the middle.

SLOW_TARGET = (
    ALICE_CALLS,
    "    - BlindTransfer: {to: carol, timeout: 60s}\n",
    BOB_ANSWERS,
    "    - TRANSFERRED: {timeout: 60s}\n",
    "  carol:\n    - INCOMING\n    - TIMEOUT: 60s\n",
)


def ringing_for_transfer(event: dict[str, Any]) -> bool:
    """Tell whether an event says that Carol rings for Bob."""
    told = (event.get("instance"), event.get("new"))
    return told == ("bob", "early") and "300@" in event.get("peer", "")


def test_a_run_that_is_stopped_in_the_middle_of_a_transfer_leaves_nothing(tmp_path: Path) -> None:
    with Coordinator(scenario(tmp_path, *SLOW_TARGET), tmp_path) as coordinator:
        coordinator.wait_for(ringing_for_transfer)
        coordinator.signal(signal.SIGINT)
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (130, "stopped")
    assert_whole(outcome)
    assert outcome.nodes("alice")["alice-2"] == "cancelled"


@pytest.mark.parametrize("victim", sorted(THREE))
def test_a_worker_that_dies_in_the_middle_of_a_transfer_leaves_nothing_of_the_others(
    tmp_path: Path, victim: str
) -> None:
    with Coordinator(scenario(tmp_path, *SLOW_TARGET), tmp_path) as coordinator:
        last = coordinator.wait_for(ringing_for_transfer)
        fork_server = coordinator.fork_server()
        place = sorted(THREE).index(victim) + 1
        kill(fork_server.workers()[f"w{place}"])
        outcome = coordinator.finish()
    assert outcome.exit_code == 3
    assert outcome.verdict["reason"]["instance"] == victim
    assert outcome.verdict["cleanup"]["calls_left"] == 0
    assert {outcome.verdict["instances"][name]["exit"] for name in THREE - {victim}} == {"finished"}
    assert outcome.events[-1]["ts"] - last["ts"] < 5.0
    assert survivors(fork_server.pid) == []


@pytest.mark.parametrize("moment", ["trying", "confirmed"])
@pytest.mark.parametrize("example", ["blind-transfer", "attended-transfer"])
def test_a_stop_at_any_moment_of_a_transfer_leaves_nothing(
    tmp_path: Path, example: str, moment: str
) -> None:
    def there(event: dict[str, Any]) -> bool:
        told = (event.get("instance"), event.get("new"))
        return told == ("bob", moment) and "300@" in event.get("peer", "")

    with Coordinator(EXAMPLES / f"{example}.yaml", tmp_path) as coordinator:
        coordinator.wait_for(there)
        coordinator.signal(signal.SIGINT)
        outcome = coordinator.finish()
    assert outcome.exit_code == 130
    assert_whole(outcome)
