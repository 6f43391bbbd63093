"""Whatever comes in whatever order, a run in a slot comes to its end, and to one that is true."""

from collections import deque
from dataclasses import dataclass, field
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.load.slots.slot import (
    FOREVER,
    Action,
    ActiveRun,
    Kill,
    LoadRun,
    Participant,
    Slot,
    Stage,
)
from sipflow.protocol.control import (
    Begin,
    ChainFailed,
    CleanUp,
    CleanUpFinished,
    Halt,
    Halted,
    Ready,
    ToWorker,
    WalkFinished,
)
from sipflow.protocol.run_metrics import RunFigures
from tests.extent import examples

NAMES = ("alice", "bob", "carol")
# What can happen next, mostly to somebody; what is usual happens more often.
USUAL = ("obeys", "heard", "walks", "calls", "hears BYE")
STEPS = (*USUAL * 16, *("obeys", "heard") * 16, "fails", "dies", "hangs", "time", "time")


@dataclass
class Puppet:
    """A worker that plays: what it was told and has not read, what it said and nobody has heard.

    One that ``hangs`` does nothing any more, until it is killed.
    """

    told: deque[ToWorker] = field(default_factory=deque)
    said: deque[Ready | WalkFinished | Halted | CleanUpFinished] = field(
        default_factory=lambda: deque([Ready()])
    )
    number: int = 0
    walks: bool = False
    over: bool = True
    dialogs: int = 0
    hangs: bool = False

    def obey(self) -> None:
        match self.told.popleft():
            case Begin(number=number):
                assert self.over, "a run began in the middle of another"
                self.number, self.walks, self.over, self.dialogs = number, True, False, 0
            case Halt() if not self.over:
                self.walks = False
                self.said.append(Halted())
                self.look()
            case CleanUp() if not self.over:
                self.walks = False
                self.sweep(self.dialogs)
            case _:
                pass

    def walk(self, failure: ChainFailed | None = None) -> None:
        if self.walks:
            self.walks, self.over = False, not self.dialogs
            self.said.append(WalkFinished(number=self.number, idle=self.over, failure=failure))

    def look(self) -> None:
        if not self.over and not self.walks and not self.dialogs:
            self.sweep(0)

    def sweep(self, released: int) -> None:
        self.over, self.dialogs = True, 0
        self.said.append(
            CleanUpFinished(number=self.number, released=released, figures=RunFigures())
        )


class World:
    """A slot, its workers, and the channels between them, each of which keeps its order."""

    def __init__(self) -> None:
        self.slot = Slot("s", [Participant(name, name) for name in NAMES])
        self.puppets = {name: Puppet() for name in NAMES}
        self.walked: dict[int, set[str]] = {}
        self.ended: list[ActiveRun] = []
        self.begun = 0
        self.now = 0.0
        self.stopped = False
        for name in NAMES:
            self.step("heard", name)

    def step(self, what: str, name: str) -> None:
        """Let something happen to somebody, if it can."""
        puppet = self.puppets[name]
        match what:
            case "stop":
                self.stopped = True
                self.do(self.slot.halt(self.now))
            case "time":
                self.now += 0.4
                self.do(self.slot.tick(self.now))
            case "heard" if puppet.said:
                self.hear(name)
            case "dies":
                self.die(name)
            case "hangs":
                puppet.hangs = True
            case _ if not puppet.hangs:
                self.act(what, name, puppet)
            case _:
                pass
        self.look()

    def act(self, what: str, name: str, puppet: Puppet) -> None:
        match what:
            case "obeys" if puppet.told:
                puppet.obey()
            case "walks":
                self.walk(name, puppet)
            case "fails":
                puppet.walk(ChainFailed(node="n", code=486, detail="Busy Here"))
            case "calls" if not puppet.over:
                puppet.dialogs += 1
            case "hears BYE" if puppet.dialogs:
                puppet.dialogs -= 1
                puppet.look()

    def walk(self, name: str, puppet: Puppet) -> None:
        if puppet.walks:
            self.walked.setdefault(puppet.number, set()).add(name)
        puppet.walk()

    def hear(self, name: str) -> None:
        word = self.puppets[name].said.popleft()
        if isinstance(word, Ready):
            self.slot.ready(name)
        else:
            self.do(self.slot.take(name, word, self.now))

    def die(self, name: str) -> None:
        """What a worker said before its end is heard before that; another one takes its place."""
        while self.puppets[name].said:
            self.hear(name)
            self.look()
        self.puppets[name] = Puppet()
        self.do(self.slot.died(name, "crashed", None, self.now))

    def do(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Kill):
                self.die(action.instance)
            else:
                self.puppets[action.instance].told.append(action.message)

    def look(self) -> None:
        if self.slot.is_over:
            self.ended.append(self.slot.leave())
        if self.slot.stage is Stage.FREE and not self.stopped:
            self.begun += 1
            run = LoadRun(self.begun, f"r-{self.begun}", self.now, self.now)
            self.do(self.slot.begin(run))

    def come_to_an_end(self) -> None:
        """Let everybody do what is to be done, until nothing goes on any more."""
        self.step("stop", NAMES[0])
        for _ in range(20):
            for name in NAMES:
                while self.puppets[name].told and not self.puppets[name].hangs:
                    self.step("obeys", name)
                while self.puppets[name].said:
                    self.step("heard", name)
            self.step("time", NAMES[0])


@examples(100, 200)
@given(st.integers(0, 2**32), st.sampled_from([600, 200, 20]))
def test_every_run_comes_to_one_end_that_is_true(seed: int, steps: int) -> None:
    world, chance = World(), Random(seed)
    for _ in range(steps):
        world.step(chance.choice(STEPS), chance.choice(NAMES))
        assert world.slot.playing is not None or world.slot.deadline == FOREVER
    world.come_to_an_end()

    assert [playing.run.number for playing in world.ended] == list(range(1, world.begun + 1))
    for playing in world.ended:
        walked = world.walked.get(playing.run.number, set())
        assert playing.verdict != "completed" or walked == set(NAMES)
        assert (playing.verdict == "failed") == (playing.reason is not None)
        assert len(playing.figures) <= len(NAMES)
        assert playing.verdict != "completed" or len(playing.figures) == len(NAMES)
        assert not playing.deaths or playing.verdict in ("failed", "stopped")
