"""Expectations of a scenario: a call's final code (``expect``), and ``must_not`` waits. Pure."""

from sipflow.scenario.model.actions import Action, MakeCall, word
from sipflow.sip.status import reason_phrase
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Step,
    Succeeded,
    describe_end,
    hang_up,
    lost,
    refused,
    without_media,
)
from sipflow.worker.legs.dialog import Dialog


def observe_code(expected: int, dialog: Dialog) -> Step:
    """Decide a call by its final code; one that is answered unexpectedly is released."""
    if dialog.answer is not None:
        return _observe_answered(expected, dialog.answer, dialog)
    if dialog.ended:
        if dialog.code == expected:
            return Step(Succeeded(f"{expected} received"))
        cause = f"{dialog.code} received" if dialog.code else lost(dialog)
        got = f"got {describe_end(dialog)}" if dialog.code else "and no final code came"
        return Step(Failed(cause, f"expected {expected}, {got}", dialog.code))
    return Step(refused(dialog)) if dialog.refusal is not None else NOTHING_YET


def _observe_answered(expected: int, answer: int, dialog: Dialog) -> Step:
    if answer == expected and dialog.media.fault:
        return Step(without_media(dialog))
    if answer == expected:
        return Step(Succeeded(f"{answer} received"))
    if dialog.ended:
        return Step(_unexpected(expected, answer, "released"))
    if dialog.refusal is not None:
        return Step(refused(dialog))
    if dialog.hanging_up:
        return NOTHING_YET
    log = f"{answer} received where {expected} was expected: releasing leg {dialog.leg}"
    return Step(orders=(hang_up(dialog),), log=log)


def not_seen_gone(action: MakeCall, answer: int, limit: str) -> Step:
    """Fail because a call that was answered unexpectedly did not end in time."""
    assert action.expect is not None
    return Step(_unexpected(action.expect, answer, f"it did not end within {limit}"))


def _unexpected(expected: int, answer: int, what_then: str) -> Failed:
    phrase = f"{answer} {reason_phrase(answer)}".rstrip()
    return Failed(f"{answer} received", f"expected {expected}, got {phrase}: {what_then}", answer)


def is_unwanted(action: Action) -> bool:
    """Return whether a node is a ``must_not`` wait."""
    return bool(getattr(action, "must_not", False))


def turned_round(action: Action, step: Step) -> Step:
    """Invert a wait's outcome for ``must_not``: success becomes failure and vice versa.

    The event is used up, and an INVITE has its leg, so that the failure branch can answer it.
    """
    match step.outcome:
        case Succeeded(cause=cause):
            message = f"{word(action)} must not happen, but did: {cause}"
            return Step(Failed(cause, message), step.orders, step.log)
        case Failed():
            return Step(Succeeded(f"no {word(action)} can come any more"), step.orders, step.log)
        case None:
            return step


def time_is_up(action: Action) -> Step:
    """Succeed because the unwanted event has not come."""
    return Step(Succeeded(f"no {word(action)} within its time"))
