"""Scenarios that the end-to-end tests write into their own folder."""

from pathlib import Path

LONG_CALL = """\
name: long call
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "200", timeout: 60s}
    - DISCONNECTED: {timeout: 60s}
  bob:
    - INCOMING
    - Answer
    - TIMEOUT: 60s
"""

RINGING = """\
name: ringing
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "200", timeout: 60s}
  bob:
    - INCOMING
    - TIMEOUT: 60s
"""

CALL_AND_THIRD = """\
name: a call and a third instance
instances:
  alice: {number: "100"}
  bob: {number: "200"}
  carol: {number: "300"}
flow:
  alice:
    - MakeCall: {to: "200", timeout: 60s}
    - DISCONNECTED: {timeout: 60s}
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED: {timeout: 60s}
  carol:
    - TIMEOUT: 60s
"""

RINGING_AND_THIRD = """\
name: an early call and a third instance
instances:
  alice: {number: "100"}
  bob: {number: "200"}
  carol: {number: "300"}
flow:
  alice:
    - MakeCall: {to: "200", timeout: 60s}
  bob:
    - INCOMING
    - DISCONNECTED: {timeout: 60s}
  carol:
    - TIMEOUT: 60s
"""

LEFT_TO_THE_CLEAN_UP = """\
name: left to the clean-up
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "200"}
    - TIMEOUT: 300ms
    - TIMEOUT: 300ms
  bob:
    - INCOMING
    - Answer
"""


def write(text: str, folder: Path) -> Path:
    """Write a scenario and return its path."""
    path = folder / "scenario.yaml"
    path.write_text(text)
    return path
