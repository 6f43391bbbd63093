"""Registrars that refuse, ask for more time, or say nothing: SIPp scripts as registrars."""

from pathlib import Path

import pytest

from tests.end_to_end.harness import Outcome, run
from tests.end_to_end.sipp import registrar

SCENARIO = """\
name: refused
variables: {registrar: }
instances:
  alice: {number: "100", registrar: "${registrar}", password: secret}
flow:
  alice:
    - Register: {expires: 20s, timeout: 1s}
      on_failure:
        - TIMEOUT: 10ms
    - Unregister
"""

OK = "200 OK"
FOREIGN = "Contact: <sip:900@127.0.0.1:5099>;expires=60"
LOCAL = {
    "Expires: 0": "the 2xx lists no Contact: nothing is registered",
    FOREIGN: "the 2xx does not list the Contact sip:100@127.0.0.1:5060, but sip:900@127.0.0.1:5099",
}
FOR_A_MINUTE = "Contact: <sip:100@127.0.0.1:5060>;expires=60"


def play(folder: Path, *answers: tuple[str, str]) -> Outcome:
    """Run the scenario with a registrar that answers so."""
    path = folder / "refused.yaml"
    path.write_text(SCENARIO)
    with registrar(folder, *answers) as address:
        return run(path, folder, "--set", f"registrar={address}")


@pytest.mark.parametrize(
    ("answers", "code", "message"),
    [
        ([("403 Forbidden", "")], 403, "Forbidden"),
        ([("404 Not Found", "")], 404, "Not Found"),
        ([("503 Service Unavailable", "Retry-After: 60")], 503, "Service Unavailable"),
        ([("606 Not here", "")], 606, "Not here"),
        ([("423 Too Brief", "Min-Expires: 60"), ("403 Forbidden", "")], 403, "Forbidden"),
        ([("200 OK", "Expires: 0")], 200, "the registrar granted 0 s"),
        ([("200 OK", FOREIGN)], 200, "the registrar granted 0 s"),
        ([("", "")], None, "no answer to the REGISTER within 1 s"),
    ],
)
def test_a_register_fails_with_the_final_code_and_the_run_goes_on(
    tmp_path: Path, answers: list[tuple[str, str]], code: int | None, message: str
) -> None:
    outcome = play(tmp_path, *answers)

    (failed,) = [event for event in outcome.of_type("node-state") if event["new"] == "failed"]
    local = message if code is None else LOCAL.get(answers[0][1])
    assert failed["reason"] == {"code": code, "message": message, "local": local}
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert outcome.nodes("alice")["alice-2"] == "completed"


def test_a_registrar_that_asks_for_more_time_is_asked_for_that(tmp_path: Path) -> None:
    answers = [("423 Too Brief", "Min-Expires: 60"), (OK, FOR_A_MINUTE), (OK, "")]
    outcome = play(tmp_path, *answers)

    assert (outcome.exit_code, outcome.nodes("alice")["alice-3"]) == (0, "completed")
    told = [event["message"] for event in outcome.of_type("action-log")]
    assert any(" for 60 s, after " in one for one in told)


def test_a_registration_that_the_registrar_does_not_remove_is_left(tmp_path: Path) -> None:
    answers = [(OK, FOR_A_MINUTE), ("403 Forbidden", "")]
    outcome = play(tmp_path, *answers)

    assert outcome.nodes("alice")["alice-3"] == "failed"
    assert outcome.verdict["reason"]["code"] == 403
    assert outcome.verdict["cleanup"]["confirmed"] is False
