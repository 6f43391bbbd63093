"""Drives one walker or session by hand: what it is told, and when; what comes out, as lines."""

from sipflow.protocol.control import ChainFailed, CleanUp
from sipflow.protocol.events import AnyEvent, Event, NodeState
from sipflow.protocol.plan import InstancePlan
from sipflow.worker.legs.legs import Legs
from sipflow.worker.session.events import InstanceEvents
from sipflow.worker.session.script import script_of
from sipflow.worker.session.session import Output, Session
from sipflow.worker.session.walker import Walker
from sipflow.worker.ua.events import Happening
from tests.worker.transcript import written

WALL_OFFSET = 1_700_000_000.0


class Walk:
    """A walker alone, with legs that are told what the test says."""

    def __init__(self, plan: InstancePlan) -> None:
        self.legs = Legs()
        self.walker = Walker(
            plan,
            script_of(plan).nodes,
            self.legs,
            InstanceEvents(plan.run, plan.instance, WALL_OFFSET),
        )
        self.now = 0.0

    def go(self) -> list[str]:
        """Let the walker walk as far as it can."""
        return written(self.walker.advance(self.now))

    def tell(self, *happenings: Happening) -> list[str]:
        """Let something happen, then the walker walk."""
        for happening in happenings:
            self.legs.apply(happening)
        return self.go()

    def at(self, now: float) -> list[str]:
        """Let time pass, then the walker walk."""
        self.now = now
        return self.go()

    def pause(self) -> list[str]:
        """Pause the walk, and look whether that holds."""
        self.walker.pause(self.now)
        return self.go()

    def resume(self) -> list[str]:
        """Resume the walk."""
        self.walker.resume(self.now)
        return self.go()


class Solo:
    """A session alone, with a user agent and a coordinator that do what the test says."""

    def __init__(self, plan: InstancePlan) -> None:
        self.session = Session(plan, WALL_OFFSET)
        self.events: list[AnyEvent] = []
        self.failures: list[ChainFailed] = []
        self.now = 0.0

    def register(self) -> list[str]:
        """Let the session register before it begins."""
        return self._write(self.session.register(self.now))

    def go(self) -> list[str]:
        """Let the session begin."""
        return self._write(self.session.go(self.now))

    def tell(self, happening: Happening) -> list[str]:
        """Let something happen."""
        return self._write(self.session.handle(happening, self.now))

    def at(self, now: float) -> list[str]:
        """Let time pass."""
        self.now = now
        return self._write(self.session.advance(now))

    def pause(self) -> list[str]:
        """Ask the session to pause."""
        return self._write(self.session.pause(self.now))

    def resume(self) -> list[str]:
        """Ask the session to go on."""
        return self._write(self.session.resume(self.now))

    def dismiss(self) -> list[str]:
        """Ask the session for its last word."""
        return self._write(self.session.dismiss())

    def halt(self, cause: str) -> list[str]:
        """Ask the session to break its walk off."""
        return self._write(self.session.halt(cause, self.now))

    def clean_up(self, limit: float = 2.0, dead: tuple[str, ...] = ()) -> list[str]:
        """Ask the session to end its dialogs."""
        return self._write(self.session.clean_up(CleanUp(limit=limit, dead=dead), self.now))

    def nodes(self) -> list[NodeState]:
        """Return the node events so far."""
        return [event for event in self.events if isinstance(event, NodeState)]

    def _write(self, outputs: list[Output]) -> list[str]:
        self.events += [output for output in outputs if isinstance(output, Event)]
        self.failures += [output for output in outputs if isinstance(output, ChainFailed)]
        return written(outputs)
