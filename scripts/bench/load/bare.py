"""The bare loop: pairs of processes that call each other, each caller paced by the clock."""

import gc
import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from scripts.bench.load.bare_agent import GRACE, MEDIA_PORTS, Go, Place, Tally, be

SIP_PORT = 20_000
MEDIA_PORT = 21_000
LIMIT = 30.0
HEAD_START = 0.2


@dataclass(frozen=True)
class Figures:
    """What all pairs together did; processor time in milliseconds a completed call."""

    pairs: int
    asked: float
    per_second: float
    completed: int
    failed: int
    behind: int
    cpu_ms: float

    @property
    def clean(self) -> bool:
        """Whether nothing failed."""
        return self.failed == 0


def run(pairs: int, rate: float, seconds: float) -> Figures:
    """Let so many pairs make so many calls a second each, for so long."""
    processes = [start(place) for place in places(pairs)]
    try:
        return measure(processes, pairs, rate, seconds)
    finally:
        for process, connection in processes:
            process.kill()
            process.join()
            connection.close()


def places(pairs: int) -> list[Place]:
    """Return the places of callee and caller, pair by pair."""
    found = []
    for pair in range(pairs):
        port, media = SIP_PORT + 4 * pair, MEDIA_PORT + 2 * MEDIA_PORTS * pair
        found.append(Place(port, media, None))
        found.append(Place(port + 2, media + MEDIA_PORTS, port))
    return found


def start(place: Place) -> tuple[ForkProcess, Connection]:
    """Fork one process."""
    gc.freeze()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=be, args=(place, theirs))
    process.start()
    theirs.close()
    return process, ours


def measure(
    processes: list[tuple[ForkProcess, Connection]], pairs: int, rate: float, seconds: float
) -> Figures:
    """Let them go and add up what they tell; a process that dies is a failure."""
    for _, connection in processes:
        connection.poll(LIMIT)
        connection.recv()
    begin = time.monotonic() + HEAD_START
    for number, (_, connection) in enumerate(processes):
        # Callers begin one after the other within one gap, as arrivals of one load would.
        shift = number // 2 / pairs / rate
        connection.send(Go(begin + shift, seconds, rate))
    tallies = [receive(c, seconds + GRACE + LIMIT) for _, c in processes]
    callees, callers = tallies[::2], tallies[1::2]
    dead = sum(tally is None for tally in tallies)
    told = [tally for tally in callers if tally]
    completed = sum(tally.completed for tally in told)
    answered = sum(tally.completed for tally in callees if tally)
    silent = sum(not tally.with_media for tally in tallies if tally)
    failed = sum(tally.failed for tally in tallies if tally) + dead + silent
    last_end = max((tally.last_end for tally in told), default=begin)
    spent = sum(tally.cpu for tally in tallies if tally)
    return Figures(
        pairs=pairs,
        asked=pairs * rate,
        per_second=completed / max(seconds, last_end - begin),
        completed=completed,
        failed=failed + abs(completed - answered),
        behind=sum(tally.unmade for tally in told),
        cpu_ms=1000 * spent / max(1, completed),
    )


def receive(connection: Connection, limit: float) -> Tally | None:
    """Return what a process has done, None if it died or is silent."""
    try:
        said = connection.recv() if connection.poll(limit) else None
    except (EOFError, ConnectionResetError):
        return None
    return said if isinstance(said, Tally) else None
