"""What the runs of a load came to, and what is told of it, with somebody who takes that down."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sipflow.coordinator.load.monitor import LoadMonitor
from sipflow.coordinator.load.pacer import Pacer, pacer
from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.coordinator.load.slots.slot import ActiveRun, FinishedRun, LoadRun
from sipflow.coordinator.load.stats.stats import NumbersFields
from sipflow.coordinator.load.stats.thresholds import parse
from sipflow.coordinator.load.strain import Strain
from sipflow.coordinator.load.verdict import Evidence
from sipflow.errors import ResourceError, SipflowError
from sipflow.protocol.events import LoadStateName, RunCounts, RunReason
from sipflow.protocol.load_result import Generator, LoadResult
from sipflow.protocol.verdict import VerdictName

BEGAN = 1000.0
BUSY = RunReason(instance="alice", node="alice-1", code=486, message="Busy Here")
DECLINED = RunReason(instance="alice", node="alice-1", code=603, message="Decline")
EVIDENCE = Evidence(
    load="l1", scenario="call", file="call.yaml", duration_s=0, starting_s=0, asked=None, workers=0
)


@dataclass
class Notes:
    """Takes down what is told, a line each."""

    lines: list[str] = field(default_factory=list)
    seconds: list[NumbersFields] = field(default_factory=list)
    failure: SipflowError | None = None
    state_name: LoadStateName | None = None

    @property
    def last_g(self) -> int:
        return len(self.lines)

    def state(
        self, cause: str, new: LoadStateName | None, rate: float | None, message: str = ""
    ) -> None:
        self.state_name = new or self.state_name
        words = (cause, "->", new, rate, message)
        self.lines.append(" ".join(str(word) for word in words if word not in (None, "")))

    def numbers(self, fields: NumbersFields) -> None:
        self.seconds.append(fields)

    def failed(self, playing: ActiveRun, *, example: bool) -> None:
        self.lines.append(f"{playing.run.id} failed{', an example' if example else ''}")

    def run(self, over: FinishedRun) -> None:
        self.lines.append(f"all of {over.playing.run.id}")

    def finish(self) -> None:
        self.lines.append("the end")


@dataclass
class Ended:
    """How a load was conducted."""

    most_workers: int = 4
    restarts: int = 0
    reason: str | None = None
    stopped: bool = False
    strain: Strain = field(default_factory=lambda: Strain(2))


class Books:
    """Accounts of a load that has begun, unless it says otherwise, and what they have told."""

    def __init__(
        self, profile: Profile, *criteria: str, detail: bool = False, begun: bool = True
    ) -> None:
        self.notes = Notes()
        given = [parse(text) for text in criteria]
        self.accounts = LoadMonitor("l1", self.notes, given, detail=detail)
        self.pacer: Pacer = pacer(profile, BEGAN)
        self.number = 0
        if begun:
            self.accounts.began(BEGAN, self.pacer)

    def start(self, at: float) -> LoadRun:
        """Begin all that is due by then; return the last run."""
        run = None
        for due in self.pacer.due(BEGAN + at, 0):
            self.number += 1
            run = LoadRun(self.number, self.accounts.run_id(self.number), due, BEGAN + at)
            self.accounts.started(run)
        assert run is not None, "nothing is due"
        return run

    def end(
        self, run: LoadRun, at: float, verdict: VerdictName = "completed", why: RunReason = BUSY
    ) -> None:
        reason = why if verdict == "failed" else None
        over = FinishedRun(ActiveRun(run, verdict=verdict, reason=reason), {"alice": Path("a")})
        self.accounts.ended(over, BEGAN + at)

    def conclude(self, at: float, ended: Ended | None = None) -> LoadResult:
        return self.accounts.conclude(ended or Ended(), EVIDENCE, BEGAN + at)


def steady(rate: float, seconds: float, calls: int | None = None) -> Profile:
    return Profile(stages=(Stage(rate, rate, seconds),), duration=seconds, calls=calls)


def test_a_load_from_its_first_run_to_its_verdict() -> None:
    books = Books(steady(1, 3))
    for second in range(3):
        run = books.start(second)
        books.end(run, second + 0.5)
        books.accounts.tick(BEGAN + second + 1.01, 0, 2)
    result = books.conclude(3.2)

    assert books.notes.lines == [
        "workers ready -> running 1.0",
        "verdict -> completed",
        "the end",
    ]
    assert [one["second"] for one in books.notes.seconds] == [1, 2, 3]
    assert (result.verdict, result.runs) == ("completed", RunCounts(started=3, completed=3))
    assert (result.rate.asked, result.rate.achieved, result.workers) == (1.0, 1.0, 4)
    assert (result.duration_s, result.load, result.scenario) == (2.5, "l1", "call")


def test_what_it_knows_of_its_own_events() -> None:
    books = Books(steady(1, 3), begun=False)
    accounts = books.accounts
    assert (accounts.state, accounts.last_g, accounts.failure) == (None, 0, None)
    accounts.began(BEGAN, books.pacer)
    accounts.warn("no more slots than 4")
    books.notes.failure = ResourceError("the disk is full")

    assert (accounts.state, accounts.last_g) == ("running", 2)
    assert str(accounts.failure) == "the disk is full"
    assert books.notes.lines[-1] == "no room -> no more slots than 4"


# Failures.


def test_a_last_event_that_could_not_be_kept_fails_the_load() -> None:
    books = Books(steady(1, 1))
    books.end(books.start(0), 0.5)
    books.notes.failure = ResourceError("the disk is full")
    result = books.conclude(1)
    assert (result.verdict, result.exit_code) == ("failed", 3)
    assert result.reason == RunReason(message="the disk is full")


def test_all_failures_are_told_and_of_the_first_of_each_kind_everything() -> None:
    books = Books(steady(1, 9))
    for second, why in enumerate((BUSY, BUSY, DECLINED)):
        books.end(books.start(second), second + 0.1, "failed", why)

    assert books.notes.lines[1:] == [
        "l1-1 failed, an example",
        "all of l1-1",
        "l1-2 failed",
        "l1-3 failed, an example",
        "all of l1-3",
    ]
    result = books.conclude(3.0)
    assert (result.verdict, result.exit_code) == ("failed", 1)
    assert [(group.count, group.code) for group in result.failures] == [(2, 486), (1, 603)]
    assert books.notes.lines[-2] == "verdict -> failed Busy Here"


def test_with_details_everything_is_told_of_every_run() -> None:
    books = Books(steady(1, 9), detail=True)
    books.end(books.start(0), 0.1)
    books.end(books.start(1), 1.1, "stopped")

    assert books.notes.lines[1:] == ["all of l1-1", "all of l1-2"]
    assert books.accounts.counts == RunCounts(started=2, completed=1, stopped=1)


def test_criteria_judge_all_that_is_known_at_the_end() -> None:
    books = Books(steady(1, 9), "failed>1", "rate.achieved>0.5")
    books.end(books.start(0), 0.1, "failed")
    result = books.conclude(1.0)

    assert (result.verdict, len(result.broken)) == ("failed", 1)
    assert result.broken[0].startswith("rate.achieved>0.5: it was 1")
    assert [(one.text, one.held, one.said) for one in result.criteria] == [
        ("failed>1", True, "1"),
        ("rate.achieved>0.5", False, "1/s"),
    ]
    assert result.generator == Generator(cores=2)
    assert result.warnings == ()


# Each second.


def test_the_numbers_of_a_second_are_told_once_it_is_over() -> None:
    books = Books(steady(10, 9))
    books.start(0)
    books.accounts.tick(BEGAN + 0.99, 1, 2)
    assert books.notes.seconds == []
    assert books.accounts.next_second == BEGAN + 1.0
    books.accounts.tick(BEGAN + 1.0, 1, 2)
    books.accounts.tick(BEGAN + 1.5, 1, 2)
    books.accounts.tick(BEGAN + 4.7, 3, 2)
    books.accounts.tick(BEGAN + 5.0, 2, 2)

    told = [(one["second"], one["in_flight"], one["asked"]) for one in books.notes.seconds]
    assert told == [(1, 1, 10.0), (4, 3, 10.0), (5, 2, 10.0)]
    assert books.accounts.next_second == BEGAN + 6.0


def test_a_run_that_begins_late_after_the_last_rate_has_the_rate_of_its_due_moment() -> None:
    books = Books(steady(10, 1))
    books.start(0.85)
    books.accounts.tick(BEGAN + 1.0, 1, 2)
    books.start(1.2)
    books.accounts.tick(BEGAN + 2.0, 1, 2)

    seconds = [(one["runs"].started, one["asked"]) for one in books.notes.seconds]
    assert seconds == [(9, 10.0), (1, 10.0)]


def test_the_last_numbers_are_told_if_something_has_come_since() -> None:
    books = Books(steady(1, 1))
    run = books.start(0)
    books.accounts.tick(BEGAN + 1.0, 1, 2)
    books.end(run, 1.3)
    books.conclude(1.3)

    assert [one["total"].completed for one in books.notes.seconds] == [0, 1]
    assert [one["second"] for one in books.notes.seconds] == [1, 2]
    assert books.notes.seconds[-1]["in_flight"] == 0


def test_before_the_first_run_there_are_no_numbers() -> None:
    books = Books(steady(1, 1), begun=False)
    books.accounts.tick(BEGAN + 99, 0, 2)
    books.accounts.ending("2 of 4 slots were not ready in time", BEGAN)
    result = books.conclude(0.0, Ended(reason="2 of 4 slots were not ready in time", restarts=1))

    assert books.notes.seconds == []
    assert (result.verdict, result.exit_code, result.restarts) == ("failed", 3, 1)
    assert (result.rate.asked, result.rate.achieved, result.duration_s) == (None, 0.0, 0.0)
    assert books.notes.lines == [
        "2 of 4 slots were not ready in time -> ending",
        "verdict -> failed 2 of 4 slots were not ready in time",
        "the end",
    ]


# How many runs a second were started.


def test_a_run_that_takes_long_does_not_lower_the_rate() -> None:
    books = Books(steady(10, 2))
    for tenth in range(20):
        run = books.start(tenth / 10)
    books.end(run, 60.0)

    assert books.conclude(60.0).rate.achieved == 10.0


def test_runs_that_were_started_late_lower_it() -> None:
    books = Books(steady(10, 2))
    run = books.start(4.0)
    books.end(run, 4.5)

    assert books.conclude(4.5).rate.achieved == 5.0


def test_a_load_that_is_broken_off_has_started_runs_until_then() -> None:
    books = Books(steady(10, 20))
    books.start(0.95)
    books.accounts.ending("stop", BEGAN + 2.0)
    # A second reason to end changes nothing.
    books.accounts.ending("more than 3 workers died", BEGAN + 5.0)
    result = books.conclude(5.0, Ended(stopped=True))

    assert (result.verdict, result.rate.achieved) == ("stopped", 5.0)
    assert books.notes.lines[1:3] == ["stop -> ending", "more than 3 workers died -> ending"]


def test_a_stop_after_the_last_run_was_started_does_not_lower_the_rate() -> None:
    books = Books(steady(10, 2))
    for tenth in range(20):
        run = books.start(tenth / 10)
    books.accounts.ending("stop", BEGAN + 30.0)
    books.end(run, 30.1, "stopped")

    assert books.conclude(30.1, Ended(stopped=True)).rate.achieved == 10.0


def test_a_load_of_so_many_at_once_has_started_runs_until_the_last_one_s_end() -> None:
    books = Books(Profile(concurrency=1, calls=2))
    books.end(books.start(0), 1.0)
    books.end(books.start(1.0), 4.0)

    assert books.conclude(9.0).rate.achieved == 0.5


def test_a_pause_is_no_time_in_which_runs_could_be_started() -> None:
    books = Books(steady(10, 2))
    books.start(0.95)
    books.pacer.pause(BEGAN + 0.95)
    books.accounts.steered("pause", "paused", BEGAN + 0.95)
    books.accounts.steered("pause", "paused", BEGAN + 5.0)
    books.accounts.steered("rate", None, BEGAN + 6.0)
    books.pacer.resume(BEGAN + 10.95)
    books.accounts.steered("resume", "running", BEGAN + 10.95)
    books.accounts.steered("resume", "running", BEGAN + 11.0)
    books.end(books.start(12.0), 12.1)

    assert books.notes.lines[1:] == [
        "pause -> paused 0.0",
        "pause -> paused 0.0",
        "rate -> 0.0",
        "resume -> running 10.0",
        "resume -> running 10.0",
    ]
    assert books.conclude(12.1).rate.achieved == 10.0


@pytest.mark.parametrize("ends", [True, False])
def test_a_pause_that_nobody_ended_counts_until_the_end(ends: bool) -> None:
    books = Books(steady(10, 20))
    run = books.start(0.95)
    books.pacer.pause(BEGAN + 1.0)
    books.accounts.steered("pause", "paused", BEGAN + 1.0)
    if ends:
        books.accounts.ending("stop", BEGAN + 60.0)
    books.end(run, 60.0, "stopped")

    assert books.conclude(60.0, Ended(stopped=True)).rate.achieved == 10.0
