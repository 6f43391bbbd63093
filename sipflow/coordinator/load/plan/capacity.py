"""The resources that a load needs, compared with the machine's before the start. Pure.

A slot is one worker for each instance of the scenario. What a worker takes was measured with 2, 40
and 120 of them, idle and with a call each: 6 to 13 MB of its own (PSS, the more the fewer share the
rest), 5 threads, 4 descriptors of the coordinator, 2 of the fork server, and 20 of its own.
"""

import math

from msgspec import Struct

from sipflow.scenario.model.actions import (
    AttendedTransfer,
    BlindTransfer,
    CheckMedia,
    Incoming,
    MakeCall,
    RecordAudio,
    SendDTMF,
    Timeout,
)
from sipflow.scenario.model.graph import Node, Scenario

MIB = 1024 * 1024
MEMORY_PER_WORKER = 13 * MIB
# The coordinator with the figures of a long load, and the fork server.
MEMORY_BESIDE = 64 * MIB
THREADS_PER_WORKER = 5
THREADS_BESIDE = 16
# Descriptors of the coordinator, which has the most; the limit applies to each process.
DESCRIPTORS_PER_WORKER = 4
DESCRIPTORS_BESIDE = 64
# Calls per second that an endpoint handles on time (measured), with a margin.
CALLS_PER_ENDPOINT = 40.0
# More slots than the mean length of runs requires, because runs differ in length.
HEADROOM = 1.25


class Machine(Struct, frozen=True, kw_only=True):
    """The free resources of a machine. ``ports``: for how many workers there are ports."""

    memory: int
    descriptors: int
    processes: int
    ports: int
    cores: int


class Need(Struct, frozen=True, kw_only=True):
    """The resources of a number of slots; ``instances``: the workers of one slot."""

    slots: int
    instances: int
    workers: int
    processes: int
    memory: int
    ports: int
    descriptors: int


def need(slots: int, instances: int) -> Need:
    """Return the resources of slots. ``processes`` counts threads, as the kernel's limits do."""
    workers = slots * instances
    return Need(
        slots=slots,
        instances=instances,
        workers=workers,
        processes=workers * THREADS_PER_WORKER + THREADS_BESIDE,
        memory=workers * MEMORY_PER_WORKER + MEMORY_BESIDE,
        ports=workers,
        descriptors=workers * DESCRIPTORS_PER_WORKER + DESCRIPTORS_BESIDE,
    )


def fitting(machine: Machine, instances: int) -> int:
    """Return how many slots a machine can hold."""
    workers = min(
        (machine.memory - MEMORY_BESIDE) // MEMORY_PER_WORKER,
        (machine.processes - THREADS_BESIDE) // THREADS_PER_WORKER,
        (machine.descriptors - DESCRIPTORS_BESIDE) // DESCRIPTORS_PER_WORKER,
        machine.ports,
    )
    return max(workers // instances, 0)


def problems(need: Need, machine: Machine) -> list[str]:
    """Return the resources that a machine lacks for a load, each with what would fit."""
    fits = fitting(machine, need.instances)
    right = f"{fits} slots would fit: --workers {fits * need.instances}" if fits else "none fits"
    each = f"{need.slots} slots of {need.instances} workers each"
    return [
        f"{what}: {wanted} needed for {each}, {have} there; {right}"
        for what, wanted, have in lacks(need, machine)
    ]


def lacks(need: Need, machine: Machine) -> list[tuple[str, str, str]]:
    """Return each resource that is too small: its name, the amount needed, and the amount there."""
    compared = (
        ("memory", need.memory, machine.memory, _mib),
        ("file descriptors (ulimit -Hn)", need.descriptors, machine.descriptors, str),
        ("processes and threads (ulimit -Hu)", need.processes, machine.processes, str),
        ("ports, for so many workers", need.ports, machine.ports, str),
    )
    return [
        (what, show(wanted), show(have)) for what, wanted, have, show in compared if wanted > have
    ]


def slots_for(rate: float, run_seconds: float, legs_per_run: int) -> int:
    """Return the number of slots for runs of that length at that rate.

    It follows from the concurrent runs (Little's law), and the calls that an endpoint can begin.
    """
    under_way = rate * run_seconds * HEADROOM
    calling = rate * legs_per_run / CALLS_PER_ENDPOINT
    # 0.1 * 30 is more than 3 by a rounding, and one slot less.
    return max(math.ceil(round(max(under_way, calling), 6)), 1)


def legs_per_run(scenario: Scenario) -> int:
    """Return the most dialogs that any instance has in one run, whichever way it goes.

    Every transfer may make each of the other instances call, or be called, once more.
    """
    transfers = {
        instance.id: sum(
            isinstance(node.action, AttendedTransfer | BlindTransfer) for node in instance.nodes
        )
        for instance in scenario.instances
    }
    total = sum(transfers.values())
    return max(
        sum(map(_legs, instance.nodes)) + total - transfers[instance.id]
        for instance in scenario.instances
    )


def shortest(scenario: Scenario) -> float:
    """Return the seconds that a run takes at least if all succeeds: its waits, one by one."""
    lengths = []
    for instance in scenario.instances:
        nodes = {node.id: node for node in instance.nodes}
        length = 0.0
        for start in instance.starts:
            at: str | None = start
            while at is not None:
                length += _seconds(nodes[at])
                at = nodes[at].success
        lengths.append(length)
    return max(lengths)


def _legs(node: Node) -> int:
    match node.action:
        case MakeCall(follow=follow):
            return 2 if follow else 1
        case Incoming(must_not=must_not):
            return 0 if must_not else 1
        case _:
            return 0


def _seconds(node: Node) -> float:
    """Return the least duration of a node; values known only per run count as 0."""
    late = {one.property for one in node.late}
    action = node.action
    match action:
        case Timeout() if "timeout" not in late:
            return action.timeout
        case CheckMedia() if "window" not in late:
            return action.window or 0.0
        case RecordAudio(background=False) if "duration" not in late:
            return action.duration or 0.0
        case SendDTMF() if not late & {"digits", "interval"}:
            return action.interval * (len(action.digits) - 1)
        case _:
            waits = getattr(action, "must_not", False) and not late & {"timeout", "must_not"}
            return action.timeout if waits else 0.0


def _mib(count: int) -> str:
    return f"{math.ceil(count / MIB)} MiB"
