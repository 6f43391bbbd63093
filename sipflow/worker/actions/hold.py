"""Putting a leg on hold and taking it off again: Hold and Retrieve. Pure."""

from sipflow.scenario.model.actions import Hold, Retrieve
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.sip.dialog import DialogState
from sipflow.sip.status import LOWEST_FAILURE
from sipflow.worker.actions.step import (
    Failed,
    Step,
    Succeeded,
    gone,
    in_seconds,
    no_leg,
    passed_on,
    undecided_unless_lost,
    what_came,
)
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import Reinvite

HoldAction = Hold | Retrieve


def begin(action: HoldAction, legs: Legs) -> Step:
    """Order the re-INVITE, if the leg is a dialog that can have one."""
    dialog = legs.get(action.leg)
    if dialog is None:
        return no_leg(action.leg)
    if dialog.ended:
        return Step(gone(dialog))
    if dialog.hanging_up:
        return Step(Failed("begin", f"leg {action.leg} is being released"))
    if dialog.state is not DialogState.CONFIRMED:
        return Step(Failed("begin", f"leg {action.leg} is not answered yet: there is no call"))
    return _reinvite(action, dialog)


def observe(action: HoldAction, legs: Legs) -> Step:
    """Decide by the final answer to the re-INVITE."""
    dialog = legs[action.leg]
    answer = dialog.media.answer
    if not dialog.media.turn:
        return Step(passed_on(dialog))
    if answer is None:
        return undecided_unless_lost(dialog)
    cause = f"{answer.code} received"
    if answer.fault:
        return Step(Failed(cause, answer.fault))
    if answer.code < LOWEST_FAILURE:
        return Step(Succeeded(cause))
    return Step(Failed(cause, answer.reason, answer.code))


def expire(action: HoldAction, legs: Legs) -> Step:
    """Fail because the re-INVITE was not answered in time, or could not be sent."""
    limit = in_seconds(action.timeout)
    media = legs[action.leg].media
    if media.postponed:
        message = f"no re-INVITE could be sent within {limit}: {media.postponed}"
        return Step(Failed(TIME_LIMIT, message))
    came = what_came(media.provisionals)
    return Step(Failed(TIME_LIMIT, f"no final answer to the re-INVITE within {limit} ({came})"))


def _reinvite(action: HoldAction, dialog: Dialog) -> Step:
    hold = isinstance(action, Hold)
    dialog.refusal = None
    turn = dialog.media.ask(hold)
    what = "putting leg {} on hold" if hold else "taking leg {} off hold"
    return Step(
        orders=(Reinvite(dialog.key, hold, turn, action.timeout),),
        log=f"{what.format(action.leg)}: re-INVITE with a={dialog.media.offered(hold)}",
    )
