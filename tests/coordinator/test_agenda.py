"""What one command has to run: in order, so many at once, and no more after a halt."""

from sipflow.coordinator.agenda import Agenda, Job
from tests.coordinator.events_of_workers import scenario

JOBS = [Job(index, f"{index}.yaml", scenario()) for index in range(3)]


def test_jobs_begin_in_order_one_at_a_time() -> None:
    agenda = Agenda(JOBS)
    begun = []
    while (job := agenda.due()) is not None:
        assert agenda.due() is None
        begun.append(job)
        assert not agenda.done
        assert agenda.ended(0) == []
    assert begun == JOBS
    assert agenda.done


def test_as_many_jobs_begin_at_once_as_may() -> None:
    agenda = Agenda(JOBS, 2)
    assert [agenda.due(), agenda.due(), agenda.due()] == [JOBS[0], JOBS[1], None]
    assert agenda.more
    agenda.ended(1)
    assert agenda.due() == JOBS[2]
    assert not agenda.more


def test_a_failed_job_does_not_keep_others_from_beginning() -> None:
    agenda = Agenda(JOBS)
    agenda.due()
    assert agenda.ended(3) == []
    assert agenda.due() == JOBS[1]


def test_with_fail_fast_nothing_begins_after_a_job_that_did_not_complete() -> None:
    agenda = Agenda(JOBS, fail_fast=True)
    agenda.due()
    assert agenda.ended(0) == []
    agenda.due()
    assert agenda.ended(1) == [JOBS[2]]
    assert agenda.due() is None
    assert agenda.done


def test_a_halt_skips_what_has_not_begun_and_lets_the_rest_end() -> None:
    agenda = Agenda(JOBS)
    agenda.due()
    assert agenda.halt() == JOBS[1:]
    assert agenda.halt() == []
    assert not agenda.more
    assert not agenda.done
    agenda.ended(130)
    assert agenda.done
