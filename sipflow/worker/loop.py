"""The worker's event loop: polls the user agent, executes commands, runs the session.

Decisions are made in ``session``; this module does the I/O. The loop sleeps in the user agent's
poll and is woken by SIP, by the session's timers, and by the waker when a command arrives. Only the
loop sends ``Beat``, once a turn: a worker whose loop hangs must miss its heartbeats.

A worker plays one run after another. Between two runs its endpoint stays open, and the session
of the finished run rejects incoming calls. In a load it has one ``LoadPart`` for all runs and
writes their events to its run buffer instead of publishing them.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import assert_never

from sipflow import clock
from sipflow.protocol.control import (
    Assign,
    Beat,
    Begin,
    ChainFailed,
    CleanedUp,
    CleanUp,
    EventsFinished,
    Flush,
    Go,
    Halt,
    Halted,
    Hello,
    JoinLoad,
    Message,
    Pause,
    Paused,
    Quit,
    Ready,
    Refused,
    Register,
    Resume,
    ToCoordinator,
    ToWorker,
)
from sipflow.protocol.events import AnyEvent, Event
from sipflow.protocol.masking import Mask, mask_of
from sipflow.protocol.plan import InstancePlan
from sipflow.worker.ipc.connection import CoordinatorConnection
from sipflow.worker.ipc.load_socket import LoadSocket
from sipflow.worker.ipc.run_buffer import RunBuffer
from sipflow.worker.ipc.waker import Waker
from sipflow.worker.log_file import write_to
from sipflow.worker.scheduling import use_batch_scheduling
from sipflow.worker.session.load_session import LoadOutput, LoadPart
from sipflow.worker.session.session import Output, Session
from sipflow.worker.ua import UserAgent, UserAgentError

# The heartbeat interval, and so how long the loop sleeps at most: the bound on noticing that the
# process is to end.
BEAT = 0.5
SUBSCRIPTION_LIMIT = 5.0
# The seconds that an orphaned worker waits for the peers of its calls before it exits.
ORPHAN_LIMIT = 0.4

# The commands of the coordinator that need a run to apply to.
Direction = Register | Go | Pause | Resume | Halt | CleanUp | Flush
Part = Session | LoadPart


class Loop:
    """Runs one worker until it receives the command to quit, or has lost its coordinator.

    ``mask``: removes secret values from everything that is sent or written.
    """

    def __init__(self, agent: UserAgent, link: CoordinatorConnection, pid: int) -> None:
        self._agent = agent
        self._link = link
        self._pid = pid
        self._part: Part | None = None
        self._plan: InstancePlan | None = None
        self._recorder: RunBuffer | None = None
        self._load_socket: LoadSocket | None = None
        self._waker: Waker | None = None
        self._subscribed = False
        self._next_beat = 0.0
        self._quitting = False
        self._reopened = False
        self.orphaned = False
        self.mask: Mask | None = None

    @property
    def has_part(self) -> bool:
        """Whether it plays an instance, so that there may be calls to end."""
        return self._part is not None

    def run(self) -> None:
        """Send the hello, then run turns until the worker is to quit."""
        self._say(Hello(pid=self._pid))
        while not self._quitting:
            if self.orphaned:
                self._leave()
                return
            self._turn()

    def _turn(self) -> None:
        self._receive()
        if self._quitting:
            return
        now = clock.monotonic()
        self._beat(now)
        timer = self._part.next_timer() if self._part is not None else None
        due = self._next_beat if timer is None else min(self._next_beat, timer)
        sleep = max(0.0, due - now)
        if self._waker is None:
            self._link.wait(sleep)
            self._link.uncertain = True
        else:
            self._let_agent_work(sleep)
        if timer is not None and self._part is not None and clock.monotonic() >= timer:
            self._carry_out(self._part.advance(clock.monotonic()))

    def _receive(self) -> None:
        """Execute the commands received; sending meanwhile may hide that there are more."""
        bell = self._waker
        if self._load_socket is not None:
            commands = self._load_socket.receive()
            if commands and bell is not None:  # it may have rung for these: if not, it rings again
                bell.rearm()
            for command in commands:
                self._obey(command)
            if bell is not None and self._load_socket is not None and self._load_socket.is_over:
                bell.forget(self._load_socket.descriptor)
        while self._link.uncertain or (bell is not None and bell.rang):
            commands = self._link.receive()
            if bell is not None and bell.rang:
                bell.rearm()
            for command in commands:
                self._obey(command)
            bell = self._waker

    def _is_wanted(self) -> bool:
        """Return whether a command or the end came while the user agent was polled."""
        if self.orphaned:
            return True
        if self._load_socket is not None and self._load_socket.has_words():
            return True
        return self._waker is not None and self._waker.rang

    def _say(self, word: ToCoordinator) -> None:
        if self.mask is not None:
            word = self.mask.of(word)
        if self._load_socket is not None:
            self._load_socket.say(word)
        else:
            self._link.say(word)

    def _beat(self, now: float) -> None:
        if now >= self._next_beat:
            self._say(Beat())
            self._next_beat = now + BEAT

    def _let_agent_work(self, timeout: float) -> None:
        self._reopened = False
        for happening in self._agent.poll(timeout, self._is_wanted):
            if self._part is not None and not self._reopened:
                self._carry_out(self._part.handle(happening, clock.monotonic()))

    def _sleep(self, until: float) -> float:
        """Return the seconds to sleep until a moment, or until the session's timer."""
        timer = self._part.next_timer() if self._part is not None else None
        due = until if timer is None else min(until, timer)
        return max(0.0, due - clock.monotonic())

    def _obey(self, command: ToWorker) -> None:
        match command:
            case Assign():
                self._begin_run(command)
            case JoinLoad():
                self._join_load(command)
            case Begin():
                self._begin_run_of_load(command)
            case Quit():
                self._quitting = True
            case Register() | Go() | Pause() | Resume() | Halt() | CleanUp() | Flush():
                if self._part is None:
                    self._answer_without_part(command)
                else:
                    self._carry_out(_direct(self._part, command, clock.monotonic()))
            case _:
                assert_never(command)

    def _begin_run(self, assign: Assign) -> None:
        if not self._open(assign.plan, assign.log, partial(self._keep_journal, assign.journal)):
            return
        if not self._is_subscribed_to():
            self._say(Refused(detail="the coordinator did not subscribe to the events"))
            return
        self._part = Session(assign.plan, clock.wall() - clock.monotonic())
        self._say(Ready())

    def _join_load(self, enlist: JoinLoad) -> None:
        if not self._open(enlist.plan, enlist.log, partial(self._attend, enlist)):
            return
        self._part = LoadPart(enlist.plan, clock.wall() - clock.monotonic())
        self._say(Ready())

    def _begin_run_of_load(self, begin: Begin) -> None:
        part, recorder = self._part, self._recorder
        assert isinstance(part, LoadPart), "only an enlisted worker receives Begin"
        assert recorder is not None
        recorder.begin()
        self._carry_out(part.begin(begin, clock.monotonic()))

    def _reopen_endpoint(self) -> None:
        """Discard what a run of a load has left in the endpoint, before its end is reported.

        A peer that receives the report may call at once, and such a call belongs to the next run.
        """
        part = self._part
        if isinstance(part, LoadPart) and part.unclean and self._plan is not None:
            self._agent.open(self._plan)
            part.cleaned()
            self._reopened = True

    def _open(self, plan: InstancePlan, log: str, keep: Callable[[], None]) -> bool:
        """Open the endpoint and the file of its events; report ``Refused`` if that fails."""
        self._part = None
        self.mask = mask_of(plan.secrets)
        try:
            write_to(log)
            keep()
            self._agent.open(plan)
            if self._waker is None:
                self._listen_for_commands()
        except UserAgentError as error:
            self._say(Refused(detail=str(error)))
            return False
        except OSError as error:
            self._say(Refused(detail=f"{error.filename}: {error.strerror}"))
            return False
        self._plan = plan
        return True

    def _listen_for_commands(self) -> None:
        bell = Waker(self._link.descriptor())
        if self._load_socket is not None:
            bell.watch(self._load_socket.descriptor)
        self._agent.wake_on(bell)
        self._waker = bell

    def _keep_journal(self, path: str) -> None:
        self._link.keep_journal(path)
        self._leave_load()

    def _leave_load(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
        if self._load_socket is not None:
            self._load_socket.close()
            use_batch_scheduling(yes=False)
        self._recorder = self._load_socket = None

    def _attend(self, enlist: JoinLoad) -> None:
        self._leave_load()
        self._recorder = RunBuffer(enlist.recorder)
        self._load_socket = LoadSocket(enlist.load_socket, enlist.hello.encode())
        if self._waker is not None:
            self._waker.watch(self._load_socket.descriptor)
        use_batch_scheduling(yes=True)

    def _is_subscribed_to(self) -> bool:
        deadline = clock.monotonic() + SUBSCRIPTION_LIMIT
        while not self._subscribed and clock.monotonic() < deadline:
            self._subscribed = self._link.await_subscription(self._sleep(self._next_beat))
            self._beat(clock.monotonic())
        return self._subscribed

    def _answer_without_part(self, command: Direction) -> None:
        """Answer a command as a worker without calls: no run has begun here, or it was refused."""
        match command:
            case Pause():
                self._say(Paused(last_seq=0))
            case Halt():
                self._say(Halted())
            case CleanUp():
                self._say(CleanedUp(released=0))
            case Flush():
                self._say(EventsFinished(last_seq=0))
            case Register() | Go() | Resume():
                pass
            case _:
                assert_never(command)

    def _carry_out(self, outputs: Sequence[LoadOutput]) -> None:
        """Publish the events, then carry out the commands, then report to the coordinator.

        Events go first: once anything is on the wire, the journal says which node it came from,
        and a worker that is killed at that moment is charged with the right one.
        """
        if not outputs:
            return
        self._publish([output for output in outputs if isinstance(output, Event)])
        for output in outputs:
            if isinstance(output, Message):
                self._reopen_endpoint()
                self._say(output)
            elif not isinstance(output, Event):
                self._agent.carry_out(output)

    def _publish(self, events: Sequence[AnyEvent]) -> None:
        if self.mask is not None:
            events = list(map(self.mask.of, events))
        try:
            if self._recorder is not None:
                self._recorder.write(events)
            else:
                self._link.publish(events)
        except OSError as error:
            detail = f"cannot keep the run's events in {error.filename}: {error.strerror}"
            self._say(ChainFailed(node=None, code=None, detail=detail, machine=True))

    def _leave(self) -> None:
        """End the calls of an orphaned worker; there is no coordinator to report to."""
        if self._part is None:
            return
        now = clock.monotonic()
        deadline = now + ORPHAN_LIMIT
        self._carry_out(self._part.halt("the coordinator is gone", now))
        self._carry_out(self._part.clean_up(CleanUp(limit=ORPHAN_LIMIT), now))
        while self._part.alive and clock.monotonic() < deadline:
            self._let_agent_work(self._sleep(deadline))
            self._carry_out(self._part.advance(clock.monotonic()))


def _direct(part: Part, direction: Direction, now: float) -> Sequence[LoadOutput]:
    match direction:
        case Go():
            return part.go(now)
        case Halt(cause=cause):
            return part.halt(cause, now)
        case CleanUp():
            return part.clean_up(direction, now)
        case _:
            return _direct_session(part, direction, now) if isinstance(part, Session) else []


def _direct_session(
    session: Session, direction: Register | Pause | Resume | Flush, now: float
) -> list[Output]:
    match direction:
        case Register():
            return session.register(now)
        case Pause():
            return session.pause(now)
        case Resume():
            return session.resume(now)
        case Flush():
            return session.dismiss()
        case _:
            assert_never(direction)
