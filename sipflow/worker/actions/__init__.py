"""What each word of a scenario does on the legs of its instance. Pure.

Three questions are answered for every kind of node: what to do as it begins, whether what has
happened so far decides it, and what its time limit means. The walker asks them; nothing here knows
about time, edges or events. Each family of words has a module of its own that answers all three.
"""

from typing import assert_never

from sipflow.protocol.scenario import (
    Answer,
    Connected,
    Disconnected,
    Incoming,
    MakeCall,
    NodeAction,
    Release,
    Response,
    Ringing,
    Timeout,
)
from sipflow.worker.actions import calls, waits
from sipflow.worker.actions.examination import examined
from sipflow.worker.actions.expectations import is_unwanted, time_is_up, turned_round
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Outcome,
    Step,
    Succeeded,
    hang_up,
    in_seconds,
)
from sipflow.worker.legs import Legs

__all__ = [
    "Failed",
    "Outcome",
    "Step",
    "Succeeded",
    "begin",
    "expire",
    "hang_up",
    "observe",
]


def begin(action: NodeAction, legs: Legs, peers: dict[str, str]) -> Step:
    """Start a node: look whether it can work at all, and give the orders that it needs."""
    match action:
        case Timeout():
            return Step(log=f"waiting {in_seconds(action.timeout)}")
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.begin(action, legs, peers)
        case Ringing() | Connected() | Disconnected():
            return waits.begin(action, legs)
        case _:
            assert_never(action)


def observe(action: NodeAction, legs: Legs) -> Step:
    """Decide a running node by what has happened; the outcome is None while it is undecided."""
    step = examined(action, legs, _observe(action, legs))
    return turned_round(action, step) if is_unwanted(action) else step


def expire(action: NodeAction, legs: Legs) -> Step:
    """Say what it means that the node's time limit has passed."""
    return time_is_up(action) if is_unwanted(action) else _expire(action, legs)


def _observe(action: NodeAction, legs: Legs) -> Step:
    match action:
        case Timeout():
            return NOTHING_YET
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.observe(action, legs)
        case Ringing() | Connected() | Disconnected():
            return waits.observe(action, legs)
        case _:
            assert_never(action)


def _expire(action: NodeAction, legs: Legs) -> Step:
    match action:
        case Timeout():
            return Step(Succeeded("time is up"))
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.expire(action, legs)
        case Ringing() | Connected() | Disconnected():
            return waits.expire(action)
        case _:
            assert_never(action)
