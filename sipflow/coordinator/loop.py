"""The event loop of the coordinator: serves the runs of one command until all have ended.

It passes received messages to the run concerned. In each turn events are handled first, so that
events that a worker published before a message, or before its exit, are known by then.
"""

from collections.abc import Sequence

from sipflow import clock
from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.events.publisher import TOO_MANY_TOPICS
from sipflow.coordinator.job_queue import Job, JobQueue
from sipflow.coordinator.resources import SharedResources
from sipflow.coordinator.run.lifecycle import Stage
from sipflow.coordinator.run.run import Run
from sipflow.coordinator.runtime_directory import new_id
from sipflow.coordinator.workers.heartbeat import HeartbeatMonitor
from sipflow.coordinator.workers.pool import Worker
from sipflow.errors import ResourceError
from sipflow.protocol.control import Hello
from sipflow.protocol.events import AnyEvent, RunReason
from sipflow.protocol.launch import Ended, FromForkServer, Launched
from sipflow.protocol.requests import Accepted, Answer, Denied, Request, StopRun
from sipflow.protocol.subscriber import Audience, Subscriber
from sipflow.protocol.verdict import COMPLETED, INFRASTRUCTURE, STOPPED, NotStarted

# How often the view's ``tick`` is called, in seconds: the longest sleep.
TICK = 0.08
# An exited worker's last messages are in our socket by then; other workers may still publish, so
# the number of reads is limited.
MOST_DRAINS = 100
FAIL_FAST = "not reached: another scenario did not complete, and --fail-fast was given"


