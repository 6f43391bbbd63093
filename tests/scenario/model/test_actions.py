"""The graph's types: the vocabulary, the defaults, the limits of what a user may write."""

import msgspec
import pytest

from sipflow.scenario.model.actions import (
    COMMANDS,
    EVENTS,
    Action,
    Answer,
    AttendedTransfer,
    Incoming,
    LegAction,
    MakeCall,
    Message,
    MuteTransfer,
    NodeAction,
    Place,
    Register,
    Registered,
    Release,
    Response,
    SendMessage,
    Timeout,
    Unregister,
    Wait,
    legs_of,
    word,
)
from sipflow.scenario.model.graph import Instance, Node, Scenario
from sipflow.scenario.model.properties import DEFAULT_LEG

PLACE = Place(file="call.yaml", line=5, column=7)


def test_the_vocabulary_is_that_of_scenario_files() -> None:
    assert [word(kind) for kind in COMMANDS] == [
        "MakeCall", "Answer", "Response", "Release", "Hold", "Retrieve", "SendMessage",
        "BlindTransfer", "AttendedTransfer", "MuteTransfer",
        "PlayAudio", "RecordAudio", "StopAudio", "SendDTMF",
        "CheckMedia", "DropRTP", "Register", "Unregister",
    ]  # fmt: skip
    assert [word(kind) for kind in EVENTS] == [
        "INCOMING", "RINGING", "CONNECTED", "DISCONNECTED", "HELD", "RETRIEVED", "TRANSFERRED",
        "MESSAGE", "TIMEOUT", "Wait", "DTMFReceived", "REGISTERED",
    ]  # fmt: skip


def test_an_action_knows_its_word() -> None:
    assert word(Incoming()) == "INCOMING"
    assert word(Timeout(timeout=1.0)) == "TIMEOUT"


def test_a_node_waits_10_seconds_on_the_leg_call_1_unless_it_says_otherwise() -> None:
    assert (Answer().timeout, Answer().leg) == (10.0, DEFAULT_LEG) == (10.0, "call-1")
    assert (MakeCall(to="200").until, Incoming().ring) == ("answered", True)
    assert Response(code=486).reason is None


@pytest.mark.parametrize(
    ("action", "legs"),
    [
        (Timeout(timeout=1.0), ()),
        (Answer(leg="a"), ("a",)),
        (SendMessage(to="200", body="hello"), ()),
        (Message(leg="a"), ("a",)),
        (AttendedTransfer(), ("call-1", "consult")),
        (AttendedTransfer(leg="a"), ("a", "consult")),
        (MuteTransfer(leg="a", primary="b", consult="c"), ("b", "c")),
    ],
)
def test_an_action_is_about_its_leg_a_transfer_that_joins_about_two(
    action: Action, legs: tuple[str, ...]
) -> None:
    assert legs_of(action) == legs


def test_only_delays_and_registrations_have_no_leg_and_a_message_need_not_have_one() -> None:
    kinds: tuple[type[Action], ...] = (*COMMANDS, *EVENTS)

    assert [kind for kind in kinds if not issubclass(kind, LegAction)] == [
        SendMessage,
        Register,
        Unregister,
        Message,
        Timeout,
        Wait,
        Registered,
    ]
    assert (SendMessage(body="hello").leg, Message().leg) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        '{"word": "Dance"}',
        '{"word": "MakeCall"}',
        '{"word": "MakeCall", "to": ""}',
        '{"word": "MakeCall", "to": "200", "until": "tomorrow"}',
        '{"word": "Release", "leg": ""}',
        '{"word": "Release", "timeout": -1}',
        '{"word": "Release", "timeout": 86401}',
        '{"word": "Response", "code": 99}',
        '{"word": "Response", "code": 700}',
        '{"word": "Response", "code": 486, "reason": "a\\r\\nVia: x"}',
        '{"word": "TIMEOUT"}',
        '{"word": "SendMessage", "to": "200"}',
        '{"word": "SendMessage", "to": "200", "body": "\\u0000"}',
        '{"word": "SendMessage", "to": "200", "body": "hello", "content_type": "text"}',
        '{"word": "MakeCall", "to": "200", "headers": {"X A": "b"}}',
        '{"word": "MakeCall", "to": "200", "headers": {"X-A": "b\\r\\nVia: x"}}',
        '{"word": "MakeCall", "to": "200", "headers": {"X-A": ""}}',
        '{"word": "MakeCall", "to": "200", "headers": {"X-A": " b"}}',
        '{"word": "RINGING", "code": 190}',
    ],
)
def test_what_a_user_may_not_write_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=NodeAction)


def test_a_scenario_comes_back_from_text_as_it_was() -> None:
    release = Node(id="a-1", instance="a", action=Release(), place=PLACE)
    scenario = Scenario(
        name="call",
        file="call.yaml",
        instances=(
            Instance(
                id="a", name="a", number="100", place=PLACE, starts=("a-1",), nodes=(release,)
            ),
            Instance(id="b", name="b", number="200", place=PLACE),
        ),
    )

    assert msgspec.json.decode(msgspec.json.encode(scenario), type=Scenario) == scenario
