"""One run, from its workers to its verdict, with the resources that belong to it alone.

All inputs of the run go to ``lifecycle``, and the actions that it returns are carried out: events
are published here, the rest is done by the action executor. ``verdict`` judges the result.
"""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import assert_never

from sipflow import clock
from sipflow.coordinator.events.bus import EventBus
from sipflow.coordinator.events.node_states import NodeStates
from sipflow.coordinator.events.run_events import RunEvents
from sipflow.coordinator.job_queue import Job
from sipflow.coordinator.resources import SharedResources
from sipflow.coordinator.run import actions as act
from sipflow.coordinator.run.actions import Action
from sipflow.coordinator.run.executor import ActionExecutor
from sipflow.coordinator.run.lifecycle import RunState, Stage
from sipflow.coordinator.run.plan import make_plans
from sipflow.coordinator.run.verdict import Evidence, judge, obstructed
from sipflow.coordinator.runtime_directory import (
    append_trace,
    instance_log,
    journal,
    kept_log,
    record,
    requests_endpoint,
)
from sipflow.coordinator.workers.ports import is_free
from sipflow.protocol.control import ToCoordinator
from sipflow.protocol.events import AnyEvent, NodeStateName
from sipflow.protocol.launch import Ended
from sipflow.protocol.masking import mask_of
from sipflow.protocol.requests import (
    Accepted,
    Answer,
    AskStatus,
    ChangeRate,
    Denied,
    InstanceStatus,
    PauseRun,
    Request,
    ResumeRun,
    RunStateName,
    Status,
    StopRun,
)
from sipflow.protocol.subscriber import Subscriber
from sipflow.protocol.verdict import EventCount, Verdict

# How much of an exited worker's log is published: enough for an assertion or a traceback's end.
LAST_WORDS = 400
_TOO_LATE = Denied(detail="it is ending")


