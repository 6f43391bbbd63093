"""Making, taking, answering and ending calls: MakeCall, INCOMING, Answer, Release, … Pure."""

from typing import assert_never

from sipflow.scenario.model.actions import Answer, Incoming, LegAction, MakeCall, Release, Response
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.sip.dialog import DialogState, Direction
from sipflow.sip.status import HIGHEST_PROVISIONAL, LOWEST_FAILURE, reason_phrase
from sipflow.sip.uri import is_sip_uri
from sipflow.worker.actions.expectations import not_seen_gone, observe_code
from sipflow.worker.actions.step import (
    NOTHING_YET,
    TEMPORARILY_UNAVAILABLE,
    Failed,
    Step,
    Succeeded,
    describe_end,
    gone,
    hang_up,
    in_seconds,
    no_leg,
    pairs,
    refused,
    undecided_unless_lost,
    what_came,
    without_media,
)
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import Invite, Respond

OK = 200
RINGING = 180
CallAction = MakeCall | Incoming | Answer | Response | Release


def begin(action: CallAction, legs: Legs, peers: dict[str, str]) -> Step:
    """Start a node: check its preconditions and return its commands."""
    match action:
        case MakeCall():
            return _begin_call(action, legs, peers)
        case Incoming():
            return _begin_incoming(action, legs)
        case Answer() | Response() | Release():
            dialog = legs.get(action.leg)
            return no_leg(action.leg) if dialog is None else _begin_on_leg(action, dialog, peers)
        case _:
            assert_never(action)


def observe(action: CallAction, legs: Legs) -> Step:
    """Decide a running node by the events so far."""
    match action:
        case Incoming():
            return _observe_invite(action, legs)
        case MakeCall():
            return _observe_call(action, legs[action.leg])
        case Answer():
            return _observe_answer(legs[action.leg])
        case Response():
            return _observe_response(action, legs[action.leg])
        case Release():
            return _observe_release(legs[action.leg])
        case _:
            assert_never(action)


def expire(action: CallAction, legs: Legs) -> Step:
    """Return the step of a node whose time limit has passed."""
    limit = in_seconds(action.timeout)
    match action:
        case MakeCall():
            answer = legs[action.leg].answer
            if action.expect is not None and answer is not None:
                return not_seen_gone(action, answer, limit)
            return _cancel_call(action, legs, limit)
        case Incoming():
            return Step(Failed(TIME_LIMIT, f"no INVITE within {limit}{legs.refused.instead()}"))
        case Answer():
            return Step(Failed(TIME_LIMIT, f"no ACK for the 200 within {limit}"))
        case Response():
            return Step(Failed(TIME_LIMIT, f"the {action.code} could not be sent in {limit}"))
        case Release():
            return _expire_release(action, legs, limit)
        case _:
            assert_never(action)


def _begin_on_leg(
    action: Answer | Response | Release, dialog: Dialog, peers: dict[str, str]
) -> Step:
    match action:
        case Answer(headers=headers):
            return _begin_response(action, dialog, Respond(dialog.key, OK, headers=pairs(headers)))
        case Response(code=code, reason=reason, contact=to, headers=headers):
            contact = None if to is None else peers.get(to, to)
            if contact is not None and not is_sip_uri(contact):
                return Step(Failed("begin", f"{to} is no number, name or SIP URI"))
            response = Respond(dialog.key, code, reason, contact, pairs(headers))
            return _begin_response(action, dialog, response)
        case Release():
            return _begin_release(action, dialog)
        case _:
            assert_never(action)


def _begin_call(action: MakeCall, legs: Legs, peers: dict[str, str]) -> Step:
    if legs.in_use(action.leg):
        return Step(Failed("begin", f"leg {action.leg} is in use: give this call a leg of its own"))
    target = peers.get(action.to, action.to)
    if not is_sip_uri(target):
        return Step(Failed("begin", f"{action.to} is no number, name or SIP URI"))
    dialog = legs.start(action.leg, target)
    invite = Invite(
        dialog.key, target, action.offer == "late", action.follow, pairs(action.headers)
    )
    return Step(orders=(invite,), log=f"MakeCall to {target}")


def _begin_incoming(action: Incoming, legs: Legs) -> Step:
    if legs.in_use(action.leg):
        return Step(Failed("begin", f"leg {action.leg} is in use: give this call a leg of its own"))
    return Step(log="waiting for an INVITE")


