"""How the system shares its processors among the workers of a load.

A processor that is taken from one worker because another has mail does the rest of the first one's
turn with cold caches. Workers of a load let each other finish: where processors are scarce that
saves a twelfth of a run's time, and where they are not nobody waits. A thread that keeps time must
not wait for others, and inherits how the one that starts it is scheduled: it is started
``normal_scheduling``.

Source: sched(7), ``SCHED_BATCH``: a thread that wakes up pre-empts nobody.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def use_batch_scheduling(*, yes: bool) -> None:
    """Begin to let other workers finish their turns, or stop it; where that is not to be had, not.

    It holds for the calling thread and for those that it starts from then on.
    """
    policy = os.SCHED_BATCH if yes else os.SCHED_OTHER
    with suppress(OSError):  # a sandbox may forbid it: it is a little slower then, and that is all
        os.sched_setscheduler(0, policy, os.sched_param(0))


@contextmanager
def normal_scheduling() -> Iterator[None]:
    """Be scheduled as usual for a while, so that a thread that is started then is too."""
    patient = os.sched_getscheduler(0) == os.SCHED_BATCH
    use_batch_scheduling(yes=False)
    try:
        yield
    finally:
        use_batch_scheduling(yes=patient)
