"""The loop that serves the runs of one command, until every one of them has ended.

What comes in is brought to the run that it is for. Events are taken in before anything else in each
turn, so that what a worker published before it spoke, or died, is known by then.
"""

from collections.abc import Sequence

from sipflow import clock
from sipflow.coordinator.agenda import Agenda, Job
from sipflow.coordinator.liveness import Liveness
from sipflow.coordinator.outlet import TOO_MANY_TOPICS
from sipflow.coordinator.pool import Worker
from sipflow.coordinator.premises import Premises
from sipflow.coordinator.requests import Requests
from sipflow.coordinator.run import Run
from sipflow.coordinator.run_directory import new_id
from sipflow.coordinator.run_state import Stage
from sipflow.coordinator.subscribers import Audience, Subscriber
from sipflow.errors import ResourceError
from sipflow.protocol.control import Hello
from sipflow.protocol.events import AnyEvent, RunReason
from sipflow.protocol.launch import Ended, FromNursery, Launched
from sipflow.protocol.requests import Accepted, Answer, Denied, Request, StopRun
from sipflow.protocol.verdict import COMPLETED, INFRASTRUCTURE, STOPPED, NotStarted

# How often a view is told the time, in seconds: the longest sleep.
TICK = 0.08
# A dead worker's last messages are in our socket by then; a bound for those who still publish.
MOST_DRAINS = 100
FAIL_FAST = "not reached: another scenario did not complete, and --fail-fast was given"


