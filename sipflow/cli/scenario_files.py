"""Expands the file arguments of a command: a folder stands for the scenario files in it.

It reads only as much of a file as shows whether it is a scenario; problems in a scenario are
reported by the reader.
"""

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from sipflow.errors import UsageError
from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Problem, Reading
from sipflow.scenario.reader import name_of, read_scenario
from sipflow.scenario.variables.scope import Given

SUFFIXES = (".yaml", ".yml", ".json")
# Larger than the largest scenario that is read.
_LARGEST = 4 * 1024 * 1024
# Folders of other programs; hidden ones are left out besides.
_OF_OTHERS = ("node_modules", "__pycache__")
# A scenario's own keys at the left margin, or in the first braces. Sub-flows, and the files of
# other programs, have neither.
_YAML = re.compile(rb"""^(?:---[ ]+)?(?:\{\s*)?["']?(?:instances|flow)["']?\s*:""", re.MULTILINE)
_JSON = re.compile(rb'"nodes"\s*:', re.IGNORECASE)
_MOST_NAMED = 3


class Found(Struct, frozen=True):
    """The files to run, in order.

    files: scenario files, and folders without any scenario
    is_one: whether a single file was named, and no folder
    notes: lines for people about the files in folders that are not scenarios
    """

    files: tuple[Path, ...]
    is_one: bool
    notes: tuple[str, ...] = ()


def scenario_files(arguments: Sequence[Path]) -> Found:
    """Return the files that arguments mean; raises ``UsageError`` for an unreadable folder.

    A folder stands for the scenarios in it and below, sorted by their paths; a scenario that is
    named twice, or is in two of the folders, comes once.
    """
    files: list[Path] = []
    notes: list[str] = []
    for argument in arguments:
        if not argument.is_dir():
            files.append(argument)
            continue
        scenarios, others = _look_through(argument)
        files += [file for file in scenarios if file not in files] if scenarios else [argument]
        if scenarios and others:
            notes.append(_left_out(argument, others))
    is_one = len(arguments) == 1 and not arguments[0].is_dir()
    return Found(tuple(files), is_one, tuple(notes))


def read_file(file: Path, given: Given, allowed: Sequence[Path]) -> Reading:
    """Read one of the files; for a folder, return the problem that it has no scenario."""
    if not file.is_dir():
        return read_scenario(file, given, allowed)
    endings = ", ".join(f"*{suffix}" for suffix in SUFFIXES)
    right = f"name one with scenarios in {endings} files"
    problem = Problem(
        Place(file=name_of(file)),
        "error",
        "no-scenario",
        "no scenario is in this folder or below",
        right,
    )
    return Reading(None, (problem,))


def _look_through(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the scenarios in a folder, and the other files with the same extensions."""
    scenarios: list[Path] = []
    others: list[Path] = []
    for path in sorted(_candidates(folder)):
        (scenarios if _is_scenario(path) else others).append(path)
    return scenarios, others


def _candidates(folder: Path) -> Iterable[Path]:
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if name[0] != "." and name not in _OF_OTHERS]
        for name in names:
            if name[0] != "." and Path(name).suffix.lower() in SUFFIXES:
                yield Path(parent, name)


def _refuse(error: OSError) -> None:
    raise UsageError(
        f"cannot read the folder {error.filename}: {error.strerror}", code="unreadable-file"
    ) from error


def _is_scenario(path: Path) -> bool:
    """Return whether a file is a scenario; an unreadable one counts, so that it is reported."""
    try:
        if not path.is_file():
            return False  # a pipe, whose reading would block, or a broken link
        with path.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        return True
    if path.suffix.lower() != ".json":
        return _YAML.search(data) is not None
    try:
        top = json.loads(data)
    except (ValueError, RecursionError):
        return _JSON.search(data) is not None
    return isinstance(top, dict) and any(key.lower() == "nodes" for key in top)


def _left_out(folder: Path, others: Sequence[Path]) -> str:
    shown = ", ".join(name_of(path) for path in others[:_MOST_NAMED])
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    return f"in {name_of(folder)}, left out because they are no scenarios: {shown}{more}"
