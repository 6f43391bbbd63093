"""Sending and awaiting texts: SendMessage and MESSAGE. Pure.

A wait takes the first message that meets its conditions and leaves the others to other waits; its
failure lists the messages received instead.
"""

from typing import assert_never

from sipflow.scenario.model.actions import Message, SendMessage
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.scenario.model.pattern import Pattern
from sipflow.scenario.model.properties import DEFAULT_LEG
from sipflow.sip.uri import is_sip_uri, party
from sipflow.worker.actions.step import (
    NOTHING_YET,
    Failed,
    Step,
    Succeeded,
    gone,
    in_seconds,
    no_leg,
    pairs,
    too_late,
)
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import SendText
from sipflow.worker.ua.events import TextReceived

_LOWEST_FAILURE = 300
_LONGEST = 60
_MOST_LISTED = 3
MessageAction = SendMessage | Message


def begin(action: MessageAction, legs: Legs, peers: dict[str, str]) -> Step:
    """Start a node: check its preconditions and return its commands."""
    match action:
        case SendMessage():
            return _begin_text(action, legs, peers)
        case Message():
            return _begin_wait(action, legs, peers)
        case _:
            assert_never(action)


def observe(action: MessageAction, legs: Legs) -> Step:
    """Decide a running node by the events so far."""
    match action:
        case SendMessage():
            return _observe_text(legs)
        case Message():
            return _observe_wait(action, legs)
        case _:
            assert_never(action)


def expire(action: MessageAction, legs: Legs) -> Step:
    """Return the step of a node whose time limit has passed."""
    limit = in_seconds(action.timeout)
    match action:
        case SendMessage():
            message = f"no answer to the MESSAGE within {limit}"
            return Step(Failed(TIME_LIMIT, message))
        case Message():
            return Step(
                Failed(TIME_LIMIT, f"no {_what(action)} within {limit}{_received_instead(legs)}")
            )
        case _:
            assert_never(action)


def _begin_text(action: SendMessage, legs: Legs, peers: dict[str, str]) -> Step:
    if action.to is None:
        return _begin_on_leg(action, action.leg or DEFAULT_LEG, legs)
    target = peers.get(action.to, action.to)
    if not is_sip_uri(target):
        return Step(Failed("begin", f"{action.to} is no number, name or SIP URI"))
    order = SendText(
        legs.messages.start(),
        action.body,
        action.content_type,
        target=target,
        headers=pairs(action.headers),
    )
    return Step(orders=(order,), log=f"MESSAGE to {target}: {_shown(action.body)}")


def _begin_on_leg(action: SendMessage, leg: str, legs: Legs) -> Step:
    dialog = legs.get(leg)
    if dialog is None:
        return no_leg(leg)
    if dialog.ended:
        return Step(gone(dialog))
    order = SendText(
        legs.messages.start(dialog.key),
        action.body,
        action.content_type,
        dialog=dialog.key,
        headers=pairs(action.headers),
    )
    return Step(orders=(order,), log=f"MESSAGE on leg {leg}: {_shown(action.body)}")


def _observe_text(legs: Legs) -> Step:
    answer = legs.messages.answer()
    if answer is None:
        key = legs.messages.sent_in
        dialog = None if key is None else legs.dialog(key)
        return Step(gone(dialog)) if dialog is not None and dialog.ended else NOTHING_YET
    if answer.code is None:
        return Step(Failed(TIME_LIMIT if answer.timed_out else "refused", answer.reason))
    if answer.code >= _LOWEST_FAILURE:
        return Step(Failed(f"{answer.code} received", answer.reason, answer.code))
    return Step(Succeeded(f"{answer.code} received"))


def _begin_wait(action: Message, legs: Legs, peers: dict[str, str]) -> Step:
    sender = action.sender
    legs.messages.expected_sender = None if sender is None else peers.get(sender, sender)
    if action.leg is None:
        return Step(log=f"waiting for a {_what(action)}")
    if legs.get(action.leg) is None:
        return no_leg(action.leg)
    return Step(log=f"waiting for a {_what(action)}")


def _observe_wait(action: Message, legs: Legs) -> Step:
    dialog = None if action.leg is None else legs[action.leg]
    sender = legs.messages.expected_sender
    text = legs.messages.take(lambda text: _is_wanted(action, text, dialog, sender))
    if text is not None:
        log = f"MESSAGE from {text.sender}: {_shown(text.body)}"
        return Step(Succeeded("MESSAGE received"), log=log)
    if dialog is None or not dialog.ended:
        return NOTHING_YET
    return Step(
        too_late(dialog, f"no {_what(action)} before the leg ended{_received_instead(legs)}")
    )


def _is_wanted(
    action: Message, text: TextReceived, dialog: Dialog | None, sender: str | None
) -> bool:
    return (
        (dialog is None or text.dialog == dialog.key)
        and (sender is None or party(text.sender) == party(sender))
        and (action.body is None or text.body == action.body)
        and (action.contains is None or action.contains in text.body)
        and (action.pattern is None or Pattern(action.pattern).found_in(text.body))
    )


def _what(action: Message) -> str:
    """Describe the message that a node waits for."""
    parts = [
        ("from", action.sender),
        ("on leg", action.leg),
        ("that says", action.body and _shown(action.body)),
        ("that contains", action.contains and _shown(action.contains)),
        ("that matches", action.pattern and _shown(action.pattern)),
    ]
    return " ".join(["MESSAGE", *(f"{word} {value}" for word, value in parts if value is not None)])


def _received_instead(legs: Legs) -> str:
    """Describe the messages received that did not meet the conditions."""
    received = legs.messages.received
    texts = [f"{_shown(text.body)} from {text.sender}" for text in received[:_MOST_LISTED]]
    more = len(received) - len(texts)
    if more:
        texts.append(f"and {more} more")
    return f"; received instead: {', '.join(texts)}" if texts else ""


def _shown(text: str) -> str:
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return '"' + "".join(one if one.isprintable() else "\ufffd" for one in short) + '"'
