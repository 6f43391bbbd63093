"""The problems of files as JSON, which ``validate --json`` prints. Pure."""

import json
from collections.abc import Iterable, Sequence

from sipflow.errors import UsageError
from sipflow.scenario.problems import Problem, Reading


def problem_list(readings: Sequence[Reading], errors: Iterable[UsageError]) -> str:
    """Return one JSON array: the problems file by file, then those of the command itself."""
    found = [_of_file(problem) for reading in readings for problem in reading.problems]
    return json.dumps([*found, *map(_of_command, errors)])


def _of_file(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "node": place.node,
        "path": problem.path,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.right,
    }


def _of_command(error: UsageError) -> dict[str, object]:
    nowhere = dict.fromkeys(("file", "line", "column", "node", "path"))
    said, _, right = str(error).partition("; ")
    return {
        **nowhere,
        "code": error.code,
        "severity": "error",
        "message": said,
        "hint": right or None,
    }
