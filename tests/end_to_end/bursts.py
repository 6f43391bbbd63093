"""Runs that publish in bursts, workers that are killed amid them, and the truth about both.

The truth is what the workers wrote down: their journals, opened while the run goes on and read when
it is over, after it has removed them.
"""

import json
import os
import random
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from sipflow.protocol.wire import decode_event, unframe
from tests.end_to_end.harness import Coordinator, Event, Outcome, kill

# What every chain begins with, in milliseconds: time to look at the processes of a run before it is
# busy. And what it ends with: nobody finishes before somebody is killed.
CALM = 1000
STAY = 60_000
# What a node that waits tells: it begins, it waits, it has ended.
EVENTS_A_NODE = 3
# Nodes that end in the turn that they begin in, and so are told in one piece.
LONGEST_BURST = 30
# About what they take in a journal.
BYTES_A_NODE = 600
_LAST = f"waiting {STAY // 1000} s"
EVENTS_BETWEEN_LOOKS = 20
# Events of the whole run between one kill and the next.
MOST_BETWEEN_KILLS = 6


def bursts(workers: int, nodes: int, seed: int) -> str:
    """Return a scenario of instances that walk through nodes of 0 ms, with 1 or 2 ms now and then.

    The nodes between two such pauses are told at one go. Nobody comes to an end.
    """
    draw = random.Random(seed)
    names = [f"i{number}" for number in range(1, workers + 1)]
    instances = {name: {"number": f"{1000 + n}"} for n, name in enumerate(names)}
    flow = {name: _chain(draw, nodes) for name in names}
    graph = {"name": "bursts", "instances": instances, "flow": flow}
    return json.dumps(graph, separators=(",", ":"))  # a file has 1 MiB at most


def _chain(draw: random.Random, nodes: int) -> list[dict[str, int]]:
    chain = [{"TIMEOUT": CALM}]
    while len(chain) < nodes - 1:
        chain += [{"TIMEOUT": 0}] * draw.randint(3, LONGEST_BURST)
        chain.append({"TIMEOUT": draw.randint(1, 2)})
    return [*chain[: nodes - 1], {"TIMEOUT": STAY}]


class Journals:
    """The journals of a run that goes on, by instance; they can be read when it has ended."""

    def __init__(self, run: Path) -> None:
        self._stack = ExitStack()
        self._files = {
            f"i{path.stem}": self._stack.enter_context(path.open("rb"))
            for path in run.glob("*.journal")
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def size(self) -> int:
        """How many bytes all have written down by now."""
        return sum(os.fstat(file.fileno()).st_size for file in self._files.values())

    def read(self) -> dict[str, list[Event]]:
        """Return every whole event of every journal, as it was written down."""
        return {
            instance: [msgspec.to_builtins(decode_event(one)) for one in unframe(file.read())]
            for instance, file in self._files.items()
        }


@dataclass(frozen=True)
class Massacre:
    """A run of which workers were killed: whom, what it came to, and what all had written down."""

    killed: frozenset[str]
    outcome: Outcome
    journals: dict[str, list[Event]]

    @property
    def amid(self) -> int:
        """How many of the killed still had something to tell."""
        return sum(self.journals[name][-1].get("message") != _LAST for name in self.killed)


def massacre(coordinator: Coordinator, victims: int, bytes_told: int, seed: int) -> Massacre:
    """Kill so many of a run's workers in quick succession, when all have told so much."""
    draw = random.Random(seed)

    def strike(workers: dict[str, int]) -> list[str]:
        chosen = draw.sample(sorted(workers), victims)
        for name in chosen:
            kill(workers[name])
            _pass(coordinator, draw.randint(0, MOST_BETWEEN_KILLS))
        return chosen

    return _struck(coordinator, bytes_told, strike)


def cut_short(coordinator: Coordinator, bytes_told: int) -> Massacre:
    """Have a run end at once, without waiting for its workers, when all have told so much."""

    def strike(workers: dict[str, int]) -> list[str]:
        for number in (signal.SIGINT, signal.SIGTERM):
            coordinator.signal(number)
        return list(workers)

    return _struck(coordinator, bytes_told, strike)


def _struck(
    coordinator: Coordinator, bytes_told: int, strike: Callable[[dict[str, int]], list[str]]
) -> Massacre:
    run = next(coordinator.read())["run"]  # all are ready by then, and so have their journals
    fork_server = coordinator.fork_server()
    workers = {name.replace("w", "i"): pid for name, pid in fork_server.workers().items()}
    with Journals(fork_server.directory / run) as journals:
        while journals.size < bytes_told:
            _pass(coordinator, EVENTS_BETWEEN_LOOKS)
        killed = strike(workers)
        return Massacre(frozenset(killed), coordinator.finish(), journals.read())


def _pass(coordinator: Coordinator, count: int) -> None:
    events = coordinator.read()
    for _ in range(count):
        next(events)


def findings(massacre: Massacre) -> list[str]:
    """Return what is wrong about the events of such a run."""
    outcome, journals = massacre.outcome, massacre.journals
    told: dict[str, list[Event]] = {name: [] for name in [*journals, "-"]}
    for event in outcome.events:
        told[event["instance"]].append(event)
    found = [
        finding
        for name, events in told.items()
        for finding in _compare(name, events, journals.get(name, []))
    ]
    if [event["g"] for event in outcome.events] != [*range(1, len(outcome.events) + 1)]:
        found.append("the numbers of the events are not 1, 2, 3, …")
    written = sum(map(len, journals.values()))
    count = outcome.verdict["events"]
    if (count["received"], count["lost"]) != (written, 0):
        found.append(f"{written} events were written down, the verdict says {count}")
    return found


def _compare(name: str, told: list[Event], written: list[Event]) -> list[str]:
    found = []
    if [event["seq"] for event in told] != [*range(1, len(told) + 1)]:
        found.append(f"{name}: its events are not in order, each once")
    if [{**event, "g": 0} for event in told[: len(written)]] != written:
        found.append(f"{name}: told was not what it wrote down")
    # What follows was told in a dead worker's name: its node failed, and so did the run.
    rest = told[len(written) :] if name != "-" else []
    if any(event["cause"] != "worker ended" for event in rest):
        found.append(f"{name}: {len(rest)} events were told that it never wrote down")
    return found
