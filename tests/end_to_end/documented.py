"""Reads a page of the documentation as a series of steps that a test can follow.

A block with a title (```` ```yaml title="a.yaml" ````) is a file; ```` ```console exit=0 ```` holds
commands with the exit code of each; ```` ```text output ```` is what the commands before it print.
"""

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```(?P<info>[^\n]+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True)
class SavedFile:
    """A file that the reader is asked to save."""

    name: str
    text: str


@dataclass(frozen=True)
class Commands:
    """Commands that the reader is asked to run, with the exit code of each."""

    lines: tuple[str, ...]
    exit_code: int


@dataclass(frozen=True)
class Output:
    """What the page shows as printed by the commands before it."""

    text: str


Step = SavedFile | Commands | Output


def steps(page: str) -> list[Step]:
    """Return what a page asks its reader to do, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = [_step(block["info"], block["text"]) for block in _BLOCK.finditer(text)]
    return [step for step in found if step is not None]


def _step(info: str, text: str) -> Step | None:
    if title := re.search(r'title="([^"]+)"', info):
        return SavedFile(title[1], text)
    if code := re.search(r"exit=(\d+)", info):
        lines = text.replace("\\\n", " ").splitlines()
        return Commands(tuple(line.removeprefix("$ ") for line in lines), int(code[1]))
    return Output(text) if info.endswith(" output") else None


def same_but_for_numbers(shown: str, printed: str) -> bool:
    """Tell whether what a page shows was printed, whatever the times, ids and counts in it."""
    return _NUMBER.sub("0", shown.strip()) in _NUMBER.sub("0", printed)
