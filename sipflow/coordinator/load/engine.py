"""The loop of a load: what comes in is brought to the slots, and runs are begun as they fall due.

Runs that are due and have no slot yet wait in order; more slots are launched for them where the
rate and the length of the runs ask for it. When nothing falls due any more, what is under way ends
by itself; a stop breaks it off.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from sipflow import clock
from sipflow.coordinator.death import how_it_ended
from sipflow.coordinator.liveness import Liveness
from sipflow.coordinator.load.accounts import Accounts
from sipflow.coordinator.load.chronicle import running_node
from sipflow.coordinator.load.excuses import Excuses
from sipflow.coordinator.load.fleet import Fleet
from sipflow.coordinator.load.growth import Growth, Need
from sipflow.coordinator.load.helm import Helm
from sipflow.coordinator.load.machine import Processors
from sipflow.coordinator.load.pacer import Pacer
from sipflow.coordinator.load.slot import LoadRun, Over
from sipflow.coordinator.load.strain import Strain
from sipflow.coordinator.outlet import TOO_MANY_TOPICS
from sipflow.coordinator.pool import Worker
from sipflow.coordinator.premises import Premises
from sipflow.errors import ResourceError
from sipflow.protocol.control import (
    ChainFailed,
    Halted,
    Hello,
    Quit,
    Ready,
    Refused,
    Registered,
    Swept,
    ToCoordinator,
    Walked,
)
from sipflow.protocol.events import LoadStateName
from sipflow.protocol.launch import Ended, FromNursery, Launched

# The longest sleep, in seconds: how often a view is told the time.
TICK = 0.1
# How often it is looked at what only time brings: silence, limits, a lack of slots.
ROUND = 0.05
# How long all workers of a load may take until they are ready, and each of them beside.
LAUNCH_LIMIT = 15.0
LAUNCH_LIMIT_EACH = 0.1
# Workers that have been told to end have nothing left to do.
DISMISSAL_LIMIT = 5.0

Variables = Callable[[int], Mapping[str, Mapping[str, str]] | None]


class Limits(Struct, frozen=True):
    """What a load may use: slots at its beginning, and workers that may die."""

    slots: int
    restarts: int


class Engine:
    """Runs one load to its end.

    ``variables`` returns those of a run by instance. ``tick`` is called as often as a view wants to
    know the time. ``reason`` says why the load could not go on, through no fault of the scenario,
    if that is so; ``stopped`` whether somebody ended it.
    """

    def __init__(
        self,
        premises: Premises,
        fleet: Fleet,
        accounts: Accounts,
        growth: Growth,
        limits: Limits,
        variables: Variables,
    ) -> None:
        self._premises = premises
        self._channels = premises.channels
        self._fleet = fleet
        self._accounts = accounts
        self._growth = growth
        self._limits = limits
        self._variables = variables
        self._liveness = Liveness()
        self._excuses = Excuses()
        self._hung: set[str] = set()
        self._dead: list[Worker] = []
        self._processors = Processors()
        self._next_round = 0.0
        self._number = 0
        self._pacer: Pacer | None = None
        self._helm: Helm | None = None
        self._tick: Callable[[float], None] = lambda _now: None
        self._is_crowded = False  # by topics that subscribers asked for
        self._ending = False
        self._abandoned = False
        self.most_workers = 0
        self.restarts = 0
        self.reason: str | None = None
        self.stopped = False
        self.strain = Strain(self._processors.count)

    def attend(self, helm: Helm, tick: Callable[[float], None]) -> None:
        """Say where wishes come from, and who is told the time, in Unix seconds."""
        self._helm = helm
        self._tick = tick

    def warm_up(self) -> None:
        """Launch the first slots and wait until all of them can play.

        Raises ``ResourceError`` if there are not enough ports.
        """
        self._fleet.grow(self._limits.slots)
        limit = clock.monotonic() + LAUNCH_LIMIT + LAUNCH_LIMIT_EACH * self._fleet.workers
        while not self._is_ending and (
            self._fleet.launching or clock.monotonic() < self._premises.not_before
        ):
            self._channels.wait(TICK)
            self._turn()
            late = self._fleet.launching
            if late and clock.monotonic() > limit:
                self.give_up(f"{late} of {self._fleet.slots} slots were not ready in time")

    def serve(self, pacer: Pacer) -> None:
        """Begin runs as they fall due, and serve them until nothing is under way any more."""
        if self._is_ending:
            return
        self._pacer = pacer
        self._accounts.began(clock.monotonic(), pacer)
        self._begin_due(pacer)
        while not self._is_done(pacer):
            others = self._channels.wait(self._patience(pacer), self._fleet.descriptor)
            self._turn(others=others)
            self._begin_due(pacer)

    def dismiss(self) -> None:
        """Let all workers end, and wait for it a little; the nursery sees to the rest."""
        self._ending = True
        self._fleet.dismiss()
        limit = clock.monotonic() + DISMISSAL_LIMIT
        while self._fleet.workers and not self._channels.launch.lost:
            if self._abandoned or clock.monotonic() > limit:
                return
            self._channels.wait(TICK)
            self._hear_lanes()
            self._hear_workers()
            self._hear_nursery()
            self._hear_user()

    # What is asked of it.

    @property
    def in_flight(self) -> int:
        """How many runs go on."""
        return self._fleet.in_flight

    @property
    def workers(self) -> int:
        """How many worker processes there are."""
        return self._fleet.workers

    @property
    def rate(self) -> float | None:
        """How many runs a second are asked for; None: so many at once, or not begun yet."""
        return self._pacer.rate(clock.monotonic()) if self._pacer is not None else None

    @property
    def goal(self) -> float:
        """What is asked for: runs a second, or runs at once."""
        return self._pacer.goal(clock.monotonic()) if self._pacer is not None else 0.0

    def stop(self, cause: str) -> None:
        """Begin no run any more and break off what is under way."""
        if self._is_ending:
            return
        self.stopped = self._ending = True
        now = clock.monotonic()
        self._accounts.ending(cause, now)
        self._settle(self._fleet.halt(now))

    def abandon(self) -> None:
        """Wait for nothing any more: what is under way counts as stopped."""
        self.stop("signal")
        self._abandoned = True
        self._settle(self._fleet.abandon())

    def pause(self) -> bool:
        """Begin no run until ``resume``; False if it is too late for that."""
        return self._steer(lambda pacer, now: pacer.pause(now), "pause", "paused")

    def resume(self) -> bool:
        """Go on after a pause."""
        return self._steer(lambda pacer, now: pacer.resume(now), "resume", "running")

    def change_rate(self, rate: float) -> bool:
        """Ask for another rate, in runs a second, or for another number of runs at once."""
        return self._steer(lambda pacer, now: pacer.change_rate(rate, now), "rate", None)

    def give_up(self, why: str) -> None:
        """End the load through no fault of the scenario; the first reason stays."""
        if self.reason is None:
            self.reason = why
            now = clock.monotonic()
            self._accounts.ending(why, now)
            self._settle(self._fleet.halt(now))

    def _steer(
        self,
        change: Callable[[Pacer, float], None],
        cause: str,
        state: LoadStateName | None,
    ) -> bool:
        if self._pacer is None or self._is_ending:
            return False
        now = clock.monotonic()
        change(self._pacer, now)
        self._accounts.steered(cause, state, now)
        return True

    # One turn.

    @property
    def _is_ending(self) -> bool:
        return self._ending or self.reason is not None

    def _is_done(self, pacer: Pacer) -> bool:
        return (self._is_ending or pacer.exhausted) and not self._fleet.in_flight

    def _patience(self, pacer: Pacer) -> float:
        now = clock.monotonic()
        nearest = min(now + TICK, self._accounts.next_second)
        if not self._is_ending:
            due = pacer.next_due(now)
            if due is not None and self._fleet.room:
                nearest = min(nearest, due)
        return max(0.0, nearest - now)

    def _turn(self, *, others: bool = True) -> None:
        """Take in what has come; ``others``: not only by the lanes."""
        self._hear_lanes()
        if others:
            self._hear_workers()
            self._hear_nursery()
            self._channels.outlet.serve(self._premises.records)
            self._hear_user()
        now = clock.monotonic()
        if now >= self._next_round:
            self._next_round = now + ROUND
            self._make_round(now)
        self._accounts.tick(now, self._fleet.in_flight, self._fleet.workers)

    def _hear_user(self) -> None:
        if self._helm is not None:
            self._helm.hear(self)

    def _make_round(self, now: float) -> None:
        self._hear_user()  # who uses a terminal takes it back without a word to its programs
        self._look_for_silent(now)
        self._settle(self._fleet.tick(now))
        self._replace_dead()
        self._look_for_room(now)
        if self._channels.outlet.exceeded and not self._is_crowded:
            self._is_crowded = True
            self._accounts.warn(TOO_MANY_TOPICS)
        self.most_workers = max(self.most_workers, self._fleet.workers)
        if self._accounts.failure is not None:
            self.give_up(str(self._accounts.failure))
        self._tick(clock.wall())

    def _begin_due(self, pacer: Pacer) -> None:
        now = clock.monotonic()
        while not self._is_ending and (room := self._fleet.room):
            moments = pacer.due(now, self._fleet.in_flight, room)
            if not moments:
                return
            for moment in moments:
                self._number += 1
                run = LoadRun(self._number, self._accounts.run_id(self._number), moment, now)
                self._growth.began(run)
                self._fleet.begin(run, self._variables(self._number))
                self._accounts.started(run)
        if not self._is_ending:
            pacer.due(now, self._fleet.in_flight, 0)  # it sees the time, though there is no room

    def _look_for_room(self, now: float) -> None:
        """Launch more slots where runs are due that nobody can play."""
        if self._pacer is None or self._is_ending:
            return
        if not self._growth.is_due(now):
            return
        slots = self._fleet.slots
        waiting = self._pacer.overdue(now) - self._fleet.room
        need = Need(waiting, slots, self._fleet.launching, self._processors.busy())
        warning = self.strain.saw(need)
        if warning is not None:
            self._accounts.warn(warning, "CPU busy")
        goal = self._pacer.goal(now)
        if self._pacer.rate(now) is None:
            more = self._growth.more_at_once(goal, need)
        else:
            more = self._growth.more(now, goal, need)
        if not more:
            return
        try:
            self._fleet.grow(more)
        except ResourceError as error:
            self._growth.forbid()
            self._accounts.warn(f"no more slots than {slots}: {error}")

    # What comes in.

    def _hear_lanes(self) -> None:
        now = clock.monotonic()
        for name, message in self._fleet.receive():
            self._liveness.heard(name, now)
            self._hear(name, message, now)

    def _hear_workers(self) -> None:
        now = clock.monotonic()
        for name, message in self._channels.control.receive():
            self._liveness.heard(name, now)
            self._hear(name, message, now)

    def _hear(self, name: str, message: ToCoordinator, now: float) -> None:
        match message:
            case Registered() | Walked() | Halted() | Swept() | Ready():
                over = self._fleet.take(name, message, now)
                if over is not None:
                    self._settle([over])
                if isinstance(message, Walked) and message.failure is not None:
                    self._look_at(message.failure)
            case Hello():
                worker = self._premises.pool.get(name)
                if worker is not None:
                    worker.greeted = True
                    self._welcome(worker)
            case Refused(detail=detail):
                self.give_up(detail)
            case ChainFailed():
                self._look_at(message)
            case _:
                pass

    def _look_at(self, failure: ChainFailed) -> None:
        """Give the load up where it is this host that lacks something."""
        if failure.machine:
            self.give_up(failure.detail)

    def _welcome(self, worker: Worker) -> None:
        if self._is_ending:  # what it was told before it was there, it never heard
            self._channels.control.tell(worker.name, Quit())
        else:
            self._fleet.greeted(worker)

    def _hear_nursery(self) -> None:
        for told in self._channels.launch.receive():
            worker = self._premises.pool.get(told.worker)
            if worker is not None:
                self._take_told(worker, told)
        if self._channels.launch.lost:
            self.give_up("the process that the workers come from has died")
            self._settle(self._fleet.abandon())

    def _take_told(self, worker: Worker, told: FromNursery) -> None:
        match told:
            case Launched(pid=pid):
                worker.pid = pid
            case Ended():
                self._hear_lanes()  # what it said before its end is here by now
                self._hear_workers()
                self._liveness.forget(worker.name)
                self._premises.pool.bury(worker)
                self._mourn(worker, told)

    def _mourn(self, worker: Worker, ended: Ended) -> None:
        self._fleet.note_trace(worker, ended.trace)
        hung = worker.name in self._hung
        how = how_it_ended(ended.exit_code, hung=hung, cause=ended.cause)
        node = running_node(self._fleet.recorder_of(worker))
        over = self._fleet.died(worker, how, node, clock.monotonic())
        self._dead.append(worker)
        if over is not None:
            self._settle([over])

    def _replace_dead(self) -> None:
        while self._dead and not self._is_ending:
            if self.restarts == self._limits.restarts:
                self.give_up(f"more than {self._limits.restarts} workers died")
                return
            self.restarts += 1
            self._fleet.replace(self._dead.pop())

    def _look_for_silent(self, now: float) -> None:
        self._excuses.look(now)
        for name in self._liveness.silent(now):
            worker = self._premises.pool.get(name)
            if worker is None:
                continue
            if self._excuses.holds(name, worker.pid, now):
                self._liveness.heard(name, now)
            else:
                self._hung.add(name)
                self._premises.pool.kill(worker)

    def _settle(self, ended: Iterable[Over]) -> None:
        now = clock.monotonic()
        for over in ended:
            self._growth.ended(over.playing.run, now)
            self._accounts.ended(over, now)