class Run:
    """A run of one scenario. Raises ``ResourceError`` if it cannot begin; then nothing was taken.

    ``began``: monotonic seconds. ``ports``: each instance's SIP port.
    """

    def __init__(
        self, resources: SharedResources, job: Job, run: str, subscribers: Sequence[Subscriber]
    ) -> None:
        self.began = clock.monotonic()
        self.id = run
        self.job = job
        self._resources = resources
        scenario = job.scenario
        with ExitStack() as undo:
            directory = resources.directory.open_run(run)
            undo.callback(resources.directory.close_run, run)
            kept = resources.logs_of(run)
            self._requests = resources.channels.open_requests(requests_endpoint(directory))
            undo.callback(resources.channels.close_requests, self._requests)
            workers = resources.pool.take(len(scenario.instances), run)
            for worker in workers:
                undo.callback(resources.pool.give_back, worker)
            events = resources.records.open(run, record(directory))
            undo.pop_all()
        plans = make_plans(scenario, run, [worker.ports for worker in workers])
        self.ports = {plan.instance: plan.port for plan in plans}
        self._not_ended = set(self.ports)  # instances whose worker has not exited
        journals = {plan.instance: journal(directory, n) for n, plan in enumerate(plans, 1)}
        self._executor = ActionExecutor(
            zip(plans, workers, strict=True),
            journals,
            {
                name: kept_log(kept, name, n) if kept is not None else instance_log(directory, n)
                for n, name in enumerate(journals, 1)
            },
            resources.pool,
            (resources.channels.control, resources.channels.launch),
        )
        self._mask = mask_of(scenario.secrets)
        self._flow = EventBus(
            resources.channels.event_publisher,
            events,
            NodeStates(scenario),
            journals,
            subscribers,
            self._mask,
        )
        self._collected = 0
        self._traces: dict[str, str] = {}  # of the error that ended a worker
        self._run_events = RunEvents(run, scenario.name)
        self.state = RunState(
            ((plan.instance, f"{plan.host}:{plan.port}") for plan in plans),
            self.began,
            greeted=[
                plan.instance for plan, worker in zip(plans, workers, strict=True) if worker.greeted
            ],
            registering=[plan.instance for plan in plans if plan.registers_first],
            not_before=resources.not_before,
        )

    def begin(self) -> None:
        """Assign instances to the workers that are running already."""
        self._do(self.state.begin(clock.monotonic()))

    # Inputs of the run.

    def take_in(self, event: AnyEvent) -> None:
        """Handle an event of one of its workers."""
        self._flow.take_in(event)

    def said(self, worker: str, message: ToCoordinator) -> None:
        """Handle a message of one of its workers."""
        instance = self._executor.instance_of(worker)
        self._do(self.state.said(instance, message, clock.monotonic()))

    def worker_ended(self, ended: Ended) -> None:
        """Handle the exit of one of its workers."""
        instance = self._executor.instance_of(ended.worker)
        self._traces[instance] = ended.trace
        self._not_ended.discard(instance)
        # All events in its journal happened before its exit.
        self._flow.recover(instance)
        node = self._flow.nodes.running(instance)
        now = clock.monotonic()
        self._do(self.state.worker_ended(instance, ended.exit_code, node, now, ended.cause))

    def worker_silent(self, worker: str) -> None:
        """Handle a hung worker."""
        instance = self._executor.instance_of(worker)
        self._do(self.state.worker_silent(instance, clock.monotonic()))

    def fork_server_lost(self) -> None:
        """Handle the exit of the fork server, which ends all workers."""
        for instance in self.ports:
            self._flow.recover(instance)
        self._do(self.state.fork_server_lost(clock.monotonic()))

    def stop(self, *, at_once: bool = False) -> None:
        """Stop the run; ``at_once``: without waiting for the workers."""
        self._do(self.state.stop_asked(clock.monotonic(), at_once=at_once))

    def warn(self, message: str) -> None:
        """Publish a warning."""
        self._flow.add(self._run_events.warning(clock.wall(), "invalid message", message))

    def handle_control(self) -> None:
        """Answer the requests at the run's own control socket."""
        for client, request in self._requests.receive():
            self._requests.answer(client, self.grant(request))

    def grant(self, request: Request) -> Answer:
        """Carry out a request, and return the answer."""
        if request.run not in (None, self.id):
            return Denied(detail=f"this is run {self.id}, not {request.run}")
        match request:
            case StopRun():
                self.stop()
                return Accepted()
            case PauseRun():
                return self._accept(self.state.pause_asked(clock.monotonic()))
            case ResumeRun():
                return self._accept(self.state.resume_asked(clock.monotonic()))
            case AskStatus():
                return self._status()
            case ChangeRate():
                return Denied(detail="this is a single run, not a load")

    def turn(self) -> None:
        """Advance the run as far as its inputs and the time allow."""
        self._collect()
        if self._flow.failure is not None:
            failure, self._flow.failure = self._flow.failure, None
            self._do(self.state.obstructed(str(failure), clock.monotonic()))
        self._do(self.state.tick(clock.monotonic()))

    @property
    def strays(self) -> int:
        """How many messages at the run's own control socket were no valid request."""
        return self._requests.strays

    # Its end.

    def conclude(self, malformed: int) -> Verdict:
        """Judge the ended run and publish its end; ``malformed``: invalid messages elsewhere."""
        # Its last limits may have passed before an end, or a last event, came in.
        for instance in self._missing() | (self._not_ended - self.state.last_seqs.keys()):
            self._flow.recover(instance)
        left = {name: port for name, port in self.ports.items() if name not in self._executor.kept}
        holes = self._flow.holes(self.state.last_seqs)
        evidence = Evidence(
            run=self.id,
            file=self.job.file,
            scenario=self.job.scenario.name,
            duration_s=clock.monotonic() - self.began,
            ports=self.ports,
            pids=self._executor.pids,
            nodes={name: self._flow.nodes.of(name) for name in self.ports},
            # Once: the kernel closes a process's sockets before it reports its exit.
            busy_ports=tuple(port for port in left.values() if not is_free(port)),
            holes=tuple(map(str, holes)),
            events=EventCount(
                received=self._flow.received,
                lost=sum(hole.size for hole in holes),
                recovered=self._flow.recovered,
                malformed=malformed + self.strays,
            ),
        )
        verdict = judge(self.state, evidence)
        if self._mask is not None:
            verdict = self._mask.of(verdict)
        now, cleanup = clock.wall(), verdict.cleanup
        self._flow.add(
            self._run_events.clean_up_finished(now, cleanup.calls_released, cleanup.calls_left)
        )
        self._flow.add(
            self._run_events.scenario_state(now, "verdict", verdict.verdict, verdict.reason)
        )
        self._flow.finish()
        failure = self._flow.failure
        return verdict if failure is None else obstructed(verdict, str(failure))

    def close(self) -> None:
        """Close the resources of the run."""
        self._resources.channels.close_requests(self._requests)
        self._resources.directory.close_run(self.id)
        self._resources.pool.settle(self.id)

    def _accept(self, actions: list[Action] | None) -> Answer:
        if actions is None:
            return _TOO_LATE
        self._do(actions)
        return Accepted()

    def _status(self) -> Status:
        pids, nodes = self._executor.pids, self._flow.nodes
        return Status(
            run=self.id,
            scenario=self.job.scenario.name,
            pid=os.getpid(),
            events=self._resources.events,
            state=self._state_name(),
            last_g=self._flow.last_g,
            elapsed_s=round(clock.monotonic() - self.began, 3),
            instances={
                instance: _instance_status(port, pids.get(instance), nodes.current(instance))
                for instance, port in self.ports.items()
            },
            file=self.job.file,
            command=self._resources.directory.path.name,
        )

    def _state_name(self) -> RunStateName:
        if self.state.stage > Stage.RUNNING:
            return "ending"
        if self.state.stage < Stage.RUNNING:
            return "starting"
        return "paused" if self.state.pause.is_announced else "running"

    def _collect(self) -> None:
        """Collect all reported events; those that were not received are read from the journals."""
        if self.state.stage is not Stage.COLLECTING:
            return
        missing = self._missing()
        if missing and self._flow.received > self._collected:
            self._collected = self._flow.received
            self._do(self.state.events_coming(clock.monotonic()))
            return
        if missing and clock.monotonic() < self.state.deadline:
            return
        for instance in missing:
            self._flow.recover(instance)
        self._do(self.state.events_collected(clock.monotonic()))

    def _missing(self) -> set[str]:
        return {hole.instance for hole in self._flow.holes(self.state.last_seqs)}

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            self._do_one(action)

    def _do_one(self, action: Action) -> None:
        match action:
            case act.AnnounceRunning() | act.AnnounceResumed():
                cause = "go" if isinstance(action, act.AnnounceRunning) else "resume"
                self._flow.add(self._run_events.scenario_state(clock.wall(), cause, "running"))
            case act.AnnouncePaused():
                self._announce_pause()
            case act.AnnounceCleanUp(cause=cause):
                self._flow.add(self._run_events.clean_up_started(clock.wall(), cause))
            case act.AttributeExit(instance=instance, how=how):
                self._charge(instance, how)
            case act.Conclude():
                pass  # the event loop notices that the run has ended
            case (
                act.Assign()
                | act.Register()
                | act.Go()
                | act.Pause()
                | act.Resume()
                | act.Halt()
                | act.CleanUp()
                | act.Flush()
                | act.Quit()
                | act.HandBack()
                | act.SignalWorker()
            ):
                self._executor.do(action)
            case _:
                assert_never(action)

    def _announce_pause(self) -> None:
        for instance, last_seq in self.state.pause.last_seqs.items():
            if self._flow.last_seq(instance) < last_seq:
                self._flow.recover(instance)
        self._flow.add(self._run_events.scenario_state(clock.wall(), "pause", "paused"))

    def _charge(self, instance: str, how: str) -> None:
        node = self._flow.nodes.running(instance)
        who = (instance, self._flow.last_seq(instance))
        log = self._executor.logs[instance]
        trace = self._traces.get(instance, "")
        text = trace.strip() or _read(log)
        if self._mask is not None:
            text = self._mask.text(text)
        words = " | ".join(text[-LAST_WORDS:].split("\n")).strip(" |")
        append_trace(log, trace)
        for event in self._run_events.death(clock.wall(), who, how, node, words):
            self._flow.add(event)


def _instance_status(
    port: int, pid: int | None, current: tuple[str, NodeStateName] | None
) -> InstanceStatus:
    node, state = current if current is not None else (None, None)
    return InstanceStatus(port=port, pid=pid, node=node, state=state)


def _read(log: Path) -> str:
    try:
        return log.read_text(errors="replace")
    except OSError:
        return ""
