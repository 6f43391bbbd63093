"""The loop of a load: what comes in is brought to the slots, and runs are begun as they fall due.

Runs that are due and have no slot yet wait in order; more slots are launched for them, as many as
are allowed. When nothing falls due any more, what is under way ends by itself; a stop breaks it off.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sipflow import clock
from sipflow.coordinator.death import how_it_ended
from sipflow.coordinator.liveness import Liveness
from sipflow.coordinator.load.chronicle import running_node
from sipflow.coordinator.load.fleet import Fleet, Over
from sipflow.coordinator.load.ledger import Ledger
from sipflow.coordinator.load.pacer import Pacer
from sipflow.coordinator.load.slot import LoadRun
from sipflow.coordinator.pool import Worker
from sipflow.coordinator.premises import Premises
from sipflow.errors import ResourceError
from sipflow.protocol.control import Halted, Hello, Ready, Refused, Swept, ToCoordinator, Walked
from sipflow.protocol.events import LoadStateName
from sipflow.protocol.launch import Ended, FromNursery, Launched

# How often a view is told the time, in seconds: the longest sleep.
TICK = 0.1
# How long all workers of a load may take until they are ready, and each of them beside.
LAUNCH_LIMIT = 15.0
LAUNCH_LIMIT_EACH = 0.1
# How often it is looked whether there are enough slots, and how many more there can be at a time.
GROWTH_PAUSE = 0.1
MOST_GROWTH = 0.25
FOREVER = float("inf")

Variables = Callable[[], Mapping[str, Mapping[str, str]] | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a load may use: slots at its beginning and at most, and workers that may die."""

    slots: int
    most_slots: int
    restarts: int


