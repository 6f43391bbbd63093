"""Checks that the machine has the resources for the runs of one ``start``. Pure.

The check comes before anything is started: past these limits, libraries abort the process or block
for ever. Measured with 2, 20 and 60 instances, in one run and in ten at once: the coordinator needs
21 descriptors, 4 for each worker and 4 for each further run; a worker needs 21 without a call, 2
for each leg with audio, and its files.
"""

from collections.abc import Sequence

import msgspec

from sipflow.coordinator.load.plan.capacity import Machine, Need, lacks, need
from sipflow.errors import ResourceError

# Of the coordinator: its own sockets and files, with a few subscribers and control commands.
DESCRIPTORS_BESIDE = 32
DESCRIPTORS_PER_RUN = 6
DESCRIPTORS_PER_WORKER = 4
# The limit is per process: a worker with four legs, their recordings and files.
DESCRIPTORS_OF_A_WORKER = 44


def check_size(instances: Sequence[int], jobs: int, machine: Machine) -> None:
    """Raise ``ResourceError`` if runs of so many ``instances``, ``jobs`` at once, do not fit."""
    problems = lacks(_need(instances, jobs), machine)
    if not problems:
        return
    at_once = min(jobs, len(instances))
    workers = _workers(instances, jobs)
    runs = f"{at_once} runs at once with " if at_once > 1 else ""
    whole = f"{runs}{workers} instances"
    said = "; ".join(
        f"{what}: {wanted} needed for {whole}, {there} there" for what, wanted, there in problems
    )
    raise ResourceError(
        f"this machine is too small to start: {said}; {_advice(instances, at_once, machine)}"
    )


def _advice(instances: Sequence[int], at_once: int, machine: Machine) -> str:
    for jobs in range(at_once - 1, 0, -1):
        if not lacks(_need(instances, jobs), machine):
            return f"-j {jobs} would fit"
    return "raise the limit, or start fewer instances"


def _workers(instances: Sequence[int], jobs: int) -> int:
    return sum(sorted(instances, reverse=True)[:jobs])


def _need(instances: Sequence[int], jobs: int) -> Need:
    workers = _workers(instances, jobs)
    runs = min(jobs, len(instances))
    coordinator = DESCRIPTORS_BESIDE + runs * DESCRIPTORS_PER_RUN + workers * DESCRIPTORS_PER_WORKER
    return msgspec.structs.replace(
        need(1, workers),
        memory=0,  # not known well enough to refuse a run: instances without calls take little
        ports=0,  # leased before any worker is launched, with a better message if one is missing
        descriptors=max(coordinator, DESCRIPTORS_OF_A_WORKER),
    )
