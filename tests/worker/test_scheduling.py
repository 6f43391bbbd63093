"""How threads are scheduled, by the system's own word: each test asks in a thread of its own."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sipflow.worker.scheduling import normal_scheduling, use_batch_scheduling


def in_a_new_thread(ask: Callable[[], list[int]]) -> list[int]:
    """Return what a new thread answers; it inherits how the calling one is scheduled."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(ask).result()


def policy() -> list[int]:
    """Return how the calling thread is scheduled."""
    return [os.sched_getscheduler(0)]


def begin_and_stop() -> list[int]:
    """Return how a thread is scheduled before, meanwhile and after."""
    before = policy()
    use_batch_scheduling(yes=True)
    meanwhile = policy()
    use_batch_scheduling(yes=False)
    return before + meanwhile + policy()


def start_a_punctual_one() -> list[int]:
    """Return how a thread that lets others finish, one that it starts punctual, and it then are."""
    use_batch_scheduling(yes=True)
    with normal_scheduling():
        started = in_a_new_thread(policy)
    return started + policy()


def test_a_thread_lets_others_finish_until_it_stops_that() -> None:
    assert in_a_new_thread(begin_and_stop) == [os.SCHED_OTHER, os.SCHED_BATCH, os.SCHED_OTHER]


def test_a_thread_that_is_started_punctual_waits_for_nobody() -> None:
    assert in_a_new_thread(start_a_punctual_one) == [os.SCHED_OTHER, os.SCHED_BATCH]


def test_who_is_scheduled_as_usual_stays_so_after_having_been_punctual() -> None:
    with normal_scheduling():
        pass
    assert policy() == [os.SCHED_OTHER]
