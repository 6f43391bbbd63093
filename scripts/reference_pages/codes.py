"""The page of the codes of problems and errors in Markdown, a line each."""

from collections.abc import Mapping

from sipflow import errors
from sipflow.scenario import codes

HEAD = """\
<!-- Made by scripts/reference from sipflow/scenario/codes.py and sipflow/errors.py;
     change those, then run it. -->

# The codes of problems

Each problem of a scenario file, and each error of a command, has a code: a short name of its kind,
for programs to go by. A code keeps its meaning while its sentence may be improved; there may be
more codes later. [`validate --json`](command-line.md#validate) prints them; in Python they are the
`code` of a problem or of a `SipflowError`."""


def page() -> str:
    """Return the page."""
    parts = [
        HEAD,
        "## Problems of a scenario file",
        _table(dict(codes.MEANINGS.items())),
        "## Errors of a command",
        _table(dict(errors.MEANINGS.items())),
    ]
    return "\n\n".join(parts) + "\n"


def _table(meanings: Mapping[str, str]) -> str:
    rows = [f"| `{code}` | {meanings[code]} |" for code in sorted(meanings)]
    return "\n".join(["| code | is |", "|---|---|", *rows])
