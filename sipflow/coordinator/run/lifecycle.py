"""The life cycle of a run, as a state machine. Pure: inputs and the time in, actions out.

Law: ``launching → (registering →) running → halting → cleaning → dismissing → collecting → quitting
→ ended``. A stage is left when every worker that is still waited for has finished the stage, or
when the stage's time limit has passed; ``running`` has none, and in ``registering`` the workers
themselves have one: no walk begins before all instances with automatic registration are registered.
A failure or a stop leads to ``halting``, where all walks are aborted before any instance hangs up,
so that the clean-up of one does not affect the walk of another; the end of the last walk leads
straight to ``cleaning``. The first failure is the run's reason and is never replaced. The verdict
is determined in ``verdict``, not here.

A pause is part of ``running``: no stage is left during it but by a failure or a stop.

Stopping a worker has stages too: first ``Quit``, then SIGTERM, then SIGKILL. A worker that another
run can use is returned to the pool instead, if the run may keep its workers.
"""

import enum
import signal
from collections.abc import Callable, Collection, Iterable, Iterator

from sipflow.coordinator.run import actions as act
from sipflow.coordinator.run.actions import (
    Action,
    AnnounceCleanUp,
    AnnouncePaused,
    AnnounceResumed,
    AnnounceRunning,
    Assign,
    AttributeExit,
    CleanUp,
    Conclude,
    Flush,
    Go,
    Halt,
    HandBack,
    Quit,
    Register,
    SignalWorker,
)
from sipflow.coordinator.run.member import Pause, WorkerStatus
from sipflow.coordinator.workers.heartbeat import describe_exit
from sipflow.protocol.control import (
    Beat,
    ChainFailed,
    ChainFinished,
    CleanedUp,
    CleanUpFinished,
    EventsFinished,
    Halted,
    Hello,
    Paused,
    Ready,
    Refused,
    Registered,
    ToCoordinator,
    WalkFinished,
)
from sipflow.protocol.events import RunReason

# A worker is forked and opens its endpoint in about 30 ms; the limit is for a very busy machine.
LAUNCH_LIMIT = 10.0
LAUNCH_LIMIT_EACH = 0.2
# A stopped run has to be over in 5 s: these limits, one after another, stay under that.
HALT_LIMIT = 0.3
CLEAN_UP_LIMIT = 2.3
CLEAN_UP_MARGIN = 0.3
DISMISSAL_LIMIT = 0.5
COLLECTION_LIMIT = 0.5
# Calls to an exited worker cannot be confirmed, so the limit is shorter then.
CRASH_CLEAN_UP_LIMIT = 1.0
# After Quit, after SIGTERM, after SIGKILL.
QUIT_LIMIT = 0.4
TERM_LIMIT = 0.2
KILL_LIMIT = 0.4
# Workers that are killed at once: on a busy machine it takes a while until the kernel has ended all
# of them, and until then they write events that have to be read.
AT_ONCE_LIMIT = 3.0
# The time added to these limits for each instance beyond the first few, because many processes that
# become runnable at the same moment share the CPUs.
FEW_INSTANCES = 10
LIMIT_EACH = 0.03

FOREVER = float("inf")


class Stage(enum.IntEnum):
    """The stage of the run; it only ever moves to later stages."""

    LAUNCHING = enum.auto()
    REGISTERING = enum.auto()
    RUNNING = enum.auto()
    HALTING = enum.auto()
    CLEANING = enum.auto()
    DISMISSING = enum.auto()
    COLLECTING = enum.auto()
    QUITTING = enum.auto()
    TERMINATING = enum.auto()
    KILLING = enum.auto()
    ENDED = enum.auto()


