"""The worker's one loop: lets the user agent work, obeys the coordinator, carries the session out.

Everything that decides is in ``session``; this is the rim. The loop sleeps in the user agent's poll
and is woken by SIP, by the session's timers, and by the doorbell when a command arrives.
"""

from typing import assert_never

from sipflow import clock
from sipflow.protocol.control import (
    Assign,
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
    Quit,
    Ready,
    Refused,
    ToWorker,
)
from sipflow.protocol.events import Event
from sipflow.worker.doorbell import Doorbell
from sipflow.worker.link import Link
from sipflow.worker.orders import HangUp, Invite, Respond
from sipflow.worker.session import Output, Session
from sipflow.worker.ua import UserAgent, UserAgentError

# How long the loop sleeps when nothing is due: the bound on noticing that the process is to end.
IDLE = 0.5
SUBSCRIPTION_LIMIT = 5.0
# What an orphan gives the other ends of its calls to answer, before it goes.
ORPHAN_LIMIT = 0.4


class Loop:
    """Runs one worker until it is told to quit, or has lost its coordinator."""

    def __init__(self, agent: UserAgent, link: Link, pid: int) -> None:
        self._agent = agent
        self._link = link
        self._pid = pid
        self._session: Session | None = None
        self._doorbell: Doorbell | None = None
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
        if self._doorbell is None:
            self._link.wait(IDLE)
        else:
            self._let_agent_work()
        for command in self._link.receive():
            self._obey(command)
        if self._doorbell is not None:
            self._doorbell.rearm()
        if self._session is not None:
            self._carry_out(self._session.advance(clock.monotonic()))

    def _let_agent_work(self) -> None:
        for happening in self._agent.poll(self._sleep()):
            if self._session is not None:
                self._carry_out(self._session.handle(happening, clock.monotonic()))

    def _sleep(self) -> float:
        timer = self._session.next_timer() if self._session is not None else None
        if timer is None:
            return IDLE
        return min(IDLE, max(0.0, timer - clock.monotonic()))

    def _obey(self, command: ToWorker) -> None:
        match command:
            case Assign():
                self._open(command)
            case Go():
                self._go()
            case Halt(cause=cause):
                self._halt(cause)
            case CleanUp():
                self._clean_up(command)
            case Dismiss():
                seq = self._session.last_seq if self._session is not None else 0
                self._link.say(LastWord(last_seq=seq))
            case Quit():
                self._quitting = True
            case _:
                assert_never(command)

    def _open(self, assign: Assign) -> None:
        plan = assign.plan
        try:
            self._agent.open(plan)
        except UserAgentError as error:
            self._link.say(Refused(detail=str(error)))
            return
        if not self._link.await_subscription(SUBSCRIPTION_LIMIT):
            self._link.say(Refused(detail="the coordinator did not subscribe to the events"))
            return
        self._session = Session(plan, clock.wall() - clock.monotonic())
        self._doorbell = Doorbell(self._link.descriptor(), (plan.host, plan.port))
        self._link.say(Ready())

    def _go(self) -> None:
        if self._session is not None:
            self._carry_out(self._session.go(clock.monotonic()))

    def _halt(self, cause: str) -> None:
        if self._session is not None:
            self._carry_out(self._session.halt(cause, clock.monotonic()))
        else:
            self._link.say(Halted())

    def _clean_up(self, ask: CleanUp) -> None:
        if self._session is not None:
            self._carry_out(self._session.clean_up(ask, clock.monotonic()))
        else:  # the run ended before this worker had a part in it
            self._link.say(CleanedUp(released=0))

    def _carry_out(self, outputs: list[Output]) -> None:
        """Tell, then do, then report.

        Events go first: once anything is on the wire, the journal says which node it came from,
        and a worker that is killed at that moment is charged with the right one.
        """
        self._link.publish([output for output in outputs if isinstance(output, Event)])
        for output in outputs:
            match output:
                case Invite() | Respond() | HangUp():
                    self._agent.carry_out(output)
                case ChainFinished() | ChainFailed() | Halted() | CleanedUp():
                    self._link.say(output)
                case Event():
                    pass
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
            self._let_agent_work()
            self._carry_out(self._session.advance(clock.monotonic()))
