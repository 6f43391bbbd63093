"""One instance's part in a load: one run after another over one endpoint. Pure.

Invariant: no dialog survives a run. A run is over for an instance when its chain is finished and no
dialog of it lives. Events after that are kept: those of dialogs that still live as the next run
begins belong to the next run, because another instance may have begun it a moment earlier.

Each run is a ``Session`` like any other; its messages to the coordinator are translated here into
the fewer messages of a load. A run's end is reported once, as its last message. Commands come in
order, so a command that arrives after that end was meant for that run: it changes nothing and is
not answered, since the answer could be taken for one in the next run.
"""

from typing import assert_never

from msgspec.structs import replace

from sipflow.protocol.control import (
    Begin,
    ChainFailed,
    ChainFinished,
    CleanedUp,
    CleanUp,
    CleanUpFinished,
    EventsFinished,
    Halted,
    Message,
    Paused,
    Registered,
    WalkFinished,
)
from sipflow.protocol.events import MediaReport
from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.run_metrics import MediaCheck, RunFigures
from sipflow.worker.session.call_timing import CallTimings
from sipflow.worker.session.early_calls import EarlyCalls
from sipflow.worker.session.script import script_of
from sipflow.worker.session.session import Output, Session, Word
from sipflow.worker.ua.commands import Invite, SendText
from sipflow.worker.ua.events import (
    DialogFollowed,
    DialogReplaced,
    Happening,
    InviteReceived,
    MessageRefused,
    RegisterAnswered,
    TextAnswered,
    TextReceived,
)

LoadOutput = Output | WalkFinished | CleanUpFinished