class RunState:
    """The state of one run, changed only by its methods.

    ``addresses``: each instance's id with the ``host:port`` of its endpoint, in file order.
    ``greeted``: the instances whose worker is running already.
    ``registering``: the instances whose registration the run waits for.
    ``not_before``: the earliest moment for stage ``running``.
    ``keep``: whether its workers may be returned to the pool at the end.
    ``reason``: set once the run has failed.
    ``scenario_failed``: whether the scenario itself caused the failure.
    ``stopped``, ``cut_short``: whether a user stopped the run, and the second time without waiting.
    """

    def __init__(
        self,
        addresses: Iterable[tuple[str, str]],
        now: float,
        *,
        greeted: Collection[str] = (),
        registering: Collection[str] = (),
        not_before: float = 0.0,
    ) -> None:
        self.members = {
            instance: WorkerStatus(
                instance,
                address,
                greeted=instance in greeted,
                registers=instance in registering,
            )
            for instance, address in addresses
        }
        self.stage = Stage.LAUNCHING
        self.deadline = now + self._launch_limit()
        self.reason: RunReason | None = None
        self.scenario_failed = False
        self.stopped = False
        self.cut_short = False
        self.keep = False
        self.pause = Pause()
        self._not_before = not_before
        self._cause = "finished"
        self._clean_up_limit = CLEAN_UP_LIMIT
        self._actions: list[Action] = []

    # Inputs. Each returns the actions to carry out, in order.

    def begin(self, now: float) -> list[Action]:
        """Handle the launch of the workers."""
        self._actions += [
            Assign(member.instance) for member in self.members.values() if member.greeted
        ]
        return self._proceed(now)

    def said(self, instance: str, message: ToCoordinator, now: float) -> list[Action]:
        """Handle a message of a worker."""
        member = self.members[instance]
        match message:
            case Hello():
                self._greet(member)
            case Beat() | WalkFinished() | CleanUpFinished():
                pass  # the last two are sent in a load only
            case Paused(last_seq=last_seq):
                self.pause.answered(instance, last_seq)
            case Refused(detail=detail):
                self._fail(RunReason(instance=instance, message=detail), now)
            case ChainFailed():
                self._chain_failed(member, message, now)
            case (
                Ready() | Registered() | ChainFinished() | Halted() | CleanedUp() | EventsFinished()
            ):
                member.take(message)
        return self._proceed(now)

    def worker_ended(
        self, instance: str, exit_code: int, node: str | None, now: float, cause: str = ""
    ) -> list[Action]:
        """Handle the exit of a worker's process; ``node``: the node that was running in it.

        ``cause``: the error that ended it, where known.
        """
        member = self.members[instance]
        if exit_code == 0 and self.stage >= Stage.QUITTING and member.last_seq is not None:
            member.exit = "failed" if member.failed else "finished"
        else:
            by_signal = -exit_code in (signal.SIGKILL, signal.SIGTERM)
            member.exit = "killed" if by_signal else "crashed"
            if not member.killing or member.hung:
                how = describe_exit(exit_code, hung=member.hung, cause=cause)
                self._on_worker_exit(member, how, node, now)
        return self._proceed(now)

    def worker_silent(self, instance: str, now: float) -> list[Action]:
        """Kill a worker whose heartbeats have stopped."""
        member = self.members[instance]
        if self.stage <= Stage.RUNNING and member.awaited:
            member.hung = True
            self._kill_worker(member)
        return self._proceed(now)

    def fork_server_lost(self, now: float) -> list[Action]:
        """Handle the exit of the fork server, which ends all workers."""
        for member in self.members.values():
            member.exit = member.exit or "killed"
        if self.stage is not Stage.ENDED:
            self._fail(RunReason(message="the fork server of the workers has died"), now)
        return self._proceed(now)

    def obstructed(self, message: str, now: float) -> list[Action]:
        """Handle a failure of the coordinator itself, e.g. a full disk."""
        if self.stage is not Stage.ENDED:
            self._fail(RunReason(message=message), now)
        return self._proceed(now)

    def stop_asked(self, now: float, *, at_once: bool = False) -> list[Action]:
        """Stop the run for the user; ``at_once``: without waiting for the workers."""
        if self.stage <= Stage.RUNNING:
            self.stopped = True
            self._halt("stop", now)
        if at_once and self.stage < Stage.KILLING:
            self.cut_short = True
            self._kill(now, AT_ONCE_LIMIT)
        return self._proceed(now)

    def pause_asked(self, now: float) -> list[Action] | None:
        """Pause the run for the user; None if it is too late for that."""
        if self.stage > Stage.RUNNING:
            return None
        if not self.pause.wanted:
            self.pause.wanted = True
            if self.stage is Stage.RUNNING:
                self._ask_to_pause()
        return self._proceed(now)

    def resume_asked(self, now: float) -> list[Action] | None:
        """Resume the run for the user; None if it is too late for that."""
        if self.stage > Stage.RUNNING:
            return None
        if self.pause.wanted:
            self.pause.wanted = False
            if self.pause.is_announced:
                self.pause.is_announced = False
                self._actions.append(AnnounceResumed())
            if self.stage is Stage.RUNNING:
                self._actions += [act.Resume(member.instance) for member in self._awaited()]
        return self._proceed(now)

    def events_coming(self, now: float) -> list[Action]:
        """Record that some of the missing events were received, so others may follow."""
        if self.stage is Stage.COLLECTING:
            self.deadline = now + COLLECTION_LIMIT
        return self._proceed(now)

    def events_collected(self, now: float) -> list[Action]:
        """Record that all events that the workers have reported were received."""
        if self.stage is Stage.COLLECTING:
            self._quit(now)
        return self._proceed(now)

    def tick(self, now: float) -> list[Action]:
        """Apply time limits."""
        if now >= self.deadline:
            self._run_out(now)
        return self._proceed(now)

    def next_look(self, now: float) -> float:
        """Return when ``tick`` must be called at the latest."""
        waits = self.stage is Stage.LAUNCHING and self._not_before > now
        return min(self.deadline, self._not_before) if waits else self.deadline

    @property
    def last_seqs(self) -> dict[str, int]:
        """Each instance's number of events, as far as its worker has reported it."""
        return {
            member.instance: member.last_seq
            for member in self.members.values()
            if member.last_seq is not None
        }

    def _awaited(self) -> Iterator[WorkerStatus]:
        return (member for member in self.members.values() if member.awaited)

    def _proceed(self, now: float) -> list[Action]:
        if self.stage is Stage.LAUNCHING and self._may_run(now):
            self._register()
        if self.stage is Stage.REGISTERING and not self._unregistered():
            self._run()
        if self.stage is Stage.RUNNING:
            self._go_on(now)
        if self.stage is Stage.HALTING and all(member.halted for member in self._awaited()):
            self._clean(now)
        if self.stage is Stage.CLEANING and all(member.cleaned for member in self._awaited()):
            self._dismiss(now)
        if self.stage is Stage.DISMISSING and all(
            member.last_seq is not None for member in self._awaited()
        ):
            self._enter(Stage.COLLECTING, now + COLLECTION_LIMIT)
        quitting = Stage.QUITTING <= self.stage < Stage.ENDED
        if quitting and all(member.gone for member in self.members.values()):
            self._enter(Stage.ENDED, FOREVER)
            self._actions.append(Conclude())
        actions, self._actions = self._actions, []
        return actions

    def _may_run(self, now: float) -> bool:
        """Return whether all workers are ready; a hung one that is being killed is not."""
        expected = [member for member in self.members.values() if not member.gone]
        return now >= self._not_before and all(member.ready for member in expected)

    def _unregistered(self) -> list[WorkerStatus]:
        """Return the workers whose registration is missing, even if they are being killed."""
        members = self.members.values()
        return [one for one in members if one.registers and not (one.registered or one.gone)]

    def _go_on(self, now: float) -> None:
        if self.pause.wanted:
            awaited = [member.instance for member in self._awaited()]
            if not self.pause.is_announced and self.pause.is_complete(awaited):
                self.pause.is_announced = True
                self._actions.append(AnnouncePaused())
        elif all(member.finished for member in self.members.values() if not member.gone):
            self._clean(now)

    def _ask_to_pause(self) -> None:
        awaited = [member.instance for member in self._awaited()]
        self.pause.ask(awaited)
        self._actions += [act.Pause(instance) for instance in awaited]

    def _enter(self, stage: Stage, deadline: float) -> None:
        self.stage = stage
        self.deadline = deadline

    def _greet(self, member: WorkerStatus) -> None:
        if self.stage is Stage.LAUNCHING:
            member.greeted = True
            self._actions.append(Assign(member.instance))

    def _register(self) -> None:
        self._enter(Stage.REGISTERING, FOREVER)
        self._actions.append(AnnounceRunning())
        self._actions += [Register(one.instance) for one in self._awaited() if one.registers]

    def _run(self) -> None:
        self._enter(Stage.RUNNING, FOREVER)
        if self.pause.wanted:
            self._ask_to_pause()
        self._actions += [Go(member.instance) for member in self._awaited()]

    def _chain_failed(self, member: WorkerStatus, failed: ChainFailed, now: float) -> None:
        member.failed = True
        if self.stage in (Stage.REGISTERING, Stage.RUNNING):
            self.scenario_failed = not failed.machine
            reason = RunReason(
                instance=member.instance,
                node=failed.node,
                code=failed.code,
                message=failed.detail,
                local=failed.local,
            )
            self._fail(reason, now)

    def _fail(self, reason: RunReason, now: float) -> None:
        self.reason = self.reason or reason
        if self.stage < Stage.HALTING:
            self._halt("abort", now)

    def _on_worker_exit(self, member: WorkerStatus, how: str, node: str | None, now: float) -> None:
        self._actions.append(AttributeExit(member.instance, how))
        reason = RunReason(instance=member.instance, node=node, message=how)
        self._clean_up_limit = CRASH_CLEAN_UP_LIMIT
        self._fail(reason, now)
        if self.stage is Stage.CLEANING:
            self._ask_to_clean()
            limit = self._limit(CRASH_CLEAN_UP_LIMIT)
            self.deadline = min(self.deadline, now + limit + CLEAN_UP_MARGIN)

    def _halt(self, cause: str, now: float) -> None:
        self._cause = cause
        for member in list(self._awaited()):
            if not member.greeted:  # it has nothing to clean up, and cannot receive commands
                member.cleaned = CleanedUp(released=0)
                self._kill_worker(member)
        self._enter(Stage.HALTING, now + self._limit(HALT_LIMIT))
        self._actions += [Halt(member.instance, cause) for member in self._awaited()]

    def _clean(self, now: float) -> None:
        self._enter(Stage.CLEANING, now + self._limit(self._clean_up_limit) + CLEAN_UP_MARGIN)
        self._actions.append(AnnounceCleanUp(self._cause))
        self._ask_to_clean()

    def _ask_to_clean(self) -> None:
        dead = tuple(member.address for member in self.members.values() if member.gone)
        self._actions += [
            CleanUp(member.instance, self._limit(self._clean_up_limit), dead)
            for member in self._awaited()
            if member.cleaned is None
        ]

    def _dismiss(self, now: float) -> None:
        self._enter(Stage.DISMISSING, now + self._limit(DISMISSAL_LIMIT))
        self._actions += [Flush(member.instance) for member in self._awaited()]

    def _quit(self, now: float) -> None:
        self._enter(Stage.QUITTING, now + self._limit(QUIT_LIMIT))
        for member in list(self._awaited()):
            if self.keep and member.reusable:
                member.exit = "failed" if member.failed else "finished"
                self._actions.append(HandBack(member.instance))
            else:
                self._actions.append(Quit(member.instance))

    def _kill(self, now: float, limit: float) -> None:
        if self.stage < Stage.CLEANING:  # there will be no other clean-up
            self._actions.append(AnnounceCleanUp(self._cause))
        self._enter(Stage.KILLING, now + self._limit(limit))
        for member in self.members.values():
            if not member.gone:
                self._kill_worker(member)

    def _kill_worker(self, member: WorkerStatus) -> None:
        member.killing = True
        self._actions.append(SignalWorker(member.instance, signal.SIGKILL))

    def _run_out(self, now: float) -> None:
        match self.stage:
            case Stage.LAUNCHING:
                living = [member for member in self.members.values() if not member.gone]
                late = [member.instance for member in living if not member.ready]
                message = f"not ready within {self._launch_limit():g} s: {', '.join(late)}"
                self._fail(RunReason(instance=late[0], message=message), now)
            case Stage.HALTING:
                self._clean(now)
            case Stage.CLEANING:
                self._kill_all_but(lambda member: member.cleaned is not None)
            case Stage.DISMISSING:
                self._kill_all_but(lambda member: member.last_seq is not None)
            case Stage.COLLECTING:
                self._quit(now)
            case Stage.QUITTING:
                self._enter(Stage.TERMINATING, now + self._limit(TERM_LIMIT))
                self._actions += [
                    SignalWorker(member.instance, signal.SIGTERM) for member in self._awaited()
                ]
            case Stage.TERMINATING | Stage.KILLING:
                self._give_up(now)
            case Stage.REGISTERING | Stage.RUNNING | Stage.ENDED:
                pass

    def _kill_all_but(self, is_done: Callable[[WorkerStatus], bool]) -> None:
        for member in list(self._awaited()):
            if not is_done(member):
                self._kill_worker(member)

    def _give_up(self, now: float) -> None:
        if self.stage is Stage.TERMINATING:
            self._kill(now, KILL_LIMIT)
            return
        for member in self.members.values():
            member.exit = member.exit or "killed"

    def _limit(self, few: float) -> float:
        """Return the limit for the number of instances; ``few``: the seconds for few instances."""
        return few + LIMIT_EACH * max(0, len(self.members) - FEW_INSTANCES)

    def _launch_limit(self) -> float:
        return LAUNCH_LIMIT + LAUNCH_LIMIT_EACH * len(self.members)
