"""A module of the real stack that is ours: it sees each message before the stack does."""

import json
import subprocess
import sys
from typing import Any

from tests.worker.ua.phone import LIMIT, ROOT

OPTIONS = ["request", "OPTIONS sip:b@127.0.0.1 SIP/2.0", "one@test", 7, True]
ANSWER = ["answer", "SIP/2.0 200 OK", 200]
STRAY = ["response", "SIP/2.0 200 OK", 200]


def looking(how: str) -> dict[str, Any]:
    """Return what the program saw and what became of it."""
    command = [sys.executable, "-m", "tests.worker.ua.looking", how]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=LIMIT, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_it_sees_what_comes_in_and_what_is_sent_as_it_is_on_the_wire() -> None:
    assert looking("see") == {
        "seen": [OPTIONS, ANSWER, STRAY],
        "answer": "SIP/2.0 200 OK",
        "failure": None,
        "log": [],
    }


def test_what_it_keeps_for_itself_the_stack_never_sees() -> None:
    told = looking("keep")

    assert (told["seen"], told["answer"]) == ([OPTIONS, STRAY], None)


def test_what_a_function_raises_is_raised_again_and_the_message_goes_on() -> None:
    told = looking("raise")

    assert (told["failure"], told["answer"]) == ("of a test", "SIP/2.0 200 OK")
