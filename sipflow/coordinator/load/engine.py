"""The event loop of a load: passes messages to the slots, and begins runs as they fall due.

Due runs without a free slot wait in order; more slots are launched if the rate and the length of
the runs require it. When no further run falls due, the runs in progress end by themselves; a stop
aborts them.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from sipflow import clock
from sipflow.coordinator.events.publisher import TOO_MANY_TOPICS
from sipflow.coordinator.load.autoscaler import Autoscaler, Need
from sipflow.coordinator.load.control import LoadControl
from sipflow.coordinator.load.monitor import LoadMonitor
from sipflow.coordinator.load.overload import StarvationGrace
from sipflow.coordinator.load.pacer import Pacer
from sipflow.coordinator.load.plan.machine import Processors
from sipflow.coordinator.load.publish import running_node
from sipflow.coordinator.load.slots.pool import SlotPool
from sipflow.coordinator.load.slots.slot import FinishedRun, LoadRun
from sipflow.coordinator.load.strain import Strain
from sipflow.coordinator.resources import SharedResources
from sipflow.coordinator.workers.heartbeat import HeartbeatMonitor, describe_exit
from sipflow.coordinator.workers.pool import Worker
from sipflow.errors import ResourceError
from sipflow.protocol.control import (
    ChainFailed,
    CleanUpFinished,
    Halted,
    Hello,
    Quit,
    Ready,
    Refused,
    Registered,
    ToCoordinator,
    WalkFinished,
)
from sipflow.protocol.events import LoadStateName
from sipflow.protocol.launch import Ended, FromForkServer, Launched

# The longest sleep, in seconds: how often the view's ``tick`` is called.
TICK = 0.1
# How often time limits are checked: heartbeats, limits of runs, a lack of slots.
ROUND = 0.05
# How long all workers of a load may take until they are ready, and the time added per worker.
LAUNCH_LIMIT = 15.0
LAUNCH_LIMIT_EACH = 0.1
# Workers that have received ``Quit`` have nothing left to do.
DISMISSAL_LIMIT = 5.0

Variables = Callable[[int], Mapping[str, Mapping[str, str]] | None]


class Limits(Struct, frozen=True):
    """The limits of a load: slots at its beginning, and workers that may crash."""

    slots: int
    restarts: int


class Engine:
    """Runs one load to its end.

    ``variables``: returns the variables of a run by instance.
    ``tick``: called several times a second with the time.
    ``reason``: the infrastructure failure that ended the load, if any.
    ``stopped``: whether the user stopped the load.
    """

    def __init__(
        self,
        resources: SharedResources,
        slot_pool: SlotPool,
        accounts: LoadMonitor,
        autoscaler: Autoscaler,
        limits: Limits,
        variables: Variables,
    ) -> None:
        self._resources = resources
        self._channels = resources.channels
        self._pool = slot_pool
        self._accounts = accounts
        self._autoscaler = autoscaler
        self._limits = limits
        self._variables = variables
        self._heartbeats = HeartbeatMonitor()
        self._grace = StarvationGrace()
        self._hung: set[str] = set()
        self._dead: list[Worker] = []
        self._processors = Processors()
        self._next_round = 0.0
        self._number = 0
        self._pacer: Pacer | None = None
        self._control: LoadControl | None = None
        self._tick: Callable[[float], None] = lambda _now: None
        self._is_crowded = False  # by topics that subscribers asked for
        self._ending = False
        self._abandoned = False
        self.most_workers = 0
        self.restarts = 0
        self.reason: str | None = None
        self.stopped = False
        self.strain = Strain(self._processors.count)

    def attend(self, load_control: LoadControl, tick: Callable[[float], None]) -> None:
        """Set the control of the load, and the function to call with the time, in Unix seconds."""
        self._control = load_control
        self._tick = tick

    def warm_up(self) -> None:
        """Launch the first slots and wait until all of them can play.

        Raises ``ResourceError`` if there are not enough ports.
        """
        self._pool.grow(self._limits.slots)
        limit = clock.monotonic() + LAUNCH_LIMIT + LAUNCH_LIMIT_EACH * self._pool.workers
        while not self._is_ending and (
            self._pool.launching or clock.monotonic() < self._resources.not_before
        ):
            self._channels.wait(TICK)
            self._turn()
            late = self._pool.launching
            if late and clock.monotonic() > limit:
                self.give_up(f"{late} of {self._pool.slots} slots were not ready in time")

    def serve(self, pacer: Pacer) -> None:
        """Begin runs as they fall due, and serve them until none is in progress any more."""
        if self._is_ending:
            return
        self._pacer = pacer
        self._accounts.began(clock.monotonic(), pacer)
        self._begin_due(pacer)
        while not self._is_done(pacer):
            others = self._channels.wait(self._patience(pacer), self._pool.descriptor)
            self._turn(others=others)
            self._begin_due(pacer)

    def dismiss(self) -> None:
        """End all workers and wait a little for it; the fork server ends those that remain."""
        self._ending = True
        self._pool.dismiss()
        limit = clock.monotonic() + DISMISSAL_LIMIT
        while self._pool.workers and not self._channels.launch.lost:
            if self._abandoned or clock.monotonic() > limit:
                return
            self._channels.wait(TICK)
            self._receive_from_load_sockets()
            self._receive_from_workers()
            self._receive_from_fork_server()
            self._handle_control()

    # Control.

    @property
    def in_flight(self) -> int:
        """How many runs are in progress."""
        return self._pool.in_flight

    @property
    def workers(self) -> int:
        """How many worker processes there are."""
        return self._pool.workers

    @property
    def rate(self) -> float | None:
        """The requested runs per second; None: a fixed number of runs, or not begun yet."""
        return self._pacer.rate(clock.monotonic()) if self._pacer is not None else None

    @property
    def goal(self) -> float:
        """The requested runs per second, or the requested number of concurrent runs."""
        return self._pacer.goal(clock.monotonic()) if self._pacer is not None else 0.0

    def stop(self, cause: str) -> None:
        """Begin no further run and abort those in progress."""
        if self._is_ending:
            return
        self.stopped = self._ending = True
        now = clock.monotonic()
        self._accounts.ending(cause, now)
        self._settle(self._pool.halt(now))

    def abandon(self) -> None:
        """End at once: the runs in progress count as stopped."""
        self.stop("signal")
        self._abandoned = True
        self._settle(self._pool.abandon())

    def pause(self) -> bool:
        """Begin no run until ``resume``; False if it is too late for that."""
        return self._steer(lambda pacer, now: pacer.pause(now), "pause", "paused")

    def resume(self) -> bool:
        """Resume after a pause."""
        return self._steer(lambda pacer, now: pacer.resume(now), "resume", "running")

    def change_rate(self, rate: float) -> bool:
        """Change the rate, in runs per second, or the number of concurrent runs."""
        return self._steer(lambda pacer, now: pacer.change_rate(rate, now), "rate", None)

    def give_up(self, why: str) -> None:
        """End the load because of an infrastructure failure; the first reason is kept."""
        if self.reason is None:
            self.reason = why
            now = clock.monotonic()
            self._accounts.ending(why, now)
            self._settle(self._pool.halt(now))

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

    # One turn of the loop.

    @property
    def _is_ending(self) -> bool:
        return self._ending or self.reason is not None

    def _is_done(self, pacer: Pacer) -> bool:
        return (self._is_ending or pacer.exhausted) and not self._pool.in_flight

    def _patience(self, pacer: Pacer) -> float:
        now = clock.monotonic()
        nearest = min(now + TICK, self._accounts.next_second)
        if not self._is_ending:
            due = pacer.next_due(now)
            if due is not None and self._pool.room:
                nearest = min(nearest, due)
        return max(0.0, nearest - now)

    def _turn(self, *, others: bool = True) -> None:
        """Handle received messages; ``others``: also those of sockets other than load sockets."""
        self._receive_from_load_sockets()
        if others:
            self._receive_from_workers()
            self._receive_from_fork_server()
            self._channels.event_publisher.serve(self._resources.records)
            self._handle_control()
        now = clock.monotonic()
        if now >= self._next_round:
            self._next_round = now + ROUND
            self._make_round(now)
        self._accounts.tick(now, self._pool.in_flight, self._pool.workers)

    def _handle_control(self) -> None:
        if self._control is not None:
            self._control.apply(self)

    def _make_round(self, now: float) -> None:
        self._handle_control()  # who uses a terminal takes it back without a word to its programs
        self._look_for_silent(now)
        self._settle(self._pool.tick(now))
        self._replace_dead()
        self._look_for_room(now)
        if self._channels.event_publisher.exceeded and not self._is_crowded:
            self._is_crowded = True
            self._accounts.warn(TOO_MANY_TOPICS)
        self.most_workers = max(self.most_workers, self._pool.workers)
        if self._accounts.failure is not None:
            self.give_up(str(self._accounts.failure))
        self._tick(clock.wall())

    def _begin_due(self, pacer: Pacer) -> None:
        now = clock.monotonic()
        while not self._is_ending and (room := self._pool.room):
            moments = pacer.due(now, self._pool.in_flight, room)
            if not moments:
                return
            for moment in moments:
                self._number += 1
                run = LoadRun(self._number, self._accounts.run_id(self._number), moment, now)
                self._autoscaler.began(run)
                self._pool.begin(run, self._variables(self._number))
                self._accounts.started(run)
        if not self._is_ending:
            pacer.due(now, self._pool.in_flight, 0)  # it sees the time, though there is no room

    def _look_for_room(self, now: float) -> None:
        """Launch more slots if due runs have no free slot."""
        if self._pacer is None or self._is_ending:
            return
        if not self._autoscaler.is_due(now):
            return
        slots = self._pool.slots
        waiting = self._pacer.overdue(now) - self._pool.room
        need = Need(waiting, slots, self._pool.launching, self._processors.busy())
        warning = self.strain.saw(need)
        if warning is not None:
            self._accounts.warn(warning, "CPU busy")
        goal = self._pacer.goal(now)
        if self._pacer.rate(now) is None:
            more = self._autoscaler.more_at_once(goal, need)
        else:
            more = self._autoscaler.more(now, goal, need)
        if not more:
            return
        try:
            self._pool.grow(more)
        except ResourceError as error:
            self._autoscaler.forbid()
            self._accounts.warn(f"no more slots than {slots}: {error}")

    # Received messages.

    def _receive_from_load_sockets(self) -> None:
        now = clock.monotonic()
        for name, message in self._pool.receive():
            self._heartbeats.record(name, now)
            self._on_message(name, message, now)

    def _receive_from_workers(self) -> None:
        now = clock.monotonic()
        for name, message in self._channels.control.receive():
            self._heartbeats.record(name, now)
            self._on_message(name, message, now)

    def _on_message(self, name: str, message: ToCoordinator, now: float) -> None:
        match message:
            case Registered() | WalkFinished() | Halted() | CleanUpFinished() | Ready():
                over = self._pool.take(name, message, now)
                if over is not None:
                    self._settle([over])
                if isinstance(message, WalkFinished) and message.failure is not None:
                    self._look_at(message.failure)
            case Hello():
                worker = self._resources.pool.get(name)
                if worker is not None:
                    worker.greeted = True
                    self._on_hello(worker)
            case Refused(detail=detail):
                self.give_up(detail)
            case ChainFailed():
                self._look_at(message)
            case _:
                pass

    def _look_at(self, failure: ChainFailed) -> None:
        """End the load if the cause is a resource that this host lacks."""
        if failure.machine:
            self.give_up(failure.detail)

    def _on_hello(self, worker: Worker) -> None:
        if self._is_ending:  # what was sent before it was connected is lost
            self._channels.control.send(worker.name, Quit())
        else:
            self._pool.greeted(worker)

    def _receive_from_fork_server(self) -> None:
        for report in self._channels.launch.receive():
            worker = self._resources.pool.get(report.worker)
            if worker is not None:
                self._on_report(worker, report)
        if self._channels.launch.lost:
            self.give_up("the fork server of the workers has died")
            self._settle(self._pool.abandon())

    def _on_report(self, worker: Worker, report: FromForkServer) -> None:
        match report:
            case Launched(pid=pid):
                worker.pid = pid
            case Ended():
                self._receive_from_load_sockets()  # what it said before its end is here by now
                self._receive_from_workers()
                self._heartbeats.forget(worker.name)
                self._resources.pool.remove(worker)
                self._on_worker_exit(worker, report)

    def _on_worker_exit(self, worker: Worker, ended: Ended) -> None:
        self._pool.note_trace(worker, ended.trace)
        hung = worker.name in self._hung
        how = describe_exit(ended.exit_code, hung=hung, cause=ended.cause)
        node = running_node(self._pool.recorder_of(worker))
        over = self._pool.died(worker, how, node, clock.monotonic())
        self._dead.append(worker)
        if over is not None:
            self._settle([over])

    def _replace_dead(self) -> None:
        while self._dead and not self._is_ending:
            if self.restarts == self._limits.restarts:
                self.give_up(f"more than {self._limits.restarts} workers died")
                return
            self.restarts += 1
            self._pool.replace(self._dead.pop())

    def _look_for_silent(self, now: float) -> None:
        self._grace.look(now)
        for name in self._heartbeats.silent(now):
            worker = self._resources.pool.get(name)
            if worker is None:
                continue
            if self._grace.holds(name, worker.pid, now):
                self._heartbeats.record(name, now)
            else:
                self._hung.add(name)
                self._resources.pool.kill(worker)

    def _settle(self, ended: Iterable[FinishedRun]) -> None:
        now = clock.monotonic()
        for over in ended:
            self._autoscaler.ended(over.playing.run, now)
            self._accounts.ended(over, now)
