"""The conformance cases: desktop scenarios, run whole, with what each of them must give."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.harness import CASES, Coordinator, Outcome, is_free, run, survivors


def variant(case: str, folder: Path, change: Any) -> Path:
    """Write a changed copy of a case."""
    document = json.loads((CASES / f"{case}.json").read_text())
    change(document)
    path = folder / f"{case}-variant.json"
    path.write_text(json.dumps(document))
    return path


def node(document: Any, wanted: str) -> Any:
    """Return the data of a node."""
    return next(known["data"] for known in document["nodes"] if known["id"] == wanted)


def edge(document: Any, wanted: str) -> Any:
    """Return an edge."""
    return next(known for known in document["edges"] if known["id"] == wanted)


def assert_whole(outcome: Outcome) -> None:
    """Require that the numbering of the events has no holes and that nothing is left over."""
    assert [event["g"] for event in outcome.events] == list(range(1, len(outcome.events) + 1))
    for instance in {event["instance"] for event in outcome.events}:
        seqs = [event["seq"] for event in outcome.events if event["instance"] == instance]
        assert seqs == list(range(1, len(seqs) + 1)), instance
    assert outcome.verdict["events"]["lost"] == 0
    assert outcome.verdict["cleanup"]["confirmed"] is True
    assert outcome.verdict["cleanup"]["calls_left"] == 0
    for instance in outcome.verdict["instances"].values():
        assert is_free(instance["port"])
        assert not Path(f"/proc/{instance['pid']}").exists()
    assert outcome.events[-1]["type"] == "scenario-state"
    assert outcome.events[-1]["new"] == outcome.verdict["verdict"]


def test_t01_a_call_that_nobody_releases_is_released_by_the_clean_up(tmp_path: Path) -> None:
    outcome = run(CASES / "T01.json", tmp_path)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert_whole(outcome)
    assert outcome.verdict["cleanup"]["calls_released"] == 1
    ended = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    assert {event["instance"] for event in ended} == {"inst-a", "inst-b"}
    assert {event["code"] for event in ended} == {200}
    assert max(event["g"] for event in ended) < outcome.events[-1]["g"]


def test_t02_an_outbound_call_goes_in_the_order_of_its_sip(tmp_path: Path) -> None:
    outcome = run(CASES / "T02.json", tmp_path)
    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert outcome.g("b-inc", "completed") < outcome.g("b-ans", "running")
    assert outcome.g("b-ans", "running") < outcome.g("a-make", "completed")
    assert outcome.g("a-make", "completed") < outcome.g("a-talk", "completed")
    assert outcome.g("a-talk", "completed") < outcome.g("a-rel", "completed")
    assert outcome.g("b-disc", "completed") > outcome.g("a-rel", "running")


def test_t04_an_invite_that_never_comes_fails_the_run_at_its_limit(tmp_path: Path) -> None:
    outcome = run(CASES / "T04.json", tmp_path)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (1, "failed")
    assert_whole(outcome)
    assert outcome.verdict["reason"]["node"] == "evt-incoming"
    assert outcome.nodes("inst-a") == {"evt-incoming": "failed"}
    began, failed = outcome.of_type("node-state")
    assert 1.0 <= failed["ts"] - began["ts"] < 3.0
    assert [event["node"] for event in outcome.of_type("error")] == ["evt-incoming"]


def only_branch_type(document: Any) -> None:
    edge(document, "e2")["sourceHandle"] = "source"


@pytest.mark.parametrize("change", [lambda document: None, only_branch_type])
def test_t05_a_failure_edge_takes_the_failure(tmp_path: Path, change: Any) -> None:
    outcome = run(variant("T05", tmp_path, change), tmp_path)
    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert outcome.nodes("inst-a") == {"evt-incoming": "failed", "evt-timeout": "completed"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_t06_a_run_that_is_stopped_ends_in_order(tmp_path: Path, number: int) -> None:
    with Coordinator(CASES / "T06.json", tmp_path) as coordinator:
        began = coordinator.wait_for_node("evt-incoming", "running")
        fork_server = coordinator.fork_server().pid
        coordinator.signal(number)
        outcome = coordinator.finish()
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (130, "stopped")
    assert outcome.events[-1]["ts"] - began["ts"] < 5.0
    assert outcome.nodes("inst-a") == {"evt-incoming": "cancelled"}
    assert_whole(outcome)
    assert survivors(fork_server) == []


def test_t09_a_node_tells_its_life_once(tmp_path: Path) -> None:
    outcome = run(CASES / "T09.json", tmp_path)
    assert outcome.exit_code == 0
    assert_whole(outcome)
    states = [(event["previous"], event["new"]) for event in outcome.of_type("node-state")]
    assert states == [("pending", "running"), ("running", "completed")]
    runs = [event["new"] for event in outcome.of_type("scenario-state")]
    assert runs == ["running", "completed"]
    assert any(event["node"] == "evt-timeout" for event in outcome.of_type("action-log"))


def test_t10_a_second_run_finds_everything_as_the_first_did(tmp_path: Path) -> None:
    for _ in range(2):
        outcome = run(CASES / "T10.json", tmp_path)
        assert outcome.exit_code == 0
        assert_whole(outcome)
        assert outcome.verdict["instances"]["inst-a"]["port"] == 5060


@pytest.mark.parametrize("code", [302, 404, 480, 486, 503, 603])
def test_t16_a_refusal_takes_the_failure_edge_with_its_code(tmp_path: Path, code: int) -> None:
    def answer(document: Any) -> None:
        node(document, "b-resp")["statusCode"] = code

    outcome = run(variant("T16", tmp_path, answer), tmp_path)
    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert outcome.nodes("inst-a") == {
        "a-make": "failed",
        "a-ok": "pending",
        "a-busy": "completed",
    }
    failed = next(event for event in outcome.of_type("node-state") if event["new"] == "failed")
    assert failed["reason"]["code"] == code


@pytest.mark.parametrize("code", [302, 404, 480, 486, 503, 603])
def test_t16_without_the_failure_edge_the_run_fails_with_the_code(
    tmp_path: Path, code: int
) -> None:
    def answer(document: Any) -> None:
        node(document, "b-resp")["statusCode"] = code
        document["edges"].remove(edge(document, "e5"))

    outcome = run(variant("T16", tmp_path, answer), tmp_path)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (1, "failed")
    assert_whole(outcome)
    reason = outcome.verdict["reason"]
    assert (reason["instance"], reason["node"], reason["code"]) == ("inst-a", "a-make", code)


def test_t25_a_failure_elsewhere_ends_a_healthy_call_in_order(tmp_path: Path) -> None:
    outcome = run(CASES / "T25.json", tmp_path)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (1, "failed")
    assert_whole(outcome)
    assert outcome.verdict["reason"]["node"] == "c-inc"
    assert outcome.verdict["duration_s"] < 6.0
    assert outcome.nodes("inst-a")["a-long"] == "cancelled"
    assert outcome.nodes("inst-b")["b-disc"] == "cancelled"
    ended = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    assert [event["code"] for event in ended] == [200, 200]
    assert outcome.verdict["cleanup"]["calls_released"] == 1