class LoadPart:
    """Plays one instance in run after run: feed it as a session, and ``begin`` each run.

    ``wall_offset``: what has to be added to ``now`` to get Unix time.
    ``unclean``: a dialog or a MESSAGE without its answer from the last run still lives in the user
    agent, so that it has to be reopened before the next run; that ends all that came in between.
    """

    def __init__(self, plan: InstancePlan, wall_offset: float) -> None:
        self._plan = plan
        self._script = script_of(plan)
        self._wall_offset = wall_offset
        self._early_calls = EarlyCalls()
        self._session: Session | None = None
        self._number = 0
        self._walked = False
        self._over = True
        self._stopwatch = CallTimings()
        self._media: list[MediaCheck] = []
        self._rrd: list[int] = []
        self._unanswered: set[str] = set()
        self._dialogs: set[str] = set()
        self.unclean = False

    @property
    def alive(self) -> bool:
        """Whether there is a dialog that is not gone."""
        return self._session is not None and self._session.alive

    def next_timer(self) -> float | None:
        """Return when ``advance`` is due although nothing has happened."""
        return None if self._over or self._session is None else self._session.next_timer()

    def begin(self, begin: Begin, now: float) -> list[LoadOutput]:
        """Begin to walk in another run."""
        variables = self._plan.variables | begin.variables
        plan = replace(self._plan, run=begin.run, variables=variables)
        session = self._session = Session(plan, self._wall_offset, self._script)
        waiting = [] if self.unclean else self._early_calls.leave()
        self._number = begin.number
        self._walked = self._over = self.unclean = False
        self._stopwatch = CallTimings()
        self._early_calls = EarlyCalls()
        self._media.clear()
        self._rrd.clear()
        self._unanswered.clear()
        self._dialogs.clear()
        outputs: list[Output] = []
        for happening in waiting:
            self._knows(happening)
            self._stopwatch.note(happening, now)
            outputs += session.handle(happening, now)
        if not begin.hold:
            outputs += session.go(now)
        elif self._plan.registers_first:
            outputs += session.register(now)
        return self._translated(outputs)

    def go(self, now: float) -> list[LoadOutput]:
        """Begin to walk in the run that waited for registrations, if it still goes on."""
        if self._over or self._session is None:
            return []
        return self._translated(self._session.go(now))

    def cleaned(self) -> None:
        """Record that the user agent was reopened: no dialog of any run lives in it."""
        self.unclean = False
        self._early_calls = EarlyCalls()

    def handle(self, happening: Happening, now: float) -> list[LoadOutput]:
        """Handle an event of a dialog."""
        if self._over or self._session is None:
            self._early_calls.take(happening)
            return []
        if not self._knows(happening):
            return []
        self._stopwatch.note(happening, now)
        if isinstance(happening, RegisterAnswered):
            self._note_registration(happening)
        return self._translated(self._session.handle(happening, now))

    def halt(self, cause: str, now: float) -> list[LoadOutput]:
        """Abort the walk of the current run, if there is one."""
        if self._over or self._session is None:
            return []
        self._walked = True
        return self._translated(self._session.halt(cause, now))

    def clean_up(self, ask: CleanUp, now: float) -> list[LoadOutput]:
        """End every dialog of the current run, if there is one."""
        if self._over or self._session is None:
            return []
        return self._translated(self._session.clean_up(ask, now))

    def advance(self, now: float) -> list[LoadOutput]:
        """Act on the events so far and on the time."""
        if self._over or self._session is None:
            return []
        return self._translated(self._session.advance(now))

    def _translated(self, outputs: list[Output]) -> list[LoadOutput]:
        messages: list[LoadOutput] = []
        for output in outputs:
            if isinstance(output, Message):
                messages += self._to_load_message(output)
                continue
            match output:
                case Invite(dialog=dialog):
                    self._dialogs.add(dialog)
                case SendText(message=message):
                    self._unanswered.add(message)
                case MediaReport():
                    self._media.append(_check(output))
                case _:
                    pass
            messages.append(output)
        if self._walked and not self._over and self._is_idle() and not self._is_cleaning():
            messages.append(self._sweep(0, ()))
        return messages

    def _to_load_message(self, word: Word) -> list[LoadOutput]:
        """Return the load messages that stand for a message of a single run."""
        match word:
            case ChainFinished() | ChainFailed():
                return [self._end_walk(word)]
            case CleanedUp(released=released, left=left, registrations=registrations):
                there = tuple(f"registration at {one}" for one in registrations)
                return [self._sweep(released, left + there)]
            case Registered():
                return [Registered(number=self._number)]
            case Halted() | Paused() | EventsFinished():
                return [word]
            case _:
                assert_never(word)

    def _knows(self, happening: Happening) -> bool:
        """Return whether an event is of this run: a late one may be reported in the next."""
        match happening:
            case (
                InviteReceived(dialog=dialog)
                | DialogFollowed(successor=dialog)
                | DialogReplaced(successor=dialog)
            ):
                self._dialogs.add(dialog)
                return True
            case TextAnswered(message=message):
                self._unanswered.discard(message)
                return True
            case TextReceived(dialog=None) | RegisterAnswered() | MessageRefused():
                return True
            case _:
                return happening.dialog in self._dialogs

    def _note_registration(self, answer: RegisterAnswered) -> None:
        if answer.accepted and answer.ordered and not answer.removal:
            self._rrd.append(round(answer.delay * 1e6))

    def _is_idle(self) -> bool:
        """Whether nothing is left that a clean-up has to end, or to report."""
        return not self.alive and not (self._session is not None and self._session.unconfirmed)

    def _is_cleaning(self) -> bool:
        return self._session is not None and self._session.is_cleaning

    def _end_walk(self, word: ChainFinished | ChainFailed) -> WalkFinished:
        self._walked = True
        idle = self._is_idle()
        return WalkFinished(
            number=self._number,
            idle=idle,
            failure=word if isinstance(word, ChainFailed) else None,
            figures=self._end() if idle else RunFigures(),
        )

    def _sweep(self, released: int, left: tuple[str, ...]) -> CleanUpFinished:
        return CleanUpFinished(
            number=self._number, released=released, left=left, figures=self._end()
        )

    def _end(self) -> RunFigures:
        """End the run; return what was measured in it."""
        self._over = True
        self.unclean = self.alive or bool(self._unanswered)
        return RunFigures(
            calls=self._stopwatch.figures(), rrd=tuple(self._rrd), media=tuple(self._media)
        )


def _check(report: MediaReport) -> MediaCheck:
    return MediaCheck(
        packets=report.packets, lost=report.lost, mos=report.mos, jitter=report.jitter_ms
    )
