"""Transferring a call's peer to another target, by REFER (RFC 3515, RFC 5589). Pure.

A transfer has succeeded when the peer notifies that the target has answered; then our own legs are
released, one after the other: the target ends the consulted one by itself (RFC 3891 §3), and two
BYEs need not cross. If it fails, every leg is left as it was.
"""

from typing import assert_never

from sipflow.scenario.model.actions import AttendedTransfer, BlindTransfer, legs_of
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.sip.dialog import DialogState
from sipflow.sip.uri import address, is_sip_uri
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Step,
    Succeeded,
    gone,
    hang_up,
    in_seconds,
    no_leg,
    passed_on,
    refused,
)
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs
from sipflow.worker.legs.transfer import Transfer
from sipflow.worker.ua.commands import Refer, ReferToDialog, TransferOrder

TransferAction = BlindTransfer | AttendedTransfer


def begin(action: TransferAction, legs: Legs, peers: dict[str, str]) -> Step:
    """Send the REFER, if every leg that it needs is a confirmed call."""
    found: list[Dialog] = []
    for leg in legs_of(action):
        dialog = legs.get(leg)
        if dialog is None:
            return no_leg(leg)
        if dialog.ended:
            return Step(gone(dialog))
        if dialog.state is not DialogState.CONFIRMED:
            return Step(Failed("begin", f"leg {leg} is not connected"))
        found.append(dialog)
    match action:
        case BlindTransfer():
            return _refer(found[0], action, peers)
        case AttendedTransfer():
            return _refer_to_dialog(action, *found)
        case _:
            assert_never(action)


def observe(action: TransferAction, legs: Legs) -> Step:
    """Decide by the peer's notifications; release the legs once the target has answered."""
    primary = legs[legs_of(action)[0]]
    transfer = primary.transfer
    if transfer is None:  # the leg has another dialog by now, which reports nothing of this
        return Step(passed_on(primary))
    if _is_through(action, transfer):
        return _release(action, legs)
    if primary.refusal is not None:
        return Step(refused(primary))
    if transfer.failed:
        return Step(_failure(transfer))
    return Step(gone(primary)) if primary.ended else NOTHING_YET


def expire(action: TransferAction, legs: Legs) -> Step:
    """Fail with what is still missing."""
    limit = in_seconds(action.timeout)
    transfer = legs[legs_of(action)[0]].transfer
    if transfer is not None and _is_through(action, transfer):
        (left, *_) = [leg for leg in legs_of(action) if not legs[leg].ended]
        return Step(Failed(TIME_LIMIT, f"leg {left} did not end within {limit}"))
    return Step(Failed(TIME_LIMIT, f"{_missing(action, transfer)} within {limit}"))


def _refer(dialog: Dialog, action: BlindTransfer, peers: dict[str, str]) -> Step:
    target = _target(action, dialog, peers)
    if not is_sip_uri(target):
        return Step(Failed("begin", f"{target} is no number, name or SIP URI"))
    return _ask(dialog, Refer(dialog.key, target), f"transferring leg {action.leg} to {target}")


def _refer_to_dialog(action: AttendedTransfer, primary: Dialog, consult: Dialog) -> Step:
    if primary is consult:
        return Step(Failed("begin", f"leg {action.consult} cannot be joined with itself"))
    log = f"joining leg {action.transferred} with leg {action.consult}"
    return _ask(primary, ReferToDialog(primary.key, consult.key), log)


def _ask(dialog: Dialog, order: TransferOrder, log: str) -> Step:
    dialog.transfer = Transfer()
    dialog.refusal = None
    return Step(orders=(order,), log=log)


def _target(action: BlindTransfer, dialog: Dialog, peers: dict[str, str]) -> str:
    user = action.user
    if user is None:
        to = action.to or ""
        return peers.get(to, to)
    if action.host:
        return f"sip:{user}@{action.host}"
    known = peers.get(user, "")
    is_number = known.startswith(f"sip:{user}@")
    return known if is_number else f"sip:{user}@{address(dialog.peer)}"


def _is_through(action: TransferAction, transfer: Transfer) -> bool:
    accepted = isinstance(action, BlindTransfer) and action.expect == "accepted"
    return transfer.answered or (accepted and transfer.accepted)


def _release(action: TransferAction, legs: Legs) -> Step:
    for leg in legs_of(action):
        dialog = legs[leg]
        if dialog.ended:
            continue
        if not dialog.hanging_up:
            return Step(orders=(hang_up(dialog),))
        return NOTHING_YET if dialog.refusal is None else Step(refused(dialog))
    return Step(Succeeded("transferred"))


def _failure(transfer: Transfer) -> Failed:
    code, reason = transfer.code, transfer.reason
    if transfer.accepted:
        return Failed(f"{code} notified", reason or f"the target answered {code}", code)
    return Failed(f"{code} received", f"the REFER was refused: {reason or code}", code)


def _missing(action: TransferAction, transfer: Transfer | None) -> str:
    if transfer is None or not transfer.accepted:
        return "no answer to the REFER"
    if transfer.code is None:
        return "no NOTIFY about the target"
    return (
        f"no final NOTIFY about the target, the last was {transfer.code} {transfer.reason}".rstrip()
    )
