"""What the runs of one ``start`` need of a machine, and whether it has it. Pure.

Known before anything is started: past these limits libraries below abort the process, or wait for
ever. Measured with 2, 20 and 60 instances, in one run and in ten at once: 21 descriptors of the
coordinator beside 4 for each worker and 4 for each further run; 21 of a worker without a call, and
2 for each leg with audio, beside its files.
"""

from collections.abc import Sequence

import msgspec

from sipflow.coordinator.load.plan.capacity import Machine, Need, lacks, need
from sipflow.errors import ResourceError

# Of the coordinator: its own sockets and files, with a few subscribers and commands that steer.
DESCRIPTORS_BESIDE = 32
DESCRIPTORS_PER_RUN = 6
DESCRIPTORS_PER_WORKER = 4
# Each process has the limit for itself: a worker with four legs, their recordings and files.
DESCRIPTORS_OF_A_WORKER = 44


def check_size(instances: Sequence[int], jobs: int, machine: Machine) -> None:
    """Raise ``ResourceError`` where runs of so many ``instances``, ``jobs`` at once, do not fit."""
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
        memory=0,  # not known well enough to refuse for: instances without calls take little
        ports=0,  # leased before any worker is launched, and with better words where one is missing
        descriptors=max(coordinator, DESCRIPTORS_OF_A_WORKER),
    )
