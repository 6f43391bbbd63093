"""A regular expression of MESSAGE, and texts that keep backtracking matchers busy for years."""

from pathlib import Path

from tests.end_to_end.test_signalling import failure, play

SCENARIO = f"""\
instances:
  alice: {{number: "100"}}
  bob: {{number: "200"}}
flow:
  alice:
    - SendMessage: {{to: bob, text: "{"a" * 44}!"}}
    - SendMessage: {{to: bob, text: "aaa"}}
  bob:
    - MESSAGE: {{pattern: "^(a+)+$"}}
    - MESSAGE: {{pattern: "^(a|aa)+$", timeout: 100ms}}
"""


def test_a_text_that_backtracks_is_judged_at_once_and_the_time_limit_still_counts(
    tmp_path: Path,
) -> None:
    outcome = play(SCENARIO, tmp_path)

    assert outcome.exit_code == 1
    assert outcome.nodes("bob")["bob-1"] == "completed"
    assert "received instead: " in str(failure(outcome, "bob-2")["message"])
