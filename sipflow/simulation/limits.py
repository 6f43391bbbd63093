"""What a simulation cannot know, and what it does about it. Pure.

Nodes that judge media, and conditions on headers and SDP that user agents in memory do not have,
pass with a warning. What leads out of the scenario fails the node that asks for it, with a message
that begins with ``NOT_SIMULATED``.
"""

from collections.abc import Iterator

import msgspec

from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import CheckMedia, DropRTP, RecordAudio, word
from sipflow.scenario.model.conditions import Capture, Condition, Selector
from sipflow.scenario.model.graph import Node, Scenario

# The headers of messages between user agents in memory.
_HEADERS = ("from", "to", "contact")
_NOT_THERE = Selector("header.X-Not-Simulated", "header", "X-Not-Simulated")
_STAND_IN = Selector("header.From.uri", "header", "From", "uri")

NOT_SIMULATED = "not simulated: "
SUMMARY = "simulated: no SIP and no RTP was sent, and time is virtual"
PASSED = f"{NOT_SIMULATED}there are no media to judge, CheckMedia passes"


def unknown(scenario: Scenario) -> Iterator[tuple[Node, str]]:
    """Return each node that a simulation plays only in part, and what it leaves out."""
    for instance in scenario.instances:
        for node in instance.nodes:
            match node.action:
                case CheckMedia():
                    yield node, "there are no media to judge, the step passes"
                case DropRTP():
                    yield node, "there are no RTP packets to lose"
                case RecordAudio():
                    yield node, "no file is written"
                case _:
                    yield from ((node, what) for what in _unseen(node))


def _unseen(node: Node) -> Iterator[str]:
    conditions: tuple[Condition, ...] = getattr(node.action, "check", ())
    captures: tuple[Capture, ...] = getattr(node.action, "capture", ())
    for condition in conditions:
        if not _is_seen(condition.what):
            yield f"{condition.what.text} is not judged"
    for capture in captures:
        if not _is_seen(capture.what):
            yield f"{capture.what.text} has another value"


def _is_seen(what: Selector) -> bool:
    """Tell whether messages between user agents in memory have what is looked at."""
    if what.part == "header":
        return what.name.lower() in _HEADERS
    return what.part in ("code", "reason", "method", "uri")


def warning(node: Node, what: str) -> str:
    """Return the warning about a node that is played only in part."""
    return f"{NOT_SIMULATED}{word(node.action)} {node.id}: {what}"


def outside(target: str) -> str:
    """Return why a request to a target outside of the scenario fails."""
    return f"{NOT_SIMULATED}{target} is no instance of the scenario"


def playable(plan: InstancePlan) -> InstancePlan:
    """Return a plan whose nodes judge nothing that is not there."""
    return msgspec.structs.replace(plan, nodes=tuple(map(_playable, plan.nodes)))


def _playable(node: Node) -> Node:
    action = node.action
    if isinstance(action, CheckMedia):
        lenient = CheckMedia(
            leg=action.leg, window=action.window, timeout=action.timeout, min_packets=0
        )
        return msgspec.structs.replace(node, action=lenient, late=())
    if not any(_unseen(node)):
        return node
    changed = {
        "check": tuple(map(_certain, getattr(action, "check", ()))),
        "capture": tuple(map(_captured, getattr(action, "capture", ()))),
    }
    return msgspec.structs.replace(node, action=msgspec.structs.replace(action, **changed))


def _certain(condition: Condition) -> Condition:
    """Return a condition that is true, in the place of one on what is not there."""
    if _is_seen(condition.what):
        return condition
    return msgspec.structs.replace(condition, what=_NOT_THERE, operator="absent")


def _captured(capture: Capture) -> Capture:
    return capture if _is_seen(capture.what) else Capture(capture.variable, _STAND_IN)
