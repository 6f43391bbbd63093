"""``register: true`` is confirmed before any first step, in runs and in loads."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.harness import Coordinator, run
from tests.end_to_end.kamailio import PASSWORD, kamailio
from tests.end_to_end.load_driver import load
from tests.end_to_end.sipp import registrar
from tests.worker.ua.registrar import Registrar

# Alice calls through the registrar at once: what is not registered there is a 404.
THROUGH = f"""\
name: through the registrar
variables: {{registrar: , limit: 5s}}
instances:
  alice: {{number: "100", password: {PASSWORD}}}
  bob: {{number: "200", registrar: "${{registrar}}", password: {PASSWORD}, register: true,
        register_timeout: "${{limit}}"}}
flow:
  alice:
    - MakeCall: {{to: "sip:200@${{registrar}}", timeout: 5s}}
    - Release
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED
"""


def written(folder: Path) -> Path:
    """Write the scenario and return its path."""
    path = folder / "through.yaml"
    path.write_text(THROUGH)
    return path


def test_nobody_takes_a_step_before_the_registrar_has_confirmed(tmp_path: Path) -> None:
    with Registrar() as home:
        address = home.uri.removeprefix("sip:")
        path = written(tmp_path)
        path.write_text(re.sub("- MakeCall.*", "- Wait: 60s", path.read_text()))
        with Coordinator(path, tmp_path, "--set", f"registrar={address}") as coordinator:
            request = home.hear()
            home.confirm(request, 300)
            coordinator.wait_for_node("alice-1", "running")
            coordinator.signal(2)
            home.confirm(home.hear(), 0)  # Expires 0: the clean-up removes it
            outcome = coordinator.finish()
    first = min(event["g"] for event in outcome.of_type("node-state"))
    said = [
        event for event in outcome.of_type("action-log") if "registration at" in event["message"]
    ]
    assert said[0]["g"] < first
    assert outcome.events[0]["type"] == "scenario-state"
    assert outcome.verdict["cleanup"]["confirmed"]


def test_a_call_through_a_real_registrar_finds_who_registers_by_himself(tmp_path: Path) -> None:
    with kamailio(tmp_path) as home:
        path = written(tmp_path)
        for _ in range(3):
            outcome = run(path, tmp_path, "--set", f"registrar={home.address}")
            assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
        assert home.contacts() == []


@pytest.mark.parametrize(
    ("answer", "limit", "code", "message"),
    [
        ("403 Forbidden", "5s", 403, "403 Forbidden"),
        ("200 OK", "5s", 200, "200 the registrar granted 0 s"),
        ("", "1s", None, "no answer within 1 s"),
    ],
)
def test_a_registration_that_is_not_made_fails_the_run(
    tmp_path: Path, answer: str, limit: str, code: int | None, message: str
) -> None:
    headers = "Expires: 0" if answer.startswith("200") else ""
    with registrar(tmp_path, (answer, headers)) as address:
        outcome = run(
            written(tmp_path), tmp_path, "--set", f"registrar={address}", "--set", f"limit={limit}"
        )
    reason = outcome.verdict["reason"]
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (1, "failed")
    assert (reason["instance"], reason["node"], reason["code"]) == ("bob", None, code)
    assert reason["message"] == f"not registered at sip:{address}: {message}"
    assert {state for one in ("alice", "bob") for state in outcome.nodes(one).values()} == {
        "pending"
    }
    (error,) = outcome.of_type("error")
    assert (error["node"], error["code"], error["message"]) == (None, code, reason["message"])
    assert "bob" in outcome.stderr
    assert reason["message"] in outcome.stderr


def test_each_run_of_a_load_registers_before_its_first_step(tmp_path: Path) -> None:
    with kamailio(tmp_path) as home:
        outcome = load(
            *(written(tmp_path), tmp_path, "--concurrency", "1", "--calls", "8"),
            *("--set", f"registrar={home.address}", "--target", home.address),
        )
        assert home.contacts() == []
    assert outcome.runs == {"started": 8, "completed": 8}
    assert outcome.exit_code == 0
    assert outcome.result["latency_ms"]["rrd"]["count"] == 8


def test_a_run_of_a_load_that_cannot_register_is_a_failure_without_a_node(tmp_path: Path) -> None:
    with registrar(tmp_path, ("403 Forbidden", "")) as address:
        outcome = load(
            *(written(tmp_path), tmp_path, "--concurrency", "1", "--calls", "1"),
            *("--set", f"registrar={address}", "--target", address),
        )
    (failure,) = outcome.result["failures"]
    assert (failure["instance"], failure["node"], failure["code"]) == ("bob", None, 403)
    assert outcome.exit_code == 1
