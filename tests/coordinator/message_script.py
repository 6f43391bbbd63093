"""A run's life driven by hand at a virtual time: what is told, and what is asked in return."""

from collections.abc import Callable, Collection

from sipflow.coordinator.run.actions import Action, CleanUp, Flush, Halt, Quit, SignalWorker
from sipflow.coordinator.run.lifecycle import FOREVER, RunState, Stage
from sipflow.protocol.control import (
    ChainFailed,
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Hello,
    Ready,
    Refused,
    ToCoordinator,
)
from sipflow.protocol.verdict import ExitName

START = 100.0
ADDRESSES = {"alice": "127.0.0.1:5060", "bob": "127.0.0.1:5062"}
BUSY = ChainFailed(node="alice-1", code=486, detail="Busy Here")
NO_PORT = Refused(detail="the port is taken")


class Conversation:
    """A run of alice and bob; each telling returns what the run asks to be done.

    ``asked`` is all that the run has asked for so far.
    """

    def __init__(
        self,
        *,
        greeted: Collection[str] = (),
        registering: Collection[str] = (),
        not_before: float = 0.0,
    ) -> None:
        self.now = START
        self.state = RunState(
            ADDRESSES.items(),
            START,
            greeted=greeted,
            registering=registering,
            not_before=not_before,
        )
        self.asked: list[Action] = []
        self._answered = 0

    def begin(self) -> list[Action]:
        """Tell that the workers are on their way."""
        return self._note(self.state.begin(self.now))

    def pause(self) -> list[Action] | None:
        """Tell that the user wants a pause."""
        return self._note_if(self.state.pause_asked(self.now))

    def resume(self) -> list[Action] | None:
        """Tell that the user wants the pause to end."""
        return self._note_if(self.state.resume_asked(self.now))

    def silent(self, instance: str) -> list[Action]:
        """Tell that a worker has not been heard of for too long."""
        return self._note(self.state.worker_silent(instance, self.now))

    def said(self, instance: str, message: ToCoordinator) -> list[Action]:
        """Tell what a worker has said."""
        return self._note(self.state.said(instance, message, self.now))

    def all_said(self, message: ToCoordinator) -> list[Action]:
        """Tell that both workers have said the same, alice first."""
        return [action for instance in ADDRESSES for action in self.said(instance, message)]

    def ended(self, instance: str, exit_code: int, node: str | None = None) -> list[Action]:
        """Tell that a worker's process is gone."""
        return self._note(self.state.worker_ended(instance, exit_code, node, self.now))

    def stop(self, *, at_once: bool = False) -> list[Action]:
        """Tell that the user wants the run to end."""
        return self._note(self.state.stop_asked(self.now, at_once=at_once))

    def lose_fork_server(self) -> list[Action]:
        """Tell that the process that the workers come from is gone."""
        return self._note(self.state.fork_server_lost(self.now))

    def obstruct(self, message: str) -> list[Action]:
        """Tell that the coordinator cannot go on."""
        return self._note(self.state.obstructed(message, self.now))

    def collect(self) -> list[Action]:
        """Tell that every promised event has arrived."""
        return self._note(self.state.events_collected(self.now))

    def run_out(self) -> list[Action]:
        """Let the time pass up to the stage's limit; nothing is asked a moment before."""
        assert self.state.deadline != FOREVER
        assert self.state.tick(self.state.deadline - 0.001) == []
        self.now = self.state.deadline
        return self._note(self.state.tick(self.now))

    def play_out(self) -> None:
        """Do all that was asked as living workers do, to the run's end."""
        while self._answered < len(self.asked) or self.state.stage is Stage.COLLECTING:
            if self._answered < len(self.asked):
                self._answered += 1
                self._obey(self.asked[self._answered - 1])
            else:
                self.collect()

    def exits(self) -> dict[str, ExitName | None]:
        """Return how each worker has ended."""
        return {member.instance: member.exit for member in self.state.members.values()}

    def confirmed(self) -> list[str]:
        """Return whose clean-up is confirmed."""
        return [member.instance for member in self.state.members.values() if member.confirmed]

    def _note_if(self, actions: list[Action] | None) -> list[Action] | None:
        return None if actions is None else self._note(actions)

    def _note(self, actions: list[Action]) -> list[Action]:
        self.asked += actions
        return actions

    def _obey(self, action: Action) -> None:
        match action:
            case Halt(instance=instance):
                self._answer(instance, Halted())
            case CleanUp(instance=instance):
                self._answer(instance, CleanedUp(released=1))
            case Flush(instance=instance):
                self._answer(instance, EventsFinished(last_seq=4))
            case Quit(instance=instance):
                self._end(instance, 0)
            case SignalWorker(instance=instance, signal=number):
                self._end(instance, -number)
            case _:
                pass

    def _answer(self, instance: str, message: ToCoordinator) -> None:
        if not self.state.members[instance].gone:
            self.said(instance, message)

    def _end(self, instance: str, exit_code: int) -> None:
        if not self.state.members[instance].gone:
            self.ended(instance, exit_code)


def launching() -> Conversation:
    """Return a run of which nothing has been heard yet."""
    return Conversation()


def greeted() -> Conversation:
    """Return a run whose workers have their plans."""
    run = launching()
    run.all_said(Hello(pid=1))
    return run


def registering(*instances: str) -> Conversation:
    """Return a run that waits for registrations, bob's if none is named."""
    run = Conversation(registering=instances or ("bob",))
    run.all_said(Hello(pid=1))
    run.all_said(Ready())
    return run


def running() -> Conversation:
    """Return a run that runs."""
    run = greeted()
    run.all_said(Ready())
    return run


def halting() -> Conversation:
    """Return a run that a user has stopped."""
    run = running()
    run.stop()
    return run


def cleaning() -> Conversation:
    """Return a run that cleans up after every chain was walked."""
    run = running()
    run.all_said(ChainFinished())
    return run


def dismissing() -> Conversation:
    """Return a run that waits for last words."""
    run = cleaning()
    run.all_said(CleanedUp(released=1))
    return run


def collecting() -> Conversation:
    """Return a run that waits for the last events."""
    run = dismissing()
    run.all_said(EventsFinished(last_seq=4))
    return run


def quitting() -> Conversation:
    """Return a run whose workers are asked to end."""
    run = collecting()
    run.collect()
    return run


def terminating() -> Conversation:
    """Return a run whose workers did not end when they were asked."""
    run = quitting()
    run.run_out()
    return run


def killing() -> Conversation:
    """Return a run whose workers did not end by SIGTERM."""
    run = terminating()
    run.run_out()
    return run


def ended() -> Conversation:
    """Return a run whose workers ended in order."""
    run = quitting()
    for instance in ADDRESSES:
        run.ended(instance, 0)
    return run


AT: dict[Stage, Callable[[], Conversation]] = {
    Stage.LAUNCHING: launching,
    Stage.REGISTERING: registering,
    Stage.RUNNING: running,
    Stage.HALTING: halting,
    Stage.CLEANING: cleaning,
    Stage.DISMISSING: dismissing,
    Stage.COLLECTING: collecting,
    Stage.QUITTING: quitting,
    Stage.TERMINATING: terminating,
    Stage.KILLING: killing,
    Stage.ENDED: ended,
}
