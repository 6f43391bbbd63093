"""An instance's part in a load, played by hand: what it is told, and what it says and orders."""

from sipflow.protocol.control import Begin, CleanUp, CleanUpFinished, WalkFinished
from sipflow.protocol.events import AnyEvent, Event
from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.run_metrics import RunFigures
from sipflow.worker.session.load_session import LoadOutput, LoadPart
from sipflow.worker.ua.events import Happening
from tests.worker.transcript import written
from tests.worker.walk import WALL_OFFSET


class Player:
    """A part in a load, with a user agent and a coordinator that do what the test says."""

    def __init__(self, plan: InstancePlan) -> None:
        self.part = LoadPart(plan, WALL_OFFSET)
        self.events: list[AnyEvent] = []
        self.figures: list[RunFigures] = []
        self.now = 0.0

    def begin(self, number: int = 1, *, hold: bool = False, **variables: str) -> list[str]:
        """Begin a run."""
        begin = Begin(number=number, run=f"r-{number}", variables=variables, hold=hold)
        return self._write(self.part.begin(begin, self.now))

    def go(self) -> list[str]:
        return self._write(self.part.go(self.now))

    def tell(self, *happenings: Happening) -> list[str]:
        """Let something happen."""
        return [
            line
            for happening in happenings
            for line in self._write(self.part.handle(happening, self.now))
        ]

    def at(self, now: float) -> list[str]:
        """Let time pass."""
        self.now = now
        return self._write(self.part.advance(now))

    def halt(self) -> list[str]:
        return self._write(self.part.halt("abort", self.now))

    def clean_up(self, dead: tuple[str, ...] = ()) -> list[str]:
        return self._write(self.part.clean_up(CleanUp(limit=2.0, dead=dead), self.now))

    def _write(self, outputs: list[LoadOutput]) -> list[str]:
        """Return what is said and ordered, a line each; events are kept aside."""
        lines = []
        for output in outputs:
            if isinstance(output, Event):
                self.events.append(output)
            elif isinstance(output, WalkFinished | CleanUpFinished):
                lines.append(self._word(output))
            else:
                lines += written([output])
        return lines

    def _word(self, word: WalkFinished | CleanUpFinished) -> str:
        if isinstance(word, CleanUpFinished):
            self.figures.append(word.figures)
            return " ".join(["Swept", str(word.number), str(word.released), *word.left])
        if word.idle:
            self.figures.append(word.figures)
        else:
            assert word.figures == RunFigures(), "figures are told once, at the end"
        failure = () if word.failure is None else (str(word.failure.node), str(word.failure.code))
        return " ".join(["Walked", str(word.number), "idle" if word.idle else "not idle", *failure])
