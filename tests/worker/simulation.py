"""Plays whole scenarios in virtual time: several sessions, their user agents wired in memory.

The simulation does what the coordinator would: it says go to all, halts everybody when a chain has
failed or the run is stopped, and asks for the clean-up. Time moves only to the next timer.
"""

from dataclasses import dataclass, field
from math import inf

from sipflow.protocol.control import (
    ChainFailed,
    ChainFinished,
    CleanedUp,
    CleanUp,
    EventsFinished,
    Halted,
    Paused,
    Registered,
)
from sipflow.protocol.events import AnyEvent, Event, NodeState
from sipflow.protocol.plan import InstancePlan
from sipflow.worker.session.session import Output, Session
from sipflow.worker.ua.commands import (
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
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from tests.worker.transcript import written

CLEAN_UP_LIMIT = 2.0
# A message that is read in silence may cause another: nothing is under way after two rounds.
QUIET_ROUNDS = 2


@dataclass(eq=False)
class Actor:
    """One instance on the stage."""

    plan: InstancePlan
    session: Session
    agent: MemoryUserAgent
    alive: bool = True
    walked: bool = False
    cleaned: CleanedUp | None = None
    nodes: dict[str, str] = field(default_factory=dict)


class Simulation:
    """A run of several instances; ``transcript`` has a line for all that came out."""

    def __init__(self, *plans: InstancePlan) -> None:
        self.now = 0.0
        self.transcript: list[str] = []
        self.events: list[AnyEvent] = []
        self.failure: ChainFailed | None = None
        self.exchange = Exchange()
        self._cleaning = False
        self.actors = {plan.instance: self._actor(plan) for plan in plans}

    def play(self) -> None:
        """Play the run to its end."""
        self.go()
        self.run_until(inf)

    def go(self) -> None:
        """Say go to everybody."""
        for actor in self._living():
            self._carry_out(actor, actor.session.go(self.now))

    def run_until(self, end: float) -> None:
        """Play until a moment, or the end of the run."""
        while True:
            self._settle()
            if all(actor.cleaned for actor in self._living()):
                return
            if self._may_clean_up():
                self._clean_up()
                continue
            timers = [actor.session.next_timer() for actor in self._living()]
            due = min((timer for timer in timers if timer is not None), default=inf)
            if due > end or due == inf:
                self.now = max(self.now, end) if end < inf else self.now
                return
            self.now = max(self.now, due)
            for actor in self._living():
                self._carry_out(actor, actor.session.advance(self.now))

    def stop(self) -> None:
        """Break the run off, as a user who stops it does."""
        self._halt("stop")

    def pause(self) -> None:
        """Pause everybody."""
        for actor in self._living():
            self._carry_out(actor, actor.session.pause(self.now))

    def resume(self) -> None:
        """Let everybody go on."""
        for actor in self._living():
            self._carry_out(actor, actor.session.resume(self.now))

    def kill(self, name: str) -> None:
        """Let an instance die, as a killed process does."""
        actor = self.actors[name]
        actor.alive = False
        actor.agent.switch_off()
        self._halt("abort")

    def said(self, *words: str) -> list[str]:
        """Return the transcript's lines that have any of some words."""
        return [line for line in self.transcript if any(word in line for word in words)]

    def _actor(self, plan: InstancePlan) -> Actor:
        agent = MemoryUserAgent(self.exchange)
        agent.open(plan)
        pending = {node.id: "pending" for node in plan.nodes}
        return Actor(plan, Session(plan, 0.0), agent, nodes=pending)

    def _living(self) -> list[Actor]:
        return [actor for actor in self.actors.values() if actor.alive]

    def _settle(self) -> None:
        quiet = 0
        while quiet < QUIET_ROUNDS:
            quiet += 1
            for actor in self._living():
                for happening in actor.agent.poll(0.0):
                    quiet = 0
                    self._carry_out(actor, actor.session.handle(happening, self.now))

    def _may_clean_up(self) -> bool:
        return not self._cleaning and all(actor.walked for actor in self._living())

    def _halt(self, cause: str) -> None:
        for actor in self._living():
            self._carry_out(actor, actor.session.halt(cause, self.now))

    def _clean_up(self) -> None:
        self._cleaning = True
        dead = tuple(
            f"{actor.plan.host}:{actor.plan.port}"
            for actor in self.actors.values()
            if not actor.alive
        )
        for actor in self._living():
            ask = CleanUp(limit=CLEAN_UP_LIMIT, dead=dead)
            self._carry_out(actor, actor.session.clean_up(ask, self.now))

    def _carry_out(self, actor: Actor, outputs: list[Output]) -> None:
        for output, line in zip(outputs, written(outputs), strict=True):
            self.transcript.append(f"{self.now:g} {actor.plan.instance} {line}")
            match output:
                case (
                    Invite()
                    | Respond()
                    | HangUp()
                    | Reinvite()
                    | SendText()
                    | Refer()
                    | ReferToDialog()
                    | Play()
                    | Record()
                    | SendDigits()
                    | StopTracks()
                    | WatchMedia()
                    | MeasureMedia()
                    | DropRtp()
                    | AddBinding()
                    | RemoveBinding()
                ):
                    actor.agent.carry_out(output)
                case NodeState():
                    actor.nodes[output.node] = output.new
                    self.events.append(output)
                case Event():
                    self.events.append(output)
                case ChainFailed():
                    actor.walked = True
                    self.failure = self.failure or output
                case ChainFinished() | Halted():
                    actor.walked = True
                case CleanedUp():
                    actor.cleaned = output
                case Paused() | Registered() | EventsFinished():
                    pass
        if any(isinstance(output, ChainFailed) for output in outputs):
            self._halt("abort")
