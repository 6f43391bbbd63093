"""Sending DTMF digits, and waiting for them. Pure.

A wait reads the digits of its leg from the first that no wait has used. The digits that satisfy it
are used up; a wait that fails uses up none, so that its failure branch can wait for others.
"""

from sipflow.scenario.model.actions import DTMFReceived, SendDTMF
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.scenario.model.digit_pattern import DigitPattern, read_pattern
from sipflow.worker.actions.audio import give_up, no_audio, observe_track
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Step,
    Succeeded,
    in_seconds,
    no_leg,
    too_late,
)
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import SendDigits
from sipflow.worker.ua.events import Track

DigitAction = SendDTMF | DTMFReceived


def begin(action: DigitAction, legs: Legs) -> Step:
    """Begin to send or to wait, if there is such a leg."""
    dialog = legs.get(action.leg)
    if dialog is None:
        return no_leg(action.leg)
    if isinstance(action, DTMFReceived):
        return Step(log=f"waiting on leg {action.leg} for {_wanted(action)}")
    trouble = no_audio(dialog)
    if trouble is not None:
        return Step(trouble)
    dialog.audio.ask(Track.SENDING)
    digits = action.digits.upper()
    log = f"sending {digits} on leg {action.leg} ({action.method})"
    return Step(
        orders=(SendDigits(dialog.key, digits, action.interval, action.method),),
        log=log,
    )


def observe(action: DigitAction, legs: Legs) -> Step:
    """Decide a running node by the events so far."""
    dialog = legs[action.leg]
    if isinstance(action, SendDTMF):
        return observe_track(dialog, Track.SENDING, waits=True, done="digits sent")
    received = dialog.audio.received
    count = _satisfied_by(action, received)
    if count:
        dialog.audio.use(count)
        return Step(Succeeded(f"{received[:count]} received"))
    if not dialog.ended:
        return NOTHING_YET
    return Step(too_late(dialog, f"{_instead(action, dialog)} before the leg ended"))


def expire(action: DigitAction, legs: Legs) -> Step:
    """Fail with the digits that were received instead, or stop sending."""
    dialog, limit = legs[action.leg], in_seconds(action.timeout)
    if isinstance(action, DTMFReceived):
        message = f"{_instead(action, dialog)} on leg {action.leg} within {limit}"
        return Step(Failed(TIME_LIMIT, message))
    message = f"{action.digits.upper()} could not be sent within {limit}"
    return give_up(dialog, Track.SENDING, message)


def _instead(action: DTMFReceived, dialog: Dialog) -> str:
    received = dialog.audio.received
    return f"received {received or 'no digit'}, not {_wanted(action)}"


def _satisfied_by(action: DTMFReceived, received: str) -> int:
    """Return how many of the received digits satisfy the wait; 0 if they do not."""
    literal = action.digit or action.digits
    if literal is not None:
        return len(literal) if received.startswith(literal.upper()) else 0
    if action.pattern is None:
        return min(1, len(received))
    return _pattern(action.pattern).shortest_match(received)


def _pattern(text: str) -> DigitPattern:
    pattern = read_pattern(text)
    assert isinstance(pattern, DigitPattern), "a pattern with a mistake is refused with the file"
    return pattern


def _wanted(action: DTMFReceived) -> str:
    literal = action.digit or action.digits
    if literal is not None:
        return literal.upper()
    return "any digit" if action.pattern is None else f"what matches {action.pattern}"
