"""The slots of a load and their workers: launched, assigned, replaced, given their runs.

The pool decides which slots exist and which one plays next; each slot conducts its own run. An
ended run waits in ``over`` until it is taken.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from sipflow.coordinator.load.slots.free import FreeSlots
from sipflow.coordinator.load.slots.slot import (
    Action,
    FinishedRun,
    Kill,
    LoadRun,
    Participant,
    Send,
    Slot,
    Stage,
)
from sipflow.coordinator.resources import SharedResources
from sipflow.coordinator.run.plan import make_plans
from sipflow.coordinator.runtime_directory import (
    append_trace,
    kept_log,
    load_socket,
    recorder,
    worker_log,
)
from sipflow.coordinator.workers.load_sockets import LoadSockets
from sipflow.coordinator.workers.pool import Worker
from sipflow.protocol.control import (
    CleanUpFinished,
    Halted,
    JoinLoad,
    Quit,
    Ready,
    Registered,
    ToCoordinator,
    ToWorker,
    WalkFinished,
)
from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.variables.run_variables import RUN, wanted


class SlotWorkers(Struct, eq=False):
    """A slot, with its workers by instance, and the recorder files that they write to.

    ``written``: the recorder files of its run, whose workers may have been replaced since.
    """

    slot: Slot
    plans: dict[str, InstancePlan]
    workers: dict[str, Worker] = field(default_factory=dict)
    recorders: Mapping[str, Path] = field(default_factory=dict)
    written: Mapping[str, Path] = field(default_factory=dict)


class SlotPool:
    """All slots of one load."""

    def __init__(
        self,
        resources: SharedResources,
        load_sockets: LoadSockets,
        scenario: Scenario,
        load: str,
        directory: Path,
    ) -> None:
        self._resources = resources
        self._load_sockets = load_sockets
        self._scenario = scenario
        self._load = load
        self._directory = directory
        self._askers = [one.id for one in scenario.instances if RUN in wanted(one.nodes)]
        self._slot_workers: dict[str, SlotWorkers] = {}
        self._places: dict[str, tuple[SlotWorkers, str]] = {}
        self._free: FreeSlots[SlotWorkers] = FreeSlots()
        self.in_flight = 0

    @property
    def descriptor(self) -> int:
        """The descriptor that is readable when messages of workers have been received."""
        return self._load_sockets.descriptor

    def receive(self) -> list[tuple[str, ToCoordinator]]:
        """Return the received messages of workers."""
        return self._load_sockets.receive()

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self._slot_workers)

    @property
    def workers(self) -> int:
        """How many worker processes there are."""
        return len(self._places)

    @property
    def launching(self) -> int:
        """How many slots are still waiting for a worker."""
        return sum(
            slot_workers.slot.stage is Stage.LAUNCHING
            for slot_workers in self._slot_workers.values()
        )

    def grow(self, slots: int) -> None:
        """Launch more slots; raises ``ResourceError`` if there are no ports for them."""
        for _ in range(slots):
            name = f"{self._load}-{len(self._slot_workers) + 1}"
            workers = self._resources.pool.take(len(self._scenario.instances), name)
            plans = make_plans(self._scenario, self._load, [worker.ports for worker in workers])
            seats = [
                Participant(plan.instance, f"{plan.host}:{plan.port}", plan.registers_first)
                for plan in plans
            ]
            slot_workers = SlotWorkers(Slot(name, seats), {plan.instance: plan for plan in plans})
            self._slot_workers[name] = slot_workers
            for plan, worker in zip(plans, workers, strict=True):
                self._seat(slot_workers, plan.instance, worker)

    def greeted(self, worker: Worker) -> None:
        """Handle a worker's ``Hello``: assign its instance."""
        place = self._places.get(worker.name)
        if place is None:
            return
        slot_workers, instance = place
        self._resources.channels.control.send(
            worker.name,
            JoinLoad(
                plan=slot_workers.plans[instance],
                recorder=str(self.recorder_of(worker)),
                log=str(self._log_of(slot_workers, instance, worker)),
                load_socket=str(load_socket(self._directory)),
                hello=f"{self._resources.pool.key}:{worker.name}",
            ),
        )

    def take(
        self,
        worker: str,
        word: Ready | Registered | WalkFinished | Halted | CleanUpFinished,
        now: float,
    ) -> FinishedRun | None:
        """Handle a worker's message; return the run that it ends, if any."""
        place = self._places.get(worker)
        if place is None:
            return None
        slot_workers, instance = place
        if isinstance(word, Ready):
            slot_workers.slot.ready(instance)
            self._offer(slot_workers)
            return None
        self._do(slot_workers, slot_workers.slot.take(instance, word, now))
        return self._conclude(slot_workers)

    @property
    def room(self) -> int:
        """How many runs could begin now: the number of free slots."""
        return len(self._free)

    def begin(self, run: LoadRun, variables: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Begin a run in a free slot; there must be one."""
        slot_workers = self._free.take()
        self.in_flight += 1
        slot_workers.written = slot_workers.recorders
        self._do(slot_workers, slot_workers.slot.begin(run, self._with_own(run, variables)))

    def note_trace(self, worker: Worker, trace: str) -> None:
        """Append the traceback of the error that ended a worker to its log."""
        slot_workers, instance = self._places[worker.name]
        append_trace(self._log_of(slot_workers, instance, worker), trace)

    def died(self, worker: Worker, how: str, node: str | None, now: float) -> FinishedRun | None:
        """Handle the exit of a worker; return the run that it ends, if any."""
        slot_workers, instance = self._places.pop(worker.name)
        self._free.remove(slot_workers)
        self._do(slot_workers, slot_workers.slot.died(instance, how, node, now))
        return self._conclude(slot_workers)

    def replace(self, worker: Worker) -> None:
        """Launch a replacement of an exited worker, on its ports."""
        slot_workers = self._slot_workers[worker.run or ""]
        instance = next(name for name, had in slot_workers.workers.items() if had is worker)
        self._seat(slot_workers, instance, self._resources.pool.replace(worker))

    def recorder_of(self, worker: Worker) -> Path:
        """Return the recorder file of a worker's current or last run."""
        return recorder(self._directory, worker.name)

    def halt(self, now: float) -> list[FinishedRun]:
        """Abort all runs; return those that have ended at once."""
        for slot_workers in self._slot_workers.values():
            self._do(slot_workers, slot_workers.slot.halt(now))
        return self._conclude_all(self._slot_workers.values())

    def abandon(self) -> list[FinishedRun]:
        """Give up all runs in progress; return them as stopped."""
        playing = [
            slot_workers
            for slot_workers in self._slot_workers.values()
            if slot_workers.slot.playing is not None
        ]
        for slot_workers in playing:
            slot_workers.slot.abandon()
        return self._conclude_all(playing)

    def tick(self, now: float) -> list[FinishedRun]:
        """Apply time limits; return the runs that ended because of one."""
        late = [
            slot_workers
            for slot_workers in self._slot_workers.values()
            if slot_workers.slot.deadline <= now
        ]
        for slot_workers in late:
            self._do(slot_workers, slot_workers.slot.tick(now))
        return self._conclude_all(late)

    def dismiss(self) -> None:
        """End every worker."""
        for name in self._places:
            self._resources.channels.control.send(name, Quit())

    def _with_own(
        self, run: LoadRun, variables: Mapping[str, Mapping[str, str]] | None
    ) -> Mapping[str, Mapping[str, str]] | None:
        """Return the variables of a run, with its id for the instances that use it."""
        if not self._askers:
            return variables
        given = variables or {}
        own = {name: {**given.get(name, {}), RUN: run.id} for name in self._askers}
        return {**given, **own}

    def _seat(self, slot_workers: SlotWorkers, instance: str, worker: Worker) -> None:
        slot_workers.workers[instance] = worker
        slot_workers.recorders = {**slot_workers.recorders, instance: self.recorder_of(worker)}
        self._places[worker.name] = (slot_workers, instance)

    def _log_of(self, slot_workers: SlotWorkers, instance: str, worker: Worker) -> Path:
        kept = self._resources.options.log_directory
        if kept is None:
            return worker_log(self._resources.directory.path, worker.name)
        return kept_log(kept, f"{slot_workers.slot.name}-{instance}", 0)

    def _offer(self, slot_workers: SlotWorkers) -> None:
        if slot_workers.slot.stage is Stage.FREE and slot_workers not in self._free:
            self._free.add(slot_workers)

    def _conclude_all(self, slot_workers: Iterable[SlotWorkers]) -> list[FinishedRun]:
        ended = [self._conclude(slot_workers) for slot_workers in list(slot_workers)]
        return [over for over in ended if over is not None]

    def _conclude(self, slot_workers: SlotWorkers) -> FinishedRun | None:
        if not slot_workers.slot.is_over:
            return None
        self.in_flight -= 1
        over = FinishedRun(slot_workers.slot.leave(), slot_workers.written)
        self._offer(slot_workers)
        return over

    def _do(self, slot_workers: SlotWorkers, actions: Iterable[Action]) -> None:
        for action in actions:
            worker = slot_workers.workers[action.instance]
            match action:
                case Send(message=message):
                    self._send(slot_workers, worker, action.instance, message)
                case Kill():
                    self._resources.pool.kill(worker)

    def _send(
        self, slot_workers: SlotWorkers, worker: Worker, instance: str, message: ToWorker
    ) -> None:
        if not self._load_sockets.send(worker.name, message):
            self._resources.channels.control.send(worker.name, message)