class RunLoop:
    """Serves the runs of a job queue; ``view`` sees them all, ``log`` gets all events.

    ``command``: the control socket of the whole command, if it has many runs.
    """

    def __init__(
        self,
        resources: SharedResources,
        job_queue: JobQueue,
        view: Audience,
        log: Sequence[Subscriber],
        command: Requests | None = None,
    ) -> None:
        self._resources = resources
        self._command = command
        self._channels = resources.channels
        self._job_queue = job_queue
        self._view = view
        self._subscribers = [*log, view]
        self._runs: dict[str, Run] = {}
        self._heartbeats = HeartbeatMonitor()
        self._signals_handled = 0
        self._noted: set[str] = set()

    def serve(self) -> None:
        """Serve until all jobs of the queue have ended."""
        self._begin_due()
        while self._runs:
            self._channels.wait(self._patience())
            self._turn()
            self._begin_due()

    def _begin_due(self) -> None:
        while (job := self._job_queue.due()) is not None:
            try:
                run = Run(self._resources, job, new_id(), self._subscribers)
            except ResourceError as error:
                self._not_started([job], str(error), INFRASTRUCTURE)
                self._not_started(self._job_queue.ended(INFRASTRUCTURE), FAIL_FAST)
                continue
            self._runs[run.id] = run
            self._view.run_started(job.index, run.id, job.scenario, run.ports)
            run.begin()
        self._resources.records.more = self._job_queue.more
        if not self._job_queue.more:
            self._resources.pool.dismiss_idle()

    def _patience(self) -> float:
        now = clock.monotonic()
        nearest = min(run.state.next_look(now) for run in self._runs.values())
        return max(0.0, min(TICK, nearest - now))

    def _turn(self) -> None:
        self._take_in_events()
        self._receive_from_workers()
        self._receive_from_fork_server()
        self._handle_control()
        self._channels.event_publisher.serve(self._resources.records)
        self._warn_of_invalid_messages()
        self._look_for_silent()
        for run in list(self._runs.values()):
            run.state.keep = self._job_queue.more
            run.turn()
            if run.state.stage is Stage.ENDED:
                self._conclude(run)
        self._view.tick(clock.wall())

    def _take_in_events(self) -> bool:
        """Handle received events; return whether there may be more."""
        events = self._channels.receiver.receive()
        # Events received together are published in the order of their time. The events of one
        # worker keep their order, because its clock never goes back.
        for event in sorted(events, key=_when):
            run = self._runs.get(event.run)
            if run is not None:
                run.take_in(event)
        return bool(events)

    def _receive_from_workers(self) -> None:
        for name, message in self._channels.control.receive():
            worker = self._resources.pool.get(name)
            if worker is None:
                continue
            self._heartbeats.record(name, clock.monotonic())
            if isinstance(message, Hello):
                worker.greeted = True
            run = self._run_of(worker)
            if run is not None:
                run.said(name, message)

    def _receive_from_fork_server(self) -> None:
        for report in self._channels.launch.receive():
            worker = self._resources.pool.get(report.worker)
            if worker is not None:
                self._on_report(worker, report)
        if self._channels.launch.lost:
            for run in self._runs.values():
                run.fork_server_lost()
            why = "the fork server of the workers has died"
            self._not_started(self._job_queue.halt(), why, INFRASTRUCTURE)

    def _on_report(self, worker: Worker, report: FromForkServer) -> None:
        match report:
            case Launched(pid=pid):
                worker.pid = pid
            case Ended():
                self._heartbeats.forget(worker.name)
                self._resources.pool.remove(worker)
                run = self._run_of(worker)
                if run is not None:
                    # Received events must count as received, not as recovered.
                    for _ in range(MOST_DRAINS):
                        if not self._take_in_events():
                            break
                    run.worker_ended(report)

    def _handle_control(self) -> None:
        self._channels.signals.drain()
        while self._signals_handled < self._channels.signals.count:
            self._signals_handled += 1
            self._stop(at_once=self._signals_handled > 1)
        for run in self._runs.values():
            run.handle_control()
        for asked in (self._resources.remote, self._command):
            if asked is not None:
                for client, request in asked.receive():
                    asked.answer(client, self._grant(request))

    def _stop(self, *, at_once: bool) -> None:
        """Stop all runs of the command, those that have not begun as well."""
        self._not_started(self._job_queue.halt(), "stopped", STOPPED)
        for run in self._runs.values():
            run.stop(at_once=at_once)

    def _grant(self, request: Request) -> Answer:
        """Answer a request about one run or about all."""
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

    def _warn_of_invalid_messages(self) -> None:
        """Warn of the first invalid message at each socket; further ones are only counted."""
        for name, strays in self._strays().items():
            if strays and name not in self._noted:
                self._noted.add(name)
                for run in self._runs.values():
                    run.warn(f"an invalid message to the {name} is ignored, as are further ones")
        if self._channels.event_publisher.exceeded and TOO_MANY_TOPICS not in self._noted:
            self._noted.add(TOO_MANY_TOPICS)
            for run in self._runs.values():
                run.warn(TOO_MANY_TOPICS)

    def _strays(self) -> dict[str, int]:
        channels, remote = self._channels, self._resources.remote
        return {
            "event input": channels.receiver.strays,
            "event output": channels.event_publisher.strays,
            "control socket": channels.control.strays,
            "request socket": sum(run.strays for run in self._runs.values()),
            "control endpoint": remote.strays if remote is not None else 0,
            "command's socket": self._command.strays if self._command is not None else 0,
        }

    def _look_for_silent(self) -> None:
        for name in self._heartbeats.silent(clock.monotonic()):
            worker = self._resources.pool.get(name)
            run = self._run_of(worker) if worker is not None else None
            if run is not None:
                run.worker_silent(name)
            elif worker is not None:
                self._resources.pool.kill(worker)

    def _run_of(self, worker: Worker) -> Run | None:
        return self._runs.get(worker.run) if worker.run is not None else None

    def _conclude(self, run: Run) -> None:
        del self._runs[run.id]
        if not self._runs and not self._job_queue.more:
            self._channels.launch.close()
        strays = self._strays()
        verdict = run.conclude(sum(strays.values()) - strays["request socket"])
        run.close()
        self._view.run_ended(run.job.index, verdict)
        self._not_started(self._job_queue.ended(verdict.exit_code), FAIL_FAST)

    def _not_started(self, jobs: list[Job], why: str, exit_code: int = COMPLETED) -> None:
        """Report jobs that never began; skipped jobs do not count as failed."""
        for job in jobs:
            entry = NotStarted(file=job.file, reason=RunReason(message=why), exit_code=exit_code)
            self._view.not_started(job.index, entry)


def _when(event: AnyEvent) -> float:
    return event.ts
