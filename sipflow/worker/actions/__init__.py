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
    Held,
    Hold,
    Incoming,
    MakeCall,
    NodeAction,
    Release,
    Response,
    Retrieve,
    Retrieved,
    Ringing,
    Timeout,
)
from sipflow.worker.actions import calls, hold, waits
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
        case Hold() | Retrieve():
            return hold.begin(action, legs)
        case Ringing() | Connected() | Disconnected() | Held() | Retrieved():
            return waits.begin(action, legs)
        case _:
            assert_never(action)


def observe(action: NodeAction, legs: Legs) -> Step:
    """Decide a running node by what has happened; the outcome is None while it is undecided."""
    match action:
        case Timeout():
            return NOTHING_YET
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.observe(action, legs)
        case Hold() | Retrieve():
            return hold.observe(action, legs)
        case Ringing() | Connected() | Disconnected() | Held() | Retrieved():
            return waits.observe(action, legs)
        case _:
            assert_never(action)


def expire(action: NodeAction, legs: Legs) -> Step:
    """Say what it means that the node's time limit has passed."""
    match action:
        case Timeout():
            return Step(Succeeded("time is up"))
        case MakeCall() | Incoming() | Answer() | Response() | Release():
            return calls.expire(action, legs)
        case Hold() | Retrieve():
            return hold.expire(action)
        case Ringing() | Connected() | Disconnected() | Held() | Retrieved():
            return waits.expire(action)
        case _:
            assert_never(action)
