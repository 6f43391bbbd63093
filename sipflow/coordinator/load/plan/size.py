"""The size of a load's pool of workers, or why the load is impossible. Pure.

It is reported before the start: the resources needed, and what would fit if they are lacking.
"""

import math

from msgspec import Struct

from sipflow.coordinator.load.plan.capacity import (
    MIB,
    Machine,
    fitting,
    legs_per_run,
    need,
    problems,
    shortest,
    slots_for,
)
from sipflow.coordinator.load.plan.profile import Profile
from sipflow.errors import ResourceError, UsageError
from sipflow.scenario.model.graph import Scenario
from sipflow.text import counted

# Seconds that a run of calls without waits takes on a busy machine.
QUICKEST = 0.03


class Size(Struct, frozen=True, kw_only=True):
    """The number of slots at the beginning and at most, each with ``instances`` workers.

    ``legs``: the most dialogs of an instance in a run. ``shortest``: how long one takes at least.
    """

    slots: int
    most: int
    instances: int
    legs: int
    shortest: float


def size(scenario: Scenario, profile: Profile, machine: Machine, workers: int | None) -> Size:
    """Return the size for a profile; ``workers``: the most that there may be, None for any.

    Raises ``UsageError`` for too few workers, ``ResourceError`` where the machine is too small.
    """
    check_workers(scenario, workers)
    instances = len(scenario.instances)
    legs, least = max(legs_per_run(scenario), 1), shortest(scenario)
    wanted = _wanted(profile, least, legs)
    most = fitting(machine, instances)
    allowed = most if workers is None else workers // instances
    asked = wanted if workers is None else min(wanted, allowed)
    lacks = problems(need(asked, instances), machine)
    if lacks:
        raise ResourceError(f"this machine is too small for the load: {'; '.join(lacks)}")
    return Size(
        slots=asked, most=min(allowed, most), instances=instances, legs=legs, shortest=least
    )


def check_workers(scenario: Scenario, workers: int | None) -> None:
    """Raise ``UsageError`` if there may be fewer workers than a run takes."""
    instances = len(scenario.instances)
    if workers is not None and workers < instances:
        raise UsageError(
            f"--workers {workers}: a run takes {instances}, one for each instance of the scenario; "
            f"give {instances} at least",
            code="bad-option",
        )


def size_text(size: Size, profile: Profile) -> tuple[str, ...]:
    """Return the description of a load and its resources, one line each."""
    return (_profile_text(profile), _need_text(size))


def _wanted(profile: Profile, least: float, legs: int) -> int:
    if profile.peak is None:
        wanted = profile.concurrency or 1
    else:
        wanted = slots_for(profile.peak, max(least, QUICKEST), legs)
    limits = (profile.concurrency, profile.runs)
    return max(min([wanted, *(limit for limit in limits if limit is not None)]), 1)


def _profile_text(profile: Profile) -> str:
    parts = []
    if profile.peak is not None:
        parts.append(f"up to {profile.peak:g} runs/s" if _varies(profile) else _rate(profile))
    if profile.concurrency is not None:
        most = "at most " if profile.is_open else ""
        parts.append(f"{most}{profile.concurrency} at once")
    if profile.duration is not None:
        parts.append(f"for {profile.duration:g} s")
    if profile.runs is not None:
        parts.append(f"{profile.runs} runs in all")
    return ", ".join(parts)


def _varies(profile: Profile) -> bool:
    return len({rate for stage in profile.stages for rate in (stage.start, stage.end)}) > 1


def _rate(profile: Profile) -> str:
    return f"{profile.peak:g} runs/s"


def _need_text(size: Size) -> str:
    first = need(size.slots, size.instances)
    memory = math.ceil(first.memory / MIB)
    more = f", more if its runs take long, {size.most} slots at most"
    return (
        f"{first.workers} workers in {counted(size.slots, 'slot')}: about {memory} MiB, "
        f"{first.ports} SIP ports, {first.descriptors} file descriptors, "
        f"{first.processes} processes and threads"
        f"{more if size.most > size.slots else ''}"
    )
