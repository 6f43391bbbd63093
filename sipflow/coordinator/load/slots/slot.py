"""The state machine of one slot of a load: a worker per instance, used run after run. Pure.

Law: ``launching → free → playing → (halting →) (cleaning →) over → free``. A slot is free once
every worker in it is ready, and a run in it is over once every instance has ended its walk and has
no dialog left: only then can the next one begin. A failure, a worker's exit or a stop leads to
``halting``, where all walks are aborted before any instance hangs up. The first failure is the
run's reason. With automatic registration, no walk begins before all of these instances are
registered. A worker that exits is replaced; the replacement takes no part in the current run.
"""

import enum
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from sipflow.protocol.control import (
    Begin,
    CleanUp,
    CleanUpFinished,
    Go,
    Halt,
    Halted,
    Registered,
    ToWorker,
    WalkFinished,
)
from sipflow.protocol.events import RunReason
from sipflow.protocol.run_metrics import RunFigures
from sipflow.protocol.verdict import VerdictName

# As in a single run: a worker stops walking at once, a BYE is answered within milliseconds, and a
# lost request is retransmitted twice in that time.
HALT_LIMIT = 1.0
CLEAN_UP_LIMIT = 2.3
CLEAN_UP_MARGIN = 0.7
# An exited worker answers no request.
CRASH_CLEAN_UP_LIMIT = 1.0
FOREVER = float("inf")


class Stage(enum.Enum):
    """The state of a slot or of its run."""

    LAUNCHING = enum.auto()
    FREE = enum.auto()
    PLAYING = enum.auto()
    HALTING = enum.auto()
    CLEANING = enum.auto()
    OVER = enum.auto()


class Part(enum.Enum):
    """The state of one instance in the run of its slot."""

    ABSENT = enum.auto()
    READY = enum.auto()
    WALKING = enum.auto()
    STILL = enum.auto()
    IDLE = enum.auto()


class Participant(Struct):
    """One instance of a slot; ``address``: its endpoint's ``host:port``.

    ``registers``: a run waits for the instance's registration.
    """

    instance: str
    address: str
    registers: bool = False
    part: Part = Part.ABSENT


class LoadRun(Struct, frozen=True):
    """One run of a load; ``due`` and ``began`` in monotonic seconds."""

    number: int
    id: str
    due: float
    began: float


class WorkerExit(Struct, frozen=True):
    """The exit of a worker in a run, and its current node."""

    instance: str
    how: str
    node: str | None


class ActiveRun(Struct):
    """The run that a slot plays, and its results so far."""

    run: LoadRun
    verdict: VerdictName = "completed"
    reason: RunReason | None = None
    figures: list[RunFigures] = field(default_factory=list)
    released: int = 0
    left: int = 0
    deaths: list[WorkerExit] = field(default_factory=list)


class FinishedRun(Struct, frozen=True):
    """A run that has ended, and the files that have its events, by instance."""

    playing: ActiveRun
    recorders: Mapping[str, Path]


class Send(Struct, frozen=True):
    """Send a command to the worker of an instance."""

    instance: str
    message: ToWorker


class Kill(Struct, frozen=True):
    """Kill the worker of an instance, because it does not obey commands."""

    instance: str


Action = Send | Kill


