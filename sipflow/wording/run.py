"""Texts about a run: times, outcomes, actions, and what each instance was doing.

Pure; used by the plain lines, the live view and the summary. It writes nothing itself.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sipflow.projections.instance import INTEREST, LegProjection, Phase, Stand
from sipflow.protocol.events import Reason, RunReason
from sipflow.scenario.model.actions import LegAction, MakeCall, NodeAction, Response
from sipflow.scenario.model.properties import DEFAULT_LEG
from sipflow.sip.status import reason_phrase
from sipflow.text import counted, duration


def wall_clock(ts: float) -> str:
    """Return the local time of day of a moment in Unix seconds: ``14:05:59.123``."""
    return f"{datetime.fromtimestamp(ts, UTC).astimezone():%H:%M:%S.%f}"[:-3]


def outcome(code: int | None, message: str, local: str | None = None) -> str:
    """Return a SIP code and a text, either of which may be missing: ``486 Busy Here``.

    A text that begins with the code, or says what was expected and came instead, is enough. A
    local cause that the text does not have in it follows in brackets.
    """
    said = message
    if code is not None and not message.startswith((str(code), "expected ")):
        said = f"{code} {message or reason_phrase(code)}".rstrip()
    return said if not local or local in said else f"{said} ({local})".lstrip()


def why(reason: Reason | RunReason) -> str:
    """Return a reason as text: ``486 Busy Here``, or the local cause."""
    return outcome(reason.code, reason.message, reason.local)


def run_outcome(reason: RunReason | None) -> str:
    """Return why a run ended as it did: ``alice alice-1: 486 Busy Here``, as far as known."""
    if reason is None:
        return ""
    where = " ".join(part for part in (reason.instance, reason.node) if part)
    what = why(reason)
    return f"{where}: {what}" if where and what else where or what


def details(action: NodeAction) -> str:
    """Return an action's parameters as text: ``to 200``, ``486 Busy Here``, ``on call-2``."""
    parts = []
    if isinstance(action, MakeCall):
        parts.append(f"to {action.to}")
        if action.until != "answered":
            parts.append(f"until {action.until}")
    if isinstance(action, Response):
        parts.append(outcome(action.code, action.reason or ""))
    if isinstance(action, LegAction) and action.leg != DEFAULT_LEG:
        parts.append(f"on {action.leg}")
    return " ".join(parts)


def clean_up(released: int, left: int) -> str:
    """Return the numbers of a clean-up, zeros left out: ``2 calls released, 1 call left``."""
    parts = []
    if released:
        parts.append(f"{counted(released, 'call')} released")
    if left:
        parts.append(f"{counted(left, 'call')} left")
    return ", ".join(parts)


def open_legs(legs: tuple[LegProjection, ...]) -> str:
    """Return the legs that have a dialog: ``leg call-1 confirmed``, or an empty text."""
    return ", ".join(f"leg {leg.leg} {leg.state}" for leg in legs if leg.is_open)


def and_more(phases: Sequence[Phase]) -> str:
    """Return a line for instances that are not shown: ``and 9 more: 7 running, 2 finished``."""
    counts = Counter(phases)
    parts = (f"{counts[phase]} {phase}" for phase in INTEREST if counts[phase])
    return f"and {len(phases)} more: {', '.join(parts)}"


def doing(stand: Stand) -> str:
    """Return what an instance was doing: ``waiting in bob-3 DISCONNECTED for 1.2 s, leg …``."""
    parts = [_doing(stand), open_legs(stand.legs)]
    return ", ".join(part for part in parts if part)


def _doing(stand: Stand) -> str:
    node = stand.node
    if stand.phase == "failed":
        return failure("failed", stand)
    if node is None or stand.phase == "finished":
        return stand.phase
    match node.state:
        case "running":
            return f"waiting in {node.label} for {duration(stand.at - node.since)}"
        case "cancelled":
            return f"cancelled in {node.label}"
        case _:
            return f"after {node.label}"


def failure(how: str, stand: Stand) -> str:
    """Return how an instance failed and where: ``failed in alice-1 MakeCall: 486 Busy Here``.

    A failure after the step has completed, for example in the clean-up, is not the step's own.
    """
    node = stand.node
    reason = stand.error or (node.reason if node is not None else None)
    where = how
    if node is not None:
        where += f" after {node.label}" if node.state == "completed" else f" in {node.label}"
    what = why(reason) if reason is not None else ""
    return f"{where}: {what}" if what else where


def endpoints(events: str, control: str | None) -> str:
    """Return the endpoints of a command's events and, if it has one, of its control API."""
    return f"events {events}" + (f"  control {control}" if control is not None else "")