class Engine:
    """Runs one load to its end.

    ``variables`` returns those of the next run, by instance. ``reason`` says why the load cannot go
    on, through no fault of the scenario, if that is so; ``stopped`` whether somebody ended it.
    """

    def __init__(
        self,
        premises: Premises,
        fleet: Fleet,
        ledger: Ledger,
        limits: Limits,
        variables: Variables,
    ) -> None:
        self._premises = premises
        self._channels = premises.channels
        self._fleet = fleet
        self._ledger = ledger
        self._limits = limits
        self._variables = variables
        self._liveness = Liveness()
        self._hung: set[str] = set()
        self._dead: list[Worker] = []
        self._next_growth = 0.0
        self._number = 0
        self._pacer: Pacer | None = None
        self._ending = False
        self._signals_heeded = 0
        self.most_workers = 0
        self.restarts = 0
        self.reason: str | None = None
        self.stopped = False

    def warm_up(self) -> None:
        """Launch the first slots and wait until all of them can play.

        Raises ``ResourceError`` if there are not enough ports.
        """
        self._fleet.grow(self._limits.slots)
        limit = clock.monotonic() + LAUNCH_LIMIT + LAUNCH_LIMIT_EACH * self._fleet.workers
        while self._fleet.launching and not self._is_ending:
            self._channels.wait(TICK)
            self._turn()
            if clock.monotonic() > limit:
                late = self._fleet.launching
                self._give_up(f"{late} of {self._fleet.slots} slots were not ready in time")

    def serve(self, pacer: Pacer) -> None:
        """Begin runs as they fall due, and serve them until nothing is under way any more."""
        self._pacer = pacer
        self._ledger.began(clock.monotonic(), pacer)
        while not self._is_done(pacer):
            self._channels.wait(self._patience(pacer))
            self._turn()
            self._begin_due(pacer)
            self._look_for_room(pacer)

    # What the user asks for.

    def stop(self, cause: str) -> None:
        """Begin no run any more and break off what is under way."""
        if self._is_ending:
            return
        self.stopped = True
        self._ending = True
        self._ledger.ending(cause)
        self._settle(self._fleet.halt(clock.monotonic()))

    def pause(self) -> bool:
        """Begin no run until ``resume``; False if it is too late for that."""
        return self._steer(lambda pacer, now: pacer.pause(now), "pause", "paused")

    def resume(self) -> bool:
        """Go on after a pause."""
        return self._steer(lambda pacer, now: pacer.resume(now), "resume", "running")

    def change_rate(self, rate: float) -> bool:
        """Ask for another rate, in runs a second."""
        return self._steer(lambda pacer, now: pacer.change_rate(rate, now), "rate", None)

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
        self._ledger.steered(cause, state, now)
        return True

    # One turn.

    @property
    def _is_ending(self) -> bool:
        return self._ending or self.reason is not None

    def _is_done(self, pacer: Pacer) -> bool:
        return (self._is_ending or pacer.exhausted) and not self._fleet.in_flight

    def _patience(self, pacer: Pacer) -> float:
        now = clock.monotonic()
        moments = [now + TICK, self._ledger.next_second]
        if not self._is_ending and (due := pacer.next_due(now)) is not None:
            rested = self._fleet.next_rested()
            if rested is not None:
                moments.append(max(due, rested))
        return max(0.0, min(moments) - now)

    def _turn(self) -> None:
        self._hear_workers()
        self._hear_nursery()
        self._look_for_silent()
        self._hear_user()
        self._channels.outlet.serve(self._premises.records)
        now = clock.monotonic()
        self._settle(self._fleet.tick(now))
        self._replace_dead()
        self.most_workers = max(self.most_workers, self._fleet.workers)
        self._ledger.tick(now, self._fleet.in_flight, self._fleet.workers)
        if self._ledger.failure is not None and self.reason is None:
            self._give_up(str(self._ledger.failure))

    def _begin_due(self, pacer: Pacer) -> None:
        now = clock.monotonic()
        while not self._is_ending and (room := self._fleet.room(now)):
            moments = pacer.due(now, self._fleet.in_flight, room)
            if not moments:
                return
            for moment in moments:
                self._number += 1
                run = LoadRun(self._number, self._ledger.run_id(self._number), moment, now)
                self._fleet.begin(run, self._variables())
                self._ledger.started(run)

    def _look_for_room(self, pacer: Pacer) -> None:
        """Launch more slots where runs are due that nobody can play."""
        now = clock.monotonic()
        if now < self._next_growth or self._is_ending:
            return
        waiting = pacer.overdue(now) - self._fleet.launching - self._fleet.room(now)
        most = self._limits.most_slots - self._fleet.slots
        if waiting <= 0 or most <= 0:
            return
        self._next_growth = now + GROWTH_PAUSE
        growth = max(1, int(self._fleet.slots * MOST_GROWTH))
        try:
            self._fleet.grow(min(waiting, most, growth))
        except ResourceError as error:
            self._next_growth = FOREVER
            self._ledger.warn(f"no more slots than {self._fleet.slots}: {error}")

    def _hear_workers(self) -> None:
        now = clock.monotonic()
        for name, message in self._channels.control.receive():
            self._liveness.heard(name, now)
            self._hear(name, message, now)

    def _hear(self, name: str, message: ToCoordinator, now: float) -> None:
        match message:
            case Walked() | Halted() | Swept() | Ready():
                over = self._fleet.take(name, message, now)
                if over is not None:
                    self._settle([over])
            case Hello():
                worker = self._premises.pool.get(name)
                if worker is not None:
                    worker.greeted = True
                    self._fleet.greeted(worker)
            case Refused(detail=detail):
                self._give_up(detail)
            case _:
                pass

    def _hear_nursery(self) -> None:
        for told in self._channels.launch.receive():
            worker = self._premises.pool.get(told.worker)
            if worker is not None:
                self._take_told(worker, told)
        if self._channels.launch.lost:
            self._give_up("the process that the workers come from has died")

    def _take_told(self, worker: Worker, told: FromNursery) -> None:
        match told:
            case Launched(pid=pid):
                worker.pid = pid
            case Ended(exit_code=exit_code):
                self._hear_workers()  # what it said before its end is here by now
                self._liveness.forget(worker.name)
                self._premises.pool.bury(worker)
                self._mourn(worker, exit_code)

    def _mourn(self, worker: Worker, exit_code: int) -> None:
        how = how_it_ended(exit_code, hung=worker.name in self._hung)
        node = running_node(self._fleet.recorder_of(worker))
        over = self._fleet.died(worker, how, node, clock.monotonic())
        self._dead.append(worker)
        if over is not None:
            self._settle([over])

    def _replace_dead(self) -> None:
        while self._dead and not self._is_ending:
            self.restarts += 1
            if self.restarts > self._limits.restarts:
                self._give_up(f"more than {self._limits.restarts} workers died")
                return
            self._fleet.replace(self._dead.pop())

    def _look_for_silent(self) -> None:
        for name in self._liveness.silent(clock.monotonic()):
            worker = self._premises.pool.get(name)
            if worker is not None:
                self._hung.add(name)
                self._premises.pool.kill(worker)

    def _hear_user(self) -> None:
        self._channels.signals.drain()
        while self._signals_heeded < self._channels.signals.count:
            self._signals_heeded += 1
            self.stop("signal")
        self._ledger.hear_user(self)

    def _settle(self, ended: Iterable[Over]) -> None:
        now = clock.monotonic()
        for over in ended:
            self._ledger.ended(over, now)

    def _give_up(self, why: str) -> None:
        """End the load through no fault of the scenario; the first reason stays."""
        if self.reason is None:
            self.reason = why
            self._ledger.ending(why)
            self._settle(self._fleet.halt(clock.monotonic()))
