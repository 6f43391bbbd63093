"""The cells of the live view for one instance, with their colours.

Imported only if rich is used. Pure: it takes the projection and the time, and returns text.
"""

from rich.text import Text

from sipflow.projections.instance import InstanceProjection, LegProjection, NodeProjection
from sipflow.protocol.events import NodeStateName
from sipflow.scenario.model.properties import DEFAULT_LEG
from sipflow.sip.dialog import DialogState
from sipflow.sip.status import LOWEST_FAILURE
from sipflow.text import one_line, stopwatch
from sipflow.wording.run import details, why

# More than this many nodes are shown as numbers: 12/40.
_MOST_MARKS = 10
_MARKS: dict[NodeStateName, tuple[str, str, str]] = {
    # state: mark, mark where the terminal has ASCII only, style
    "pending": ("·", ".", "dim"),
    "running": ("▶", ">", "bold cyan"),
    "completed": ("✓", "+", "green"),
    "failed": ("✗", "x", "red"),
    "cancelled": ("■", "-", "yellow"),
}
_LEG_STYLES: dict[str, str] = {
    DialogState.TRYING: "yellow",
    DialogState.PROCEEDING: "yellow",
    DialogState.EARLY: "yellow",
    DialogState.CONFIRMED: "bold green",
    DialogState.TERMINATED: "dim",
}


def marks(instance: InstanceProjection, *, ascii_only: bool) -> Text:
    """Return one mark per node in file order, or numbers where there are too many nodes."""
    if len(instance.nodes) > _MOST_MARKS:
        done, total = instance.progress()
        return Text(f"{done}/{total}")
    text = Text()
    # A worker that crashed has not reported the node that it crashed in.
    died_in = instance.node if instance.phase == "failed" else None
    for node in instance.nodes.values():
        mark, plain_mark, style = _MARKS["failed" if node is died_in else node.state]
        text.append(plain_mark if ascii_only else mark, style)
    return text


def now_doing(instance: InstanceProjection) -> Text:
    """Return the node that an instance is in and what it does there, or how it ended."""
    node = instance.node
    match instance.phase:
        case "failed":
            return Text(one_line(_failed(instance)), "red")
        case "cancelled" if node is not None:
            return Text(one_line(f"{node.label} cancelled"), "yellow")
        case "running" if node is not None:
            return _running(node)
        case phase:
            return Text(phase, "dim")


def time_in_node(instance: InstanceProjection, now: float) -> Text:
    """Return for how long an instance has been in its node, and the node's time limit."""
    node = instance.node
    if instance.phase != "running" or node is None or node.state != "running":
        return Text()
    text = Text(stopwatch(now - node.since))
    if node.node is not None:
        text.append(f" of {node.node.action.timeout:g} s", "dim")
    return text


def legs(instance: InstanceProjection) -> Text:
    """Return an instance's legs and their states; a lone leg with the usual name goes unnamed."""
    unnamed = list(instance.legs) == [DEFAULT_LEG]
    parts = [_leg(leg, named=not unnamed) for leg in instance.legs.values()]
    return Text(", ").join(parts)


def _running(node: NodeProjection) -> Text:
    text = Text(one_line(node.id))
    if node.node is not None:
        text.append(one_line(node.label.removeprefix(node.id)), "bold cyan")
        text.append(one_line(f" {details(node.node.action)}".rstrip()))
    return text


def _failed(instance: InstanceProjection) -> str:
    node = instance.node
    reason = instance.error or (node.reason if node is not None else None)
    where = f"{node.label} failed" if node is not None else "failed"
    return where if reason is None else f"{where}  {why(reason)}".rstrip()


def _leg(leg: LegProjection, *, named: bool) -> Text:
    has_failed = leg.code is not None and leg.code >= LOWEST_FAILURE
    text = Text(one_line(f"{leg.leg} ") if named else "")
    text.append(one_line(leg.state), "red" if has_failed else _LEG_STYLES.get(leg.state, ""))
    if leg.code is not None and (has_failed or leg.state == DialogState.EARLY):
        text.append(f" {leg.code}", "red" if has_failed else "dim")
    return text
