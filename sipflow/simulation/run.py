"""One run of a scenario in virtual time: the life of a real run, without its processes. Pure.

The state machine of a run (``coordinator/run/lifecycle``) decides what is done, as it does for real
runs; sessions (``worker/session``) play the instances, and user agents in memory connect them. A
message arrives at the moment at which it is sent. Time stands still until nothing is under way, and
then jumps to the next time limit or end of audio.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import assert_never

import msgspec
from msgspec import Struct

from sipflow.coordinator.events.node_states import NodeStates
from sipflow.coordinator.events.run_events import RunEvents
from sipflow.coordinator.events.sequence import SequenceTracker
from sipflow.coordinator.job_queue import Job
from sipflow.coordinator.run import actions as act
from sipflow.coordinator.run.actions import Action
from sipflow.coordinator.run.lifecycle import RunState, Stage
from sipflow.coordinator.run.plan import make_plans
from sipflow.coordinator.run.verdict import Evidence, judge
from sipflow.protocol.control import CleanUp, Message, Ready
from sipflow.protocol.events import ActionLog, AnyEvent, Event, MediaReport
from sipflow.protocol.masking import mask_of
from sipflow.protocol.plan import InstancePlan, MediaPorts, Ports
from sipflow.protocol.verdict import EventCount, Verdict
from sipflow.scenario.model.account import registrar_uri
from sipflow.simulation import limits
from sipflow.simulation.delays import Delays
from sipflow.sip.uri import address
from sipflow.worker.session.session import Output, Session
from sipflow.worker.ua.commands import AddBinding, Invite, Order, Refer, SendText
from sipflow.worker.ua.events import DialogEnded, Happening, OrderRefused, TextAnswered
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from sipflow.worker.ua.memory.registration import MemoryRegistrar

# A message that is read and leads to nothing may cause another: after two rounds none is under way.
QUIET_ROUNDS = 2
# The most things that can happen in one simulation, so that each of them ends.
MOST_HAPPENINGS = 1_000_000
_MEDIA_PORTS = 4
_FIRST_PORT, _LAST_PORT = 1024, 65_535


class Settings(Struct, frozen=True, kw_only=True):
    """What a simulation is given from outside.

    Attributes:
        run: the id of the run.
        began: Unix time in seconds of its beginning; virtual time goes on from there.
        base_port: the SIP port of the first instance; nothing is bound.
        lengths: the seconds that each audio file plays.
        most: how many things can happen before the simulation is given up.
    """

    run: str
    began: float
    base_port: int
    lengths: Mapping[str, float] = {}
    most: int = MOST_HAPPENINGS


class _Actor:
    """One instance: its session, its user agent, and the number of its last event."""

    def __init__(
        self, plan: InstancePlan, began: float, exchange: Exchange, delays: Delays
    ) -> None:
        self.plan = plan
        self.session = Session(limits.playable(plan), began)
        self.agent = MemoryUserAgent(exchange)
        self.agent.open(plan)
        self.delays = delays
        self.extra: list[Happening] = []
        self.seq = 0
        self.is_over = False

    def happenings(self, now: float) -> list[Happening]:
        """Return what happened at its user agent and is to be known by now."""
        for order in self.delays.digits(now):
            self.agent.carry_out(order)
        found, self.extra = [*self.extra, *self.agent.poll(0.0)], []
        return self.delays.due(found, now)

    def timers(self) -> list[float]:
        """Return when it wants to be asked again."""
        return [
            timer
            for timer in (self.session.next_timer(), self.delays.next_due())
            if timer is not None
        ]


class SimulatedRun:
    """A run of one scenario; ``report`` gets its events, numbered as those of a real run.

    ``ports``: the SIP port that each instance would have. ``now``: virtual seconds so far.
    """

    def __init__(self, job: Job, settings: Settings, report: Callable[[AnyEvent], None]) -> None:
        scenario = job.scenario
        self.id = settings.run
        self.now = 0.0
        self._job = job
        self._settings = settings
        self._report = report
        self._mask = mask_of(scenario.secrets)
        self._nodes = NodeStates(scenario)
        self._tracker = SequenceTracker()
        self._run_events = RunEvents(settings.run, scenario.name)
        self._exchange = Exchange()
        self._happened = 0
        count = len(scenario.instances)
        plans = make_plans(scenario, settings.run, _ports(settings.base_port, count))
        self.ports = {plan.instance: plan.port for plan in plans}
        self._actors = {
            plan.instance: _Actor(plan, settings.began, self._exchange, Delays(settings.lengths))
            for plan in plans
        }
        for plan in plans:
            if plan.account is not None and plan.account.registrar is not None:
                self._add_registrar(registrar_uri(plan.account.registrar, "udp"))
        self._state = RunState(
            ((plan.instance, f"{plan.host}:{plan.port}") for plan in plans),
            self.now,
            greeted=list(self.ports),
            registering=[plan.instance for plan in plans if plan.registers_first],
        )
        self._actions: deque[Action] = deque()
        self._is_acting = False

    def play(self) -> Verdict:
        """Play the run to its end and return its verdict."""
        self._warn(limits.SUMMARY)
        for node, what in limits.unknown(self._job.scenario):
            self._warn(limits.warning(node, what))
        self._do(self._state.begin(self.now))
        while self._state.stage is not Stage.ENDED and self._settle():
            if self._state.stage is Stage.COLLECTING:
                self._do(self._state.events_collected(self.now))
                continue
            self._pass_time()
        return self._conclude()

    # What goes on.

    def _settle(self) -> bool:
        """Let user agents exchange messages until none is under way; False: there are too many."""
        quiet = 0
        while quiet < QUIET_ROUNDS:
            quiet += 1
            for actor in self._living():
                for happening in actor.happenings(self.now):
                    quiet = 0
                    self._happened += 1
                    self._carry_out(actor, actor.session.handle(happening, self.now))
            if self._happened > self._settings.most:
                most = self._settings.most
                self._state.obstructed(
                    f"{limits.NOT_SIMULATED}more than {most} things happen", self.now
                )
                return False
        return True

    def _pass_time(self) -> None:
        timers = [timer for actor in self._living() for timer in actor.timers()]
        due = min([*timers, self._state.deadline])
        assert due < inf, "every node has a time limit"
        self.now = max(self.now, due)
        self._do(self._state.tick(self.now))
        for actor in self._living():
            self._carry_out(actor, actor.session.advance(self.now))

    def _living(self) -> list[_Actor]:
        return [actor for actor in self._actors.values() if not actor.is_over]

    # What is to be done.

    def _do(self, actions: Sequence[Action]) -> None:
        """Carry out actions in order; those that they lead to come after all of these."""
        self._actions += actions
        if self._is_acting:
            return
        self._is_acting = True
        while self._actions:
            self._do_one(self._actions.popleft())
        self._is_acting = False

    def _do_one(self, action: Action) -> None:
        match action:
            case act.AnnounceRunning():
                self._tell(self._run_events.scenario_state(self._time(), "go", "running"))
            case act.AnnounceCleanUp(cause=cause):
                self._tell(self._run_events.clean_up_started(self._time(), cause))
            case (
                act.AnnouncePaused()
                | act.AnnounceResumed()
                | act.Pause()
                | act.Resume()
                | act.AttributeExit()
                | act.HandBack()
                | act.SignalWorker()
                | act.Conclude()
            ):
                pass  # nothing pauses, keeps or kills what is simulated; its stage says its end
            case act.Assign(instance=instance):
                self._do(self._state.said(instance, Ready(), self.now))
            case act.Quit(instance=instance):
                self._actors[instance].is_over = True
                self._do(self._state.worker_ended(instance, 0, None, self.now))
            case _:
                actor = self._actors[action.instance]
                self._carry_out(actor, _directed(actor.session, action, self.now))

    def _carry_out(self, actor: _Actor, outputs: Sequence[Output]) -> None:
        """Report events, then send what is ordered, then take in how far the instance is."""
        for event in _without_figures([one for one in outputs if isinstance(one, Event)]):
            actor.seq += 1
            numbered = msgspec.structs.replace(event, seq=actor.seq)
            self._tracker.accept(numbered)
            self._tell(numbered)
        for output in outputs:
            if isinstance(output, Message):
                self._do(self._state.said(actor.plan.instance, output, self.now))
            elif not isinstance(output, Event):
                self._order(actor, output)

    def _order(self, actor: _Actor, order: Order) -> None:
        match order:
            case Invite(target=target) if self._is_outside(target):
                actor.extra.append(DialogEnded(order.dialog, None, limits.outside(target)))
                return
            case SendText(target=str() as target) if self._is_outside(target):
                answered = TextAnswered(order.message, None, limits.outside(target))
                actor.extra.append(answered)
                return
            case Refer(target=target) if self._is_outside(target):
                actor.extra.append(OrderRefused(order.dialog, limits.outside(target)))
                return
            case AddBinding(registrar=registrar):
                self._add_registrar(registrar)
            case _:
                pass
        actor.agent.carry_out(actor.delays.ordered(order, self.now))

    def _is_outside(self, target: str) -> bool:
        return self._exchange.reach(target) is None and not self._exchange.is_registrar(target)

    def _add_registrar(self, registrar: str) -> None:
        """Have a registrar that accepts everyone who registers."""
        self._exchange.registrars.setdefault(address(registrar), MemoryRegistrar())

    # What is reported.

    def _time(self) -> float:
        return self._settings.began + self.now

    def _warn(self, message: str) -> None:
        self._tell(self._run_events.warning(self._time(), "simulation", message))

    def _tell(self, event: AnyEvent) -> None:
        numbered = self._tracker.number(event)
        if self._mask is not None:
            numbered = self._mask.of(numbered)
        self._nodes.handle(numbered)
        self._report(numbered)

    def _conclude(self) -> Verdict:
        evidence = Evidence(
            run=self._settings.run,
            file=self._job.file,
            scenario=self._job.scenario.name,
            duration_s=self.now,
            ports=self.ports,
            pids={},
            nodes={name: self._nodes.of(name) for name in self.ports},
            events=EventCount(received=self._tracker.received),
        )
        verdict = judge(self._state, evidence)
        if self._mask is not None:
            verdict = self._mask.of(verdict)
        now, cleanup = self._time(), verdict.cleanup
        self._tell(
            self._run_events.clean_up_finished(now, cleanup.calls_released, cleanup.calls_left)
        )
        self._tell(self._run_events.scenario_state(now, "verdict", verdict.verdict, verdict.reason))
        return verdict


def _ports(base: int, count: int) -> list[Ports]:
    """Return the ports that instances would have if all were free."""
    span = _LAST_PORT + 1 - _FIRST_PORT
    firsts = [(base - _FIRST_PORT + 2 * number) % span + _FIRST_PORT for number in range(count)]
    return [Ports(first, MediaPorts(first=first, count=_MEDIA_PORTS)) for first in firsts]


def _without_figures(events: Sequence[AnyEvent]) -> list[AnyEvent]:
    """Return events with a warning in place of what media were judged by, and of their log line."""
    kept: list[AnyEvent] = []
    for event in events:
        if not isinstance(event, MediaReport):
            kept.append(event)
            continue
        log = kept.pop()
        assert isinstance(log, ActionLog), "figures come with the line that says them"
        kept.append(msgspec.structs.replace(log, message=limits.PASSED, level="warning"))
    return kept


_Direction = act.Register | act.Go | act.Halt | act.CleanUp | act.Flush


def _directed(session: Session, action: _Direction, now: float) -> list[Output]:
    match action:
        case act.Register():
            return session.register(now)
        case act.Go():
            return session.go(now)
        case act.Halt(cause=cause):
            return session.halt(cause, now)
        case act.CleanUp(limit=limit, dead=dead):
            return session.clean_up(CleanUp(limit=limit, dead=dead), now)
        case act.Flush():
            return session.dismiss()
        case _:
            assert_never(action)