class Slot:
    """Plays one run at a time; ``deadline``: when to call it again if no message is received."""

    def __init__(self, name: str, seats: Iterable[Participant]) -> None:
        self.name = name
        self.seats = {seat.instance: seat for seat in seats}
        self.stage = Stage.LAUNCHING
        self.deadline = FOREVER
        self.playing: ActiveRun | None = None
        self._unregistered: set[str] = set()
        self._actions: list[Action] = []

    def ready(self, instance: str) -> None:
        """Record that the worker of an instance is ready."""
        self.seats[instance].part = Part.READY
        self._look_whether_free()

    def begin(
        self, run: LoadRun, variables: Mapping[str, Mapping[str, str]] | None = None
    ) -> list[Action]:
        """Begin a run; ``variables`` are each instance's own in this run."""
        self.stage = Stage.PLAYING
        self.playing = ActiveRun(run)
        for seat in self.seats.values():
            seat.part = Part.WALKING
        own = variables or {}
        self._unregistered = {name for name, seat in self.seats.items() if seat.registers}
        hold = bool(self._unregistered)
        return [
            Send(
                name,
                Begin(number=run.number, run=run.id, variables=dict(own.get(name, {})), hold=hold),
            )
            for name in self.seats
        ]

    def take(
        self, instance: str, word: Registered | WalkFinished | Halted | CleanUpFinished, now: float
    ) -> list[Action]:
        """Handle a message of a worker."""
        playing, seat = self.playing, self.seats[instance]
        if playing is None or seat.part in (Part.ABSENT, Part.READY):
            return []
        if not isinstance(word, Halted) and word.number != playing.run.number:
            return []
        match word:
            case Registered():
                self._registered(seat)
            case WalkFinished():
                self._walked(seat, playing, word, now)
            case CleanUpFinished():
                self._swept(seat, playing, word)
            case Halted() if seat.part is Part.WALKING:
                seat.part = Part.STILL
            case Halted():
                pass
        return self._proceed(now)

    def halt(self, now: float) -> list[Action]:
        """Abort the run because the load stops."""
        if self.stage is Stage.PLAYING and self.playing is not None:
            self.playing.verdict = "stopped"
            self._halt("stop", now)
        return self._proceed(now)

    def abandon(self) -> None:
        """Give up the current run without waiting."""
        if self.playing is not None:
            if self.playing.verdict == "completed":
                self.playing.verdict = "stopped"
            self.stage, self.deadline = Stage.OVER, FOREVER

    def died(self, instance: str, how: str, node: str | None, now: float) -> list[Action]:
        """Handle the exit of an instance's worker, which fails the current run."""
        seat, playing = self.seats[instance], self.playing
        had_part = seat.part not in (Part.ABSENT, Part.READY)
        seat.part = Part.ABSENT
        if playing is None:
            self.stage = Stage.LAUNCHING
            return []
        if not had_part:
            return []
        playing.deaths.append(WorkerExit(instance, how, node))
        self._fail(playing, RunReason(instance=instance, node=node, message=how), now)
        if self.stage is Stage.CLEANING:
            self._ask_to_clean()
            self.deadline = min(self.deadline, now + CRASH_CLEAN_UP_LIMIT + CLEAN_UP_MARGIN)
        return self._proceed(now)

    def tick(self, now: float) -> list[Action]:
        """Apply time limits."""
        if now < self.deadline:
            return []
        if self.stage is Stage.HALTING:
            self._clean(now)
            return self._proceed(now)
        self.deadline = FOREVER
        return [Kill(seat.instance) for seat in self._unfinished()]

    def leave(self) -> ActiveRun:
        """Return the ended run, and become free for another one."""
        playing, self.playing = self.playing, None
        assert playing is not None
        self.stage = Stage.LAUNCHING
        for seat in self.seats.values():
            if seat.part is not Part.ABSENT:
                seat.part = Part.READY
        self._look_whether_free()
        return playing

    @property
    def is_over(self) -> bool:
        """Whether the run has ended completely."""
        return self.stage is Stage.OVER

    def _look_whether_free(self) -> None:
        if self.playing is None and all(seat.part is Part.READY for seat in self.seats.values()):
            self.stage = Stage.FREE

    def _registered(self, seat: Participant) -> None:
        was_awaited = bool(self._unregistered)
        self._unregistered.discard(seat.instance)
        if was_awaited and not self._unregistered and self.stage is Stage.PLAYING:
            self._actions += [Send(name, Go()) for name in self.seats]

    def _walked(
        self, seat: Participant, playing: ActiveRun, word: WalkFinished, now: float
    ) -> None:
        if seat.part is not Part.WALKING:
            return
        seat.part = Part.IDLE if word.idle else Part.STILL
        if word.idle:
            playing.figures.append(word.figures)
        failure = word.failure
        if failure is not None:
            reason = RunReason(
                instance=seat.instance,
                node=failure.node,
                code=failure.code,
                message=failure.detail,
                local=failure.local,
            )
            self._fail(playing, reason, now)

    def _swept(self, seat: Participant, playing: ActiveRun, word: CleanUpFinished) -> None:
        if seat.part is Part.IDLE:
            return
        seat.part = Part.IDLE
        playing.figures.append(word.figures)
        playing.released += word.released
        playing.left += len(word.left)
        if word.left and playing.verdict != "failed":
            message = f"the clean-up could not end {', '.join(word.left)}"
            playing.verdict = "failed"
            playing.reason = RunReason(instance=seat.instance, message=message)

    def _fail(self, playing: ActiveRun, reason: RunReason, now: float) -> None:
        if playing.verdict == "completed":
            playing.verdict, playing.reason = "failed", reason
        if self.stage is Stage.PLAYING:
            self._halt("abort", now)

    def _halt(self, cause: str, now: float) -> None:
        self.stage, self.deadline = Stage.HALTING, now + HALT_LIMIT
        self._actions += [
            Send(seat.instance, Halt(cause=cause))
            for seat in self.seats.values()
            if seat.part is Part.WALKING
        ]

    def _proceed(self, now: float) -> list[Action]:
        walking = any(seat.part is Part.WALKING for seat in self.seats.values())
        if self.stage in (Stage.PLAYING, Stage.HALTING) and not walking:
            self._clean(now)
        if self.stage is Stage.CLEANING and not self._unfinished():
            self.stage, self.deadline = Stage.OVER, FOREVER
        actions, self._actions = self._actions, []
        return actions

    def _clean(self, now: float) -> None:
        limit = CRASH_CLEAN_UP_LIMIT if self._dead() else CLEAN_UP_LIMIT
        self.stage, self.deadline = Stage.CLEANING, now + limit + CLEAN_UP_MARGIN
        self._ask_to_clean()

    def _ask_to_clean(self) -> None:
        dead = self._dead()
        limit = CRASH_CLEAN_UP_LIMIT if dead else CLEAN_UP_LIMIT
        self._actions += [
            Send(seat.instance, CleanUp(limit=limit, dead=dead)) for seat in self._unfinished()
        ]

    def _dead(self) -> tuple[str, ...]:
        return tuple(seat.address for seat in self.seats.values() if seat.part is Part.ABSENT)

    def _unfinished(self) -> list[Participant]:
        return [seat for seat in self.seats.values() if seat.part in (Part.WALKING, Part.STILL)]