def _begin_response(action: LegAction, dialog: Dialog, response: Respond) -> Step:
    if dialog.ended:
        return Step(gone(dialog))
    if dialog.direction is Direction.INITIATOR:
        return Step(
            Failed("begin", f"leg {action.leg} is a call made from here: no INVITE to answer")
        )
    if not dialog.unanswered:
        return Step(Failed("begin", f"leg {action.leg} is answered already"))
    dialog.refusal = None
    dialog.code = None
    dialog.answered = response.code > HIGHEST_PROVISIONAL
    phrase = response.reason or reason_phrase(response.code)
    return Step(
        orders=(response,),
        log=f"answering leg {action.leg} with {response.code} {phrase}".rstrip(),
    )


def _begin_release(action: Release, dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(
            Succeeded("begin", f"leg {action.leg} was gone already: {describe_end(dialog)}")
        )
    if dialog.unanswered:
        how = f"{TEMPORARILY_UNAVAILABLE} {reason_phrase(TEMPORARILY_UNAVAILABLE)}"
    else:
        how = "BYE" if dialog.answered or dialog.state is DialogState.CONFIRMED else "CANCEL"
    headers = pairs(action.headers)
    also = () if dialog.successor is None else (hang_up(dialog.successor, headers),)
    return Step(orders=(hang_up(dialog, headers), *also), log=f"releasing leg {action.leg}: {how}")


def _observe_invite(action: Incoming, legs: Legs) -> Step:
    dialog = legs.take_invite(action.leg)
    if dialog is None:
        return NOTHING_YET
    if dialog.ended:
        return Step(
            Succeeded("INVITE received", f"the call had already ended: {describe_end(dialog)}")
        )
    rings = action.ring and dialog.unanswered
    orders = (Respond(dialog.key, RINGING),) if rings else ()
    log = f"INVITE from {dialog.peer} taken as leg {action.leg}"
    return Step(Succeeded("INVITE received"), orders, log)


def _observe_call(action: MakeCall, dialog: Dialog) -> Step:
    if action.expect is not None:
        return observe_code(action.expect, dialog)
    if dialog.media.fault:
        return Step(without_media(dialog))
    if dialog.ended:
        return Step(gone(dialog))
    if dialog.refusal is not None:
        return Step(refused(dialog))
    answered = dialog.state is DialogState.CONFIRMED
    reached = {
        "answered": answered,
        "ringing": dialog.rang or answered,
        "sent": dialog.sent,
    }[action.until]
    if not reached:
        return NOTHING_YET
    cause = "INVITE sent" if action.until == "sent" else f"{dialog.code} received"
    return Step(Succeeded(cause))


def _observe_answer(dialog: Dialog) -> Step:
    if dialog.media.fault:
        return Step(without_media(dialog))
    if dialog.answer is not None:
        if dialog.acknowledged:
            return Step(Succeeded("ACK received"))
        return Step(Succeeded("BYE received", "a BYE came and no ACK: the 200 had arrived"))
    return undecided_unless_lost(dialog)


def _observe_response(action: Response, dialog: Dialog) -> Step:
    if action.code > HIGHEST_PROVISIONAL:
        if dialog.ended and dialog.code == action.code:
            return Step(Succeeded(f"{action.code} sent"))
    elif dialog.code == action.code and not dialog.ended:
        return Step(Succeeded(f"{action.code} sent"))
    return undecided_unless_lost(dialog)


def _observe_release(dialog: Dialog) -> Step:
    if dialog.ended:
        return Step(Failed("dialog gone", dialog.reason) if dialog.unconfirmed else _gone(dialog))
    if dialog.refusal is not None:
        return Step(refused(dialog))
    return NOTHING_YET


def _gone(dialog: Dialog) -> Succeeded:
    """Return a Release's success: also a refused BYE ends the dialog (RFC 3261 §15.1.1)."""
    if dialog.bye_answered and dialog.code is not None and dialog.code >= LOWEST_FAILURE:
        return Succeeded("dialog gone", f"the BYE was answered {describe_end(dialog)}")
    return Succeeded("dialog gone")


def _expire_release(action: Release, legs: Legs, limit: str) -> Step:
    dialog = legs[action.leg]  # not ended: that would have decided the Release
    if not dialog.responded:
        legs.give_up(dialog)
        return Step(Succeeded("given up", f"leg {action.leg} is {dialog.reason}"))
    return Step(Failed(TIME_LIMIT, f"leg {action.leg} did not end within {limit}"))


def _cancel_call(action: MakeCall, legs: Legs, limit: str) -> Step:
    dialog = legs[action.leg]
    missing = f"no final answer within {limit} ({what_came(dialog.provisionals)})"
    if dialog.hanging_up and not dialog.responded and not dialog.ended:
        legs.give_up(dialog)
    if dialog.hanging_up or dialog.ended:
        return Step(Failed(TIME_LIMIT, f"{missing}: cancelled"))
    log = f"{missing}: cancelling leg {action.leg}"
    return Step(orders=(hang_up(dialog),), log=log)
