"""Scenarios that loads of the end-to-end tests are made with."""

from pathlib import Path

# The row says what the callee does, and the caller is told.
BY_ROW = """\
name: by row
variables: {answer: }
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "200", headers: {X-Answer: "${answer}", X-Run: "${run}"}}
    - Release
  bob:
    - INCOMING: {check: {header.X-Answer: "== yes", header.X-Run: "== ${run}"}}
      on_failure:
        - Response: 486
    - Answer
    - DISCONNECTED
"""

# A call of half a second, so that a load of it is always in the midst of some.
HALF_A_SECOND = """\
name: half a second
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "200"}
    - TIMEOUT: 500ms
    - Release
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED
"""

# Bob hangs up at once where Alice wants to stay: every other run leaves a call to the clean-up.
LEFT_BY_ROW = """\
name: left by row
variables: {patience: }
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - MakeCall: {to: "200"}
    - DISCONNECTED: {timeout: "${patience}"}
  bob:
    - INCOMING
    - Answer
    - TIMEOUT: 200ms
    - Release
"""

TO_A_TARGET = """\
name: to a target
variables: {target: }
instances:
  alice: {number: "100"}
flow:
  alice:
    - MakeCall: {to: "${target}"}
    - Release
"""


def write_rows(folder: Path, column: str, *values: str) -> Path:
    """Write a file for ``--data`` with one column and return its path."""
    path = folder / "rows.csv"
    path.write_text("\n".join([column, *values]) + "\n")
    return path
