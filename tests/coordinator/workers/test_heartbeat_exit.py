"""How the end of a worker's process is put into words."""

import signal

import pytest

from sipflow.coordinator.workers.heartbeat import describe_exit


@pytest.mark.parametrize(
    ("exit_code", "hung", "how"),
    [
        (1, False, "its worker process crashed (exit code 1)"),
        (-signal.SIGSEGV, False, "its worker process crashed (SIGSEGV)"),
        (-signal.SIGKILL, False, "its worker process was killed (SIGKILL)"),
        (-signal.SIGTERM, False, "its worker process was killed (SIGTERM)"),
        # A real-time signal, without a name.
        (-40, False, "its worker process crashed (signal 40)"),
        (
            -signal.SIGKILL,
            True,
            "its worker process hung: it was silent for 2.5 s, and was killed",
        ),
    ],
)
def test_an_end_out_of_turn_is_told_in_words(exit_code: int, hung: bool, how: str) -> None:
    assert describe_exit(exit_code, hung=hung) == how


def test_an_error_of_its_own_is_told_with_its_cause() -> None:
    assert describe_exit(1, hung=False, cause="ValueError: x (a.py:3)") == (
        "its worker process crashed (exit code 1): ValueError: x (a.py:3)"
    )
