"""The simulations of one command, one after another, shown in the same views as real runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sipflow import clock
from sipflow.coordinator.job_queue import Job, JobQueue
from sipflow.coordinator.options import StartOptions
from sipflow.coordinator.run.verdict import obstructed
from sipflow.coordinator.runtime_directory import new_id
from sipflow.errors import SipflowError
from sipflow.media.wav import read_wav
from sipflow.protocol.events import AnyEvent, RunReason
from sipflow.protocol.subscriber import BatchView, Subscriber
from sipflow.protocol.verdict import COMPLETED, NotStarted, Verdict
from sipflow.scenario.model.actions import PlayAudio
from sipflow.scenario.model.graph import Scenario
from sipflow.simulation.run import Settings, SimulatedRun

NO_ENDPOINT = "none: simulated"
FAIL_FAST = "not reached: another scenario did not complete, and --fail-fast was given"


def simulate_batch(
    jobs: Sequence[Job], options: StartOptions, view: BatchView, log: Sequence[Subscriber]
) -> None:
    """Play scenarios in virtual time, show each in the view; ``log`` gets all events too."""
    view.begin(NO_ENDPOINT)
    job_queue = JobQueue(jobs, fail_fast=options.fail_fast)
    while (job := job_queue.due()) is not None:
        feed = _Feed([*log, view])
        run = SimulatedRun(job, settings(job.scenario, options.base_port), feed.report)
        view.run_started(job.index, run.id, job.scenario, run.ports)
        verdict = run.play()
        if feed.failure is not None:
            verdict = obstructed(verdict, str(feed.failure))
        view.run_ended(job.index, verdict)
        for skipped in job_queue.ended(verdict.exit_code):
            reason = RunReason(message=FAIL_FAST)
            entry = NotStarted(file=skipped.file, reason=reason, exit_code=COMPLETED)
            view.not_started(skipped.index, entry)
    view.conclude()


def simulate(job: Job, base_port: int) -> Verdict:
    """Play one scenario in virtual time without showing it, and return its verdict."""
    return SimulatedRun(job, settings(job.scenario, base_port), _ignore).play()


def settings(scenario: Scenario, base_port: int) -> Settings:
    """Return what the simulation of a scenario is given from outside: id, time, files."""
    return Settings(
        run=new_id(), began=clock.wall(), base_port=base_port, lengths=dict(_lengths(scenario))
    )


def _ignore(event: AnyEvent) -> None:
    """Do nothing with an event."""


class _Feed:
    """Passes events on; a subscriber that fails gets no more, and its failure is kept."""

    def __init__(self, subscribers: Sequence[Subscriber]) -> None:
        self._subscribers = list(subscribers)
        self.failure: SipflowError | None = None

    def report(self, event: AnyEvent) -> None:
        """Pass an event on."""
        for subscriber in list(self._subscribers):
            try:
                subscriber.handle(event)
            except SipflowError as error:
                self._subscribers.remove(subscriber)
                self.failure = self.failure or error


def _lengths(scenario: Scenario) -> Iterator[tuple[str, float]]:
    """Return how long each audio file plays that a step names and that can be read."""
    for instance in scenario.instances:
        for node in instance.nodes:
            if not isinstance(node.action, PlayAudio):
                continue
            try:
                with Path(node.action.file).open("rb") as file:
                    wav = read_wav(file)
            except OSError:
                continue  # it is known only as the run goes on, or has gone since it was checked
            if not isinstance(wav, str):
                yield node.action.file, wav.seconds
