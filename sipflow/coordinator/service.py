"""The loop that serves a run until every worker of it is gone.

Everything that comes in is brought to ``run_state``, and what that answers is done: events are
told, the rest is the supervisor's. Events are taken in before anything else in each turn, so that
what a worker published before it spoke, or died, is known by then.
"""

from pathlib import Path
from typing import assert_never

from sipflow import clock
from sipflow.coordinator import run_actions as act
from sipflow.coordinator.announcer import Announcer
from sipflow.coordinator.channels import Channels
from sipflow.coordinator.event_flow import EventFlow
from sipflow.coordinator.run_actions import Action
from sipflow.coordinator.run_state import FOREVER, RunState, Stage
from sipflow.coordinator.supervisor import Supervisor
from sipflow.protocol.launch import Ended, FromNursery, Launched
from sipflow.protocol.requests import Accepted, Answer, AskStatus, Request, Status, StopRun

# How often a view that wants the time is told it, in seconds.
TICK = 0.08
# The longest sleep: the bound on everything that no descriptor announces.
IDLE = 1.0
# How much of a dead worker's log is told: enough for an assertion's line or a traceback's end.
LAST_WORDS = 400


class Service:
    """Serves one run. ``status`` is what a status request is answered with, but for the state."""

    def __init__(
        self,
        state: RunState,
        channels: Channels,
        flow: EventFlow,
        supervisor: Supervisor,
        announcer: Announcer,
        status: Status,
    ) -> None:
        self._state = state
        self._channels = channels
        self._flow = flow
        self._supervisor = supervisor
        self._announcer = announcer
        self._status = status
        self._signals_heeded = 0
        self.pids: dict[str, int] = {}

    def serve(self) -> None:
        """Serve until the run has ended."""
        while self._state.stage is not Stage.ENDED:
            self._channels.wait(self._patience())
            self._turn()

    def _turn(self) -> None:
        self._flow.receive()
        self._hear_workers()
        self._hear_nursery()
        self._hear_user()
        self._collect()
        if self._flow.failure is not None:
            failure, self._flow.failure = self._flow.failure, None
            self._do(self._state.obstructed(str(failure), clock.monotonic()))
        self._do(self._state.tick(clock.monotonic()))
        if self._flow.ticking:
            self._flow.tick(clock.wall())

    def _patience(self) -> float:
        longest = TICK if self._flow.ticking else IDLE
        if self._state.deadline == FOREVER:
            return longest
        return max(0.0, min(longest, self._state.deadline - clock.monotonic()))

    def _hear_workers(self) -> None:
        for worker, message in self._channels.control.receive():
            instance = self._supervisor.instance_of(worker)
            if instance is not None:
                self._do(self._state.said(instance, message, clock.monotonic()))

    def _hear_nursery(self) -> None:
        for told in self._channels.launch.receive():
            self._take_told(told)
        if self._channels.launch.lost:
            self._do(self._state.nursery_lost(clock.monotonic()))

    def _take_told(self, told: FromNursery) -> None:
        instance = self._supervisor.instance_of(told.worker)
        if instance is None:
            return
        match told:
            case Launched(pid=pid):
                self.pids[instance] = pid
            case Ended(exit_code=exit_code):
                # Everything that it wrote down before it died happened before its death.
                self._flow.recover(instance, self._supervisor.journal_of(instance))
                node = self._flow.nodes.running(instance)
                now = clock.monotonic()
                self._do(self._state.worker_ended(instance, exit_code, node, now))

    def _hear_user(self) -> None:
        self._channels.signals.drain()
        while self._signals_heeded < self._channels.signals.count:
            self._signals_heeded += 1
            at_once = self._signals_heeded > 1
            self._do(self._state.stop_asked(clock.monotonic(), at_once=at_once))
        for client, request in self._channels.requests.receive():
            self._channels.requests.answer(client, self._grant(request))

    def _grant(self, request: Request) -> Answer:
        match request:
            case StopRun():
                self._do(self._state.stop_asked(clock.monotonic()))
                return Accepted()
            case AskStatus():
                status = self._status
                return Status(
                    run=status.run,
                    scenario=status.scenario,
                    pid=status.pid,
                    events=status.events,
                    state=self._announcer.state or "starting",
                )

    def _collect(self) -> None:
        if self._state.stage is not Stage.COLLECTING:
            return
        for instance, last_seq in self._state.last_seqs.items():
            if self._flow.last_seq(instance) < last_seq:
                self._flow.recover(instance, self._supervisor.journal_of(instance))
        self._do(self._state.events_collected(clock.monotonic()))

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            self._do_one(action)

    def _do_one(self, action: Action) -> None:
        match action:
            case act.AnnounceRunning():
                self._flow.add(self._announcer.scenario_state(clock.wall(), "go", "running"))
            case act.AnnounceCleanUp(cause=cause):
                self._flow.add(self._announcer.clean_up_started(clock.wall(), cause))
            case act.ChargeDeath(instance=instance, how=how):
                self._charge(instance, how)
            case act.Conclude():
                pass  # the loop ends by itself
            case (
                act.Assign()
                | act.Go()
                | act.Halt()
                | act.CleanUp()
                | act.Dismiss()
                | act.Quit()
                | act.SignalWorker()
            ):
                self._supervisor.do(action)
            case _:
                assert_never(action)

    def _charge(self, instance: str, how: str) -> None:
        node = self._flow.nodes.running(instance)
        who = (instance, self._flow.last_seq(instance))
        words = _tail(self._supervisor.log_of(instance))
        for event in self._announcer.death(clock.wall(), who, how, node, words):
            self._flow.add(event)


def _tail(log: Path) -> str:
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return ""
    return " | ".join(text[-LAST_WORDS:].split("\n")).strip(" |")
