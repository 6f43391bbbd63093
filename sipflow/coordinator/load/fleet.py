"""The slots of a load and the workers in them: launched, enlisted, replaced, given their runs.

Which of them there are and which is to play next is decided here; what becomes of a run is the
slot's. A run that a slot has brought to its end waits in ``over`` until it is taken.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from sipflow.coordinator.load.free_slots import FreeSlots
from sipflow.coordinator.load.lanes import Lanes
from sipflow.coordinator.load.slot import Action, Kill, LoadRun, Over, Seat, Slot, Stage, Tell
from sipflow.coordinator.plan import make_plans
from sipflow.coordinator.pool import Worker
from sipflow.coordinator.premises import Premises
from sipflow.coordinator.run_directory import append_trace, kept_log, lane, recorder, worker_log
from sipflow.coordinator.run_variables import RUN, wanted
from sipflow.protocol.control import (
    Enlist,
    Halted,
    Quit,
    Ready,
    Registered,
    Swept,
    ToCoordinator,
    ToWorker,
    Walked,
)
from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.scenario import Scenario


class Crew(Struct, eq=False):
    """A slot, with the workers in its seats by instance, and the recorders that they write to.

    ``written``: the recorders of its run, of which a worker may have been replaced since.
    """

    slot: Slot
    plans: dict[str, InstancePlan]
    workers: dict[str, Worker] = field(default_factory=dict)
    recorders: Mapping[str, Path] = field(default_factory=dict)
    written: Mapping[str, Path] = field(default_factory=dict)


class Fleet:
    """All slots of one load."""

    def __init__(
        self,
        premises: Premises,
        lanes: Lanes,
        scenario: Scenario,
        load: str,
        directory: Path,
    ) -> None:
        self._premises = premises
        self._lanes = lanes
        self._scenario = scenario
        self._load = load
        self._directory = directory
        self._askers = [one.id for one in scenario.instances if RUN in wanted(one.nodes)]
        self._crews: dict[str, Crew] = {}
        self._places: dict[str, tuple[Crew, str]] = {}
        self._free: FreeSlots[Crew] = FreeSlots()
        self.in_flight = 0

    @property
    def descriptor(self) -> int:
        """What becomes readable when workers have said something."""
        return self._lanes.descriptor

    def receive(self) -> list[tuple[str, ToCoordinator]]:
        """Return what workers have said."""
        return self._lanes.receive()

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self._crews)

    @property
    def workers(self) -> int:
        """How many worker processes there are."""
        return len(self._places)

    @property
    def launching(self) -> int:
        """How many slots are still waiting for a worker."""
        return sum(crew.slot.stage is Stage.LAUNCHING for crew in self._crews.values())

    def grow(self, slots: int) -> None:
        """Launch more slots; raises ``ResourceError`` if there are no ports for them."""
        for _ in range(slots):
            name = f"{self._load}-{len(self._crews) + 1}"
            workers = self._premises.pool.take(len(self._scenario.instances), name)
            plans = make_plans(self._scenario, self._load, [worker.ports for worker in workers])
            seats = [
                Seat(plan.instance, f"{plan.host}:{plan.port}", plan.registers_first)
                for plan in plans
            ]
            crew = Crew(Slot(name, seats), {plan.instance: plan for plan in plans})
            self._crews[name] = crew
            for plan, worker in zip(plans, workers, strict=True):
                self._seat(crew, plan.instance, worker)

    def greeted(self, worker: Worker) -> None:
        """Take in that a worker process is up: it gets its part."""
        place = self._places.get(worker.name)
        if place is None:
            return
        crew, instance = place
        self._premises.channels.control.tell(
            worker.name,
            Enlist(
                plan=crew.plans[instance],
                recorder=str(self.recorder_of(worker)),
                log=str(self._log_of(crew, instance, worker)),
                lane=str(lane(self._directory)),
                hello=f"{self._premises.pool.key}:{worker.name}",
            ),
        )

    def take(
        self, worker: str, word: Ready | Registered | Walked | Halted | Swept, now: float
    ) -> Over | None:
        """Take in what a worker says; returns the run that is over by it, if one is."""
        place = self._places.get(worker)
        if place is None:
            return None
        crew, instance = place
        if isinstance(word, Ready):
            crew.slot.ready(instance)
            self._offer(crew)
            return None
        self._do(crew, crew.slot.take(instance, word, now))
        return self._conclude(crew)

    @property
    def room(self) -> int:
        """How many runs could begin now: slots that are free."""
        return len(self._free)

    def begin(self, run: LoadRun, variables: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Have a run played; there must be room for it."""
        crew = self._free.take()
        self.in_flight += 1
        crew.written = crew.recorders
        self._do(crew, crew.slot.begin(run, self._with_own(run, variables)))

    def note_trace(self, worker: Worker, trace: str) -> None:
        """Put where the error came from that ended a worker into its log."""
        crew, instance = self._places[worker.name]
        append_trace(self._log_of(crew, instance, worker), trace)

    def died(self, worker: Worker, how: str, node: str | None, now: float) -> Over | None:
        """Take in that a worker is gone; returns the run that is over by it, if one is."""
        crew, instance = self._places.pop(worker.name)
        self._free.remove(crew)
        self._do(crew, crew.slot.died(instance, how, node, now))
        return self._conclude(crew)

    def replace(self, worker: Worker) -> None:
        """Launch another worker in the place of a dead one, on its ports."""
        crew = self._crews[worker.run or ""]
        instance = next(name for name, had in crew.workers.items() if had is worker)
        self._seat(crew, instance, self._premises.pool.replace(worker))

    def recorder_of(self, worker: Worker) -> Path:
        """Return the file that has the events of the run that a worker plays or played."""
        return recorder(self._directory, worker.name)

    def halt(self, now: float) -> list[Over]:
        """Break all runs off; returns those that are over by it."""
        for crew in self._crews.values():
            self._do(crew, crew.slot.halt(now))
        return self._conclude_all(self._crews.values())

    def abandon(self) -> list[Over]:
        """Wait for no run any more; returns all that were under way, as stopped."""
        playing = [crew for crew in self._crews.values() if crew.slot.playing is not None]
        for crew in playing:
            crew.slot.abandon()
        return self._conclude_all(playing)

    def tick(self, now: float) -> list[Over]:
        """Act on the time; returns the runs that are over by it."""
        late = [crew for crew in self._crews.values() if crew.slot.deadline <= now]
        for crew in late:
            self._do(crew, crew.slot.tick(now))
        return self._conclude_all(late)

    def dismiss(self) -> None:
        """Let every worker end."""
        for name in self._places:
            self._premises.channels.control.tell(name, Quit())

    def _with_own(
        self, run: LoadRun, variables: Mapping[str, Mapping[str, str]] | None
    ) -> Mapping[str, Mapping[str, str]] | None:
        """Return the variables of a run with its id, for those who ask for it."""
        if not self._askers:
            return variables
        given = variables or {}
        own = {name: {**given.get(name, {}), RUN: run.id} for name in self._askers}
        return {**given, **own}

    def _seat(self, crew: Crew, instance: str, worker: Worker) -> None:
        crew.workers[instance] = worker
        crew.recorders = {**crew.recorders, instance: self.recorder_of(worker)}
        self._places[worker.name] = (crew, instance)

    def _log_of(self, crew: Crew, instance: str, worker: Worker) -> Path:
        kept = self._premises.options.log_directory
        if kept is None:
            return worker_log(self._premises.directory.path, worker.name)
        return kept_log(kept, f"{crew.slot.name}-{instance}", 0)

    def _offer(self, crew: Crew) -> None:
        if crew.slot.stage is Stage.FREE and crew not in self._free:
            self._free.add(crew)

    def _conclude_all(self, crews: Iterable[Crew]) -> list[Over]:
        ended = [self._conclude(crew) for crew in list(crews)]
        return [over for over in ended if over is not None]

    def _conclude(self, crew: Crew) -> Over | None:
        if not crew.slot.is_over:
            return None
        self.in_flight -= 1
        over = Over(crew.slot.leave(), crew.written)
        self._offer(crew)
        return over

    def _do(self, crew: Crew, actions: Iterable[Action]) -> None:
        for action in actions:
            worker = crew.workers[action.instance]
            match action:
                case Tell(message=message):
                    self._tell(crew, worker, action.instance, message)
                case Kill():
                    self._premises.pool.kill(worker)

    def _tell(self, crew: Crew, worker: Worker, instance: str, message: ToWorker) -> None:
        if not self._lanes.tell(worker.name, message):
            self._premises.channels.control.tell(worker.name, message)
