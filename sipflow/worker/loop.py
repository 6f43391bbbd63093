"""The worker's one loop: lets the user agent work, obeys the coordinator, carries the session out.

Everything that decides is in ``session``; this is the rim. The loop sleeps in the user agent's poll
and is woken by SIP, by the session's timers, and by the doorbell when a command arrives. It says
``Beat`` as it turns, and nothing else may: a worker whose loop hangs is not to be heard.

A worker plays one run after another. Between two of them its endpoint stays open, and the session
of the one that is over refuses what comes in.
"""

from typing import assert_never

from sipflow import clock
from sipflow.protocol.control import (
    Assign,
    Beat,
    ChainFailed,
    ChainFinished,
    CleanedUp,
    CleanUp,
    Dismiss,
    Go,
    Halt,
    Halted,
    Hello,
    LastWord,
    Pause,
    Paused,
    Quit,
    Ready,
    Refused,
    Resume,
    ToWorker,
)
from sipflow.protocol.events import Event
from sipflow.worker.doorbell import Doorbell
from sipflow.worker.link import Link
from sipflow.worker.orders import (
    AddBinding,
    DropRtp,
    HangUp,
    Invite,
    MeasureMedia,
    Play,
    Record,
    Refer,
    ReferToDialog,
    Reinvite,
    RemoveBinding,
    Respond,
    SendDigits,
    SendText,
    StopTracks,
    WatchMedia,
)
from sipflow.worker.session import Output, Session
from sipflow.worker.streams import write_to
from sipflow.worker.ua import UserAgent, UserAgentError

# How often the loop is heard, and so how long it sleeps at most: the bound on noticing that the
# process is to end.
BEAT = 0.5
SUBSCRIPTION_LIMIT = 5.0
# What an orphan gives the other ends of its calls to answer, before it goes.
ORPHAN_LIMIT = 0.4

# What the coordinator says to an instance that has a part in a run.
Direction = Go | Pause | Resume | Halt | CleanUp | Dismiss


class Loop:
    """Runs one worker until it is told to quit, or has lost its coordinator."""

    def __init__(self, agent: UserAgent, link: Link, pid: int) -> None:
        self._agent = agent
        self._link = link
        self._pid = pid
        self._session: Session | None = None
        self._doorbell: Doorbell | None = None
        self._subscribed = False
        self._next_beat = 0.0
        self._quitting = False
        self.orphaned = False

    def run(self) -> None:
        """Say hello, then turn until it is over."""
        self._link.say(Hello(pid=self._pid))
        while not self._quitting:
            if self.orphaned:
                self._leave()
                return
            self._turn()

    def _turn(self) -> None:
        self._beat()
        if self._doorbell is None:
            self._link.wait(self._sleep(self._next_beat))
        else:
            self._doorbell.rearm()
            # A command that is here already may have rung before the bell was armed again.
            waits = self._link.has_commands()
            self._let_agent_work(0.0 if waits else self._sleep(self._next_beat))
        for command in self._link.receive():
            self._obey(command)
        if self._session is not None:
            self._carry_out(self._session.advance(clock.monotonic()))

    def _beat(self) -> None:
        now = clock.monotonic()
        if now >= self._next_beat:
            self._link.say(Beat())
            self._next_beat = now + BEAT

    def _let_agent_work(self, timeout: float) -> None:
        for happening in self._agent.poll(timeout):
            if self._session is not None:
                self._carry_out(self._session.handle(happening, clock.monotonic()))

    def _sleep(self, until: float) -> float:
        """Return the seconds to sleep until a moment, or until the session's timer."""
        timer = self._session.next_timer() if self._session is not None else None
        due = until if timer is None else min(until, timer)
        return max(0.0, due - clock.monotonic())

    def _obey(self, command: ToWorker) -> None:
        match command:
            case Assign():
                self._begin_run(command)
            case Quit():
                self._quitting = True
            case Go() | Pause() | Resume() | Halt() | CleanUp() | Dismiss():
                if self._session is None:
                    self._answer_without_part(command)
                else:
                    self._carry_out(_direct(self._session, command, clock.monotonic()))
            case _:
                assert_never(command)

    def _begin_run(self, assign: Assign) -> None:
        plan = assign.plan
        self._session = None
        try:
            write_to(assign.log)
            self._link.keep_journal(assign.journal)
            self._agent.open(plan)
        except UserAgentError as error:
            self._link.say(Refused(detail=str(error)))
            return
        except OSError as error:
            self._link.say(Refused(detail=f"{error.filename}: {error.strerror}"))
            return
        if not self._is_subscribed_to():
            self._link.say(Refused(detail="the coordinator did not subscribe to the events"))
            return
        self._session = Session(plan, clock.wall() - clock.monotonic())
        if self._doorbell is None:
            self._doorbell = Doorbell(self._link.descriptor(), (plan.host, plan.port))
        self._link.say(Ready())

    def _is_subscribed_to(self) -> bool:
        deadline = clock.monotonic() + SUBSCRIPTION_LIMIT
        while not self._subscribed and clock.monotonic() < deadline:
            self._subscribed = self._link.await_subscription(self._sleep(self._next_beat))
            self._beat()
        return self._subscribed

    def _answer_without_part(self, command: Direction) -> None:
        """Answer as one who has nothing to do: no run has begun here, or it was refused."""
        match command:
            case Pause():
                self._link.say(Paused(last_seq=0))
            case Halt():
                self._link.say(Halted())
            case CleanUp():
                self._link.say(CleanedUp(released=0))
            case Dismiss():
                self._link.say(LastWord(last_seq=0))
            case Go() | Resume():
                pass
            case _:
                assert_never(command)

    def _carry_out(self, outputs: list[Output]) -> None:
        """Tell, then do, then report.

        Events go first: once anything is on the wire, the journal says which node it came from,
        and a worker that is killed at that moment is charged with the right one.
        """
        self._link.publish([output for output in outputs if isinstance(output, Event)])
        for output in outputs:
            match output:
                case Event():
                    pass
                case Invite() | Respond() | HangUp() | Reinvite():
                    self._agent.carry_out(output)
                case SendText() | Refer() | ReferToDialog() | AddBinding() | RemoveBinding():
                    self._agent.carry_out(output)
                case Play() | Record() | SendDigits() | StopTracks():
                    self._agent.carry_out(output)
                case WatchMedia() | MeasureMedia() | DropRtp():
                    self._agent.carry_out(output)
                case (
                    Paused() | ChainFinished() | ChainFailed() | Halted() | CleanedUp() | LastWord()
                ):
                    self._link.say(output)
                case _:
                    assert_never(output)

    def _leave(self) -> None:
        """End the calls of an orphan; nobody is left to be told."""
        if self._session is None:
            return
        now = clock.monotonic()
        deadline = now + ORPHAN_LIMIT
        self._carry_out(self._session.halt("the coordinator is gone", now))
        self._carry_out(self._session.clean_up(CleanUp(limit=ORPHAN_LIMIT), now))
        while self._session.alive and clock.monotonic() < deadline:
            self._let_agent_work(self._sleep(deadline))
            self._carry_out(self._session.advance(clock.monotonic()))


def _direct(session: Session, direction: Direction, now: float) -> list[Output]:
    match direction:
        case Go():
            return session.go(now)
        case Pause():
            return session.pause(now)
        case Resume():
            return session.resume(now)
        case Halt(cause=cause):
            return session.halt(cause, now)
        case CleanUp():
            return session.clean_up(direction, now)
        case Dismiss():
            return session.dismiss()
        case _:
            assert_never(direction)