class Service:
    """Serves the runs of an agenda; ``view`` sees them all, ``log`` gets all events.

    ``command``: where the command is asked as a whole, if it has many runs.
    """

    def __init__(
        self,
        premises: Premises,
        agenda: Agenda,
        view: Audience,
        log: Sequence[Subscriber],
        command: Requests | None = None,
    ) -> None:
        self._premises = premises
        self._command = command
        self._channels = premises.channels
        self._agenda = agenda
        self._view = view
        self._subscribers = [*log, view]
        self._runs: dict[str, Run] = {}
        self._liveness = Liveness()
        self._signals_heeded = 0
        self._noted: set[str] = set()

    def serve(self) -> None:
        """Serve until everything on the agenda has ended."""
        self._begin_due()
        while self._runs:
            self._channels.wait(self._patience())
            self._turn()
            self._begin_due()

    def _begin_due(self) -> None:
        while (job := self._agenda.due()) is not None:
            try:
                run = Run(self._premises, job, new_id(), self._subscribers)
            except ResourceError as error:
                self._not_started([job], str(error), INFRASTRUCTURE)
                self._not_started(self._agenda.ended(INFRASTRUCTURE), FAIL_FAST)
                continue
            self._runs[run.id] = run
            self._view.run_started(job.index, run.id, job.scenario, run.ports)
            run.begin()
        self._premises.records.more = self._agenda.more
        if not self._agenda.more:
            self._premises.pool.dismiss_idle()

    def _patience(self) -> float:
        now = clock.monotonic()
        nearest = min(run.state.next_look(now) for run in self._runs.values())
        return max(0.0, min(TICK, nearest - now))

    def _turn(self) -> None:
        self._take_in_events()
        self._hear_workers()
        self._hear_nursery()
        self._hear_user()
        self._channels.outlet.serve(self._premises.records)
        self._look_for_strays()
        self._look_for_silent()
        for run in list(self._runs.values()):
            run.state.keep = self._agenda.more
            run.turn()
            if run.state.stage is Stage.ENDED:
                self._conclude(run)
        self._view.tick(clock.wall())

    def _take_in_events(self) -> bool:
        """Take in what has come; tell whether there may be more."""
        events = self._channels.inlet.receive()
        # What came together is told in the order in which it happened: each worker's own events
        # keep theirs, because its clock never goes back.
        for event in sorted(events, key=_when):
            run = self._runs.get(event.run)
            if run is not None:
                run.take_in(event)
        return bool(events)

    def _hear_workers(self) -> None:
        for name, message in self._channels.control.receive():
            worker = self._premises.pool.get(name)
            if worker is None:
                continue
            self._liveness.heard(name, clock.monotonic())
            if isinstance(message, Hello):
                worker.greeted = True
            run = self._run_of(worker)
            if run is not None:
                run.said(name, message)

    def _hear_nursery(self) -> None:
        for told in self._channels.launch.receive():
            worker = self._premises.pool.get(told.worker)
            if worker is not None:
                self._take_told(worker, told)
        if self._channels.launch.lost:
            for run in self._runs.values():
                run.nursery_lost()
            why = "the process that the workers come from has died"
            self._not_started(self._agenda.halt(), why, INFRASTRUCTURE)

    def _take_told(self, worker: Worker, told: FromNursery) -> None:
        match told:
            case Launched(pid=pid):
                worker.pid = pid
            case Ended():
                self._liveness.forget(worker.name)
                self._premises.pool.bury(worker)
                run = self._run_of(worker)
                if run is not None:
                    # What has arrived counts as arrived, and not as recovered.
                    for _ in range(MOST_DRAINS):
                        if not self._take_in_events():
                            break
                    run.worker_ended(told)

    def _hear_user(self) -> None:
        self._channels.signals.drain()
        while self._signals_heeded < self._channels.signals.count:
            self._signals_heeded += 1
            self._stop(at_once=self._signals_heeded > 1)
        for run in self._runs.values():
            run.hear_user()
        for asked in (self._premises.remote, self._command):
            if asked is not None:
                for client, request in asked.receive():
                    asked.answer(client, self._grant(request))

    def _stop(self, *, at_once: bool) -> None:
        """Stop all runs of the command, those that have not begun as well."""
        self._not_started(self._agenda.halt(), "stopped", STOPPED)
        for run in self._runs.values():
            run.stop(at_once=at_once)

    def _grant(self, request: Request) -> Answer:
        """Answer a request that may be about any of the runs, or about all."""
        if request.run is None and isinstance(request, StopRun):
            self._stop(at_once=False)
            return Accepted()
        if request.run is None and len(self._runs) == 1:
            return next(iter(self._runs.values())).grant(request)
        run = self._runs.get(request.run or "")
        if run is not None:
            return run.grant(request)
        alive = ", ".join(f"{run.id} ({run.job.file})" for run in self._runs.values())
        return Denied(detail=f"name one of the living runs: {alive}")

    def _look_for_strays(self) -> None:
        """Log the first message of each socket that was none; the rest is only counted."""
        for name, strays in self._strays().items():
            if strays and name not in self._noted:
                self._noted.add(name)
                for run in self._runs.values():
                    run.warn(f"a message to the {name} was none of ours; it is ignored, as others")
        if self._channels.outlet.exceeded and TOO_MANY_TOPICS not in self._noted:
            self._noted.add(TOO_MANY_TOPICS)
            for run in self._runs.values():
                run.warn(TOO_MANY_TOPICS)

    def _strays(self) -> dict[str, int]:
        channels, remote = self._channels, self._premises.remote
        return {
            "inlet of events": channels.inlet.strays,
            "outlet of events": channels.outlet.strays,
            "control socket": channels.control.strays,
            "request socket": sum(run.strays for run in self._runs.values()),
            "control endpoint": remote.strays if remote is not None else 0,
            "command's socket": self._command.strays if self._command is not None else 0,
        }

    def _look_for_silent(self) -> None:
        for name in self._liveness.silent(clock.monotonic()):
            worker = self._premises.pool.get(name)
            run = self._run_of(worker) if worker is not None else None
            if run is not None:
                run.worker_silent(name)
            elif worker is not None:
                self._premises.pool.kill(worker)

    def _run_of(self, worker: Worker) -> Run | None:
        return self._runs.get(worker.run) if worker.run is not None else None

    def _conclude(self, run: Run) -> None:
        del self._runs[run.id]
        if not self._runs and not self._agenda.more:
            self._channels.launch.close()
        strays = self._strays()
        verdict = run.conclude(sum(strays.values()) - strays["request socket"])
        run.close()
        self._view.run_ended(run.job.index, verdict)
        self._not_started(self._agenda.ended(verdict.exit_code), FAIL_FAST)

    def _not_started(self, jobs: list[Job], why: str, exit_code: int = COMPLETED) -> None:
        """Tell of jobs that never began; those that were only skipped are nobody's failure."""
        for job in jobs:
            entry = NotStarted(file=job.file, reason=RunReason(message=why), exit_code=exit_code)
            self._view.not_started(job.index, entry)


def _when(event: AnyEvent) -> float:
    return event.ts
