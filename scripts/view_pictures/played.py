"""Plays scenarios with the real program and gives back what came of them."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from sipflow.protocol.events import AnyEvent
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.reader import read_scenario

_PROGRAM = (sys.executable, "-m", "sipflow.cli.main")
_LIMIT = 60.0


class Played(Struct, frozen=True):
    """A command that has ended: its scenario, its events, and what it printed."""

    scenario: Scenario
    events: tuple[AnyEvent, ...]
    output: str


def play(command: str, file: Path, folder: Path, *options: str) -> Played:
    """Play a scenario with ``start`` or ``load``; its output is the verdict or result as JSON."""
    scenario = read_scenario(file).scenario
    assert scenario is not None, f"{file} cannot be run"
    log = folder / f"{file.stem}-{command}.jsonl"
    output = printed(command, str(file), "--json", "--event-log", str(log), *options)
    lines = log.read_bytes().splitlines()
    events = tuple(msgspec.json.decode(line, type=AnyEvent) for line in lines)
    return Played(scenario, events, output)


def printed(*arguments: str) -> str:
    """Return what a command prints into a pipe."""
    done = subprocess.run(
        [*_PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=_LIMIT,
    )
    return done.stdout


def shown(*arguments: str, folder: Path, columns: int) -> str:
    """Return what a command prints on a terminal that cannot move its cursor, in a folder."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "TERM": "dumb", "COLUMNS": str(columns)}
    with subprocess.Popen(
        [*_PROGRAM, *arguments],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
    ):
        os.close(theirs)
        text = b"".join(_pieces(ours))
    os.close(ours)
    return text.decode().replace("\r", "")


def _pieces(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            yield os.read(terminal, 65_536)
        except OSError:  # what Linux says at the end
            return


def until(events: Sequence[AnyEvent], share: float) -> list[AnyEvent]:
    """Return the events of the first part of the time that all of them took."""
    first, last = events[0].ts, events[-1].ts
    return [event for event in events if event.ts <= first + share * (last - first)]
