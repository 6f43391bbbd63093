"""Deliberate loss of received RTP packets: DropRTP. Pure."""

from sipflow.scenario.model.actions import DropRTP
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.worker.actions.step import (
    Failed,
    Step,
    Succeeded,
    gone,
    in_seconds,
    no_leg,
    undecided_unless_lost,
)
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import DropRtp


def begin(action: DropRTP, legs: Legs) -> Step:
    """Order the loss, if the leg exists."""
    dialog = legs.get(action.leg)
    if dialog is None:
        return no_leg(action.leg)
    if dialog.ended:
        return Step(gone(dialog))
    dialog.reception.dropping, dialog.refusal = None, None
    return Step(
        orders=(DropRtp(dialog.key, action.percent),),
        log=f"dropping {action.percent} % of the RTP that leg {action.leg} receives",
    )


def observe(action: DropRTP, legs: Legs) -> Step:
    """Succeed once packets are dropped."""
    dialog = legs[action.leg]
    if dialog.reception.dropping is not None:
        return Step(Succeeded("RTP is dropped"))
    return undecided_unless_lost(dialog)


def expire(action: DropRTP) -> Step:
    """Fail because the loss did not begin in time."""
    return Step(Failed(TIME_LIMIT, f"no RTP is dropped after {in_seconds(action.timeout)}"))
