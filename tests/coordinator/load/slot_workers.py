"""Slots for tests, and what their workers say."""

from sipflow.coordinator.load.slots.slot import Action, Kill, LoadRun, Participant, Send, Slot
from sipflow.protocol.control import (
    Begin,
    ChainFailed,
    CleanUp,
    CleanUpFinished,
    Go,
    Halt,
    WalkFinished,
)
from sipflow.protocol.run_metrics import CallFigures, RunFigures

ALICE, BOB = "127.0.0.1:5060", "127.0.0.1:5062"
FIGURES = RunFigures(calls=(CallFigures(outgoing=True, code=200),))
BUSY = ChainFailed(node="alice-1", code=486, detail="Busy Here")


def run(number: int = 1) -> LoadRun:
    return LoadRun(number, f"r-{number}", due=10.0, began=10.0)


def launching(*registering: str) -> Slot:
    """Return a slot of two, who are not ready yet; some register by themselves."""
    seats = {"alice": ALICE, "bob": BOB}.items()
    return Slot("s", [Participant(name, address, name in registering) for name, address in seats])


def free(*registering: str) -> Slot:
    """Return a slot of two that can play."""
    slot = launching(*registering)
    slot.ready("alice")
    slot.ready("bob")
    return slot


def playing(number: int = 1) -> Slot:
    """Return a slot in which a run has begun."""
    slot = free()
    slot.begin(run(number))
    return slot


def walked(*, idle: bool, failure: ChainFailed | None = None, number: int = 1) -> WalkFinished:
    figures = FIGURES if idle else RunFigures()
    return WalkFinished(number=number, idle=idle, failure=failure, figures=figures)


def swept(released: int = 0, left: tuple[str, ...] = (), number: int = 1) -> CleanUpFinished:
    return CleanUpFinished(number=number, released=released, left=left, figures=FIGURES)


def written(actions: list[Action]) -> list[str]:
    """Return one line an action."""
    return [_line(action) for action in actions]


def _line(action: Action) -> str:
    match action:
        case Kill(instance=instance):
            return f"{instance}: killed"
        case Send(instance=instance, message=Begin(variables=own) as begin):
            hold = " hold" if begin.hold else ""
            return f"{instance}: Begin {begin.number} {begin.run}{hold} {own or ''}".rstrip()
        case Send(instance=instance, message=Go()):
            return f"{instance}: Go"
        case Send(instance=instance, message=Halt(cause=cause)):
            return f"{instance}: Halt {cause}"
        case Send(instance=instance, message=CleanUp(limit=limit, dead=dead)):
            return f"{instance}: CleanUp {limit} {' '.join(dead)}".rstrip()
        case Send():
            raise AssertionError(f"a slot never says {action.message}")
