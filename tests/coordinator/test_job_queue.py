"""What one command has to run: in order, so many at once, and no more after a halt."""

from sipflow.coordinator.job_queue import Job, JobQueue
from tests.coordinator.events_of_workers import scenario

JOBS = [Job(index, f"{index}.yaml", scenario()) for index in range(3)]


def test_jobs_begin_in_order_one_at_a_time() -> None:
    job_queue = JobQueue(JOBS)
    begun = []
    while (job := job_queue.due()) is not None:
        assert job_queue.due() is None
        begun.append(job)
        assert not job_queue.done
        assert job_queue.ended(0) == []
    assert begun == JOBS
    assert job_queue.done


def test_as_many_jobs_begin_at_once_as_may() -> None:
    job_queue = JobQueue(JOBS, 2)
    assert [job_queue.due(), job_queue.due(), job_queue.due()] == [JOBS[0], JOBS[1], None]
    assert job_queue.more
    job_queue.ended(1)
    assert job_queue.due() == JOBS[2]
    assert not job_queue.more


def test_a_failed_job_does_not_keep_others_from_beginning() -> None:
    job_queue = JobQueue(JOBS)
    job_queue.due()
    assert job_queue.ended(3) == []
    assert job_queue.due() == JOBS[1]


def test_with_fail_fast_nothing_begins_after_a_job_that_did_not_complete() -> None:
    job_queue = JobQueue(JOBS, fail_fast=True)
    job_queue.due()
    assert job_queue.ended(0) == []
    job_queue.due()
    assert job_queue.ended(1) == [JOBS[2]]
    assert job_queue.due() is None
    assert job_queue.done


def test_a_halt_skips_what_has_not_begun_and_lets_the_rest_end() -> None:
    job_queue = JobQueue(JOBS)
    job_queue.due()
    assert job_queue.halt() == JOBS[1:]
    assert job_queue.halt() == []
    assert not job_queue.more
    assert not job_queue.done
    job_queue.ended(130)
    assert job_queue.done
