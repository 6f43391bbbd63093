"""The vocabulary, as it is read off the types of the protocol."""

import pytest

from sipflow.scenario.model.actions import (
    COMMANDS,
    EVENTS,
    AttendedTransfer,
    CheckMedia,
    Incoming,
    MakeCall,
    Message,
    MuteTransfer,
    Response,
    Timeout,
    Wait,
)
from sipflow.scenario.vocabulary import (
    action_types,
    all_names,
    by_name,
    main_property,
    other_name_of,
    properties,
    signalling_properties,
    summary,
    words_of,
)


def test_every_type_is_a_word() -> None:
    assert len(action_types()) == len(COMMANDS) + len(EVENTS)
    assert words_of("command") + words_of("event") == tuple(action_types())
    assert action_types()["INCOMING"] is Incoming
    assert all(summary(kind) for kind in action_types().values())


def test_a_words_own_and_required_properties_come_first() -> None:
    names = [one.name for one in properties(MakeCall)]
    assert (names[0], names[-2:]) == ("to", ["leg", "timeout"])
    assert {"until", "expect", "check", "capture", "headers", "follow", "offer"} == set(names[1:-2])
    assert [one.name for one in properties(Response)] == [
        "code", "headers", "contact", "reason", "leg", "timeout",
    ]  # fmt: skip


def test_a_property_goes_by_the_names_of_both_formats() -> None:
    assert set(by_name(Response)) == {
        "code",
        "statusCode",
        "reason",
        "contact",
        "headers",
        "leg",
        "callId",
        "timeout",
    }
    assert {"targetUri", "until", "ring"} <= all_names()


@pytest.mark.parametrize(
    ("kind", "main"),
    [(MakeCall, "to"), (Response, "code"), (Timeout, "timeout"), (Incoming, None)],
)
def test_the_main_property_is_the_only_required_one(
    kind: type[MakeCall | Response | Timeout | Incoming], main: str | None
) -> None:
    found = main_property(kind)
    assert (found.name if found is not None else None) == main


def test_a_word_may_be_another_name_of_one() -> None:
    others = {kind: other_name_of(kind) for kind in COMMANDS + EVENTS if other_name_of(kind)}
    assert others == {MuteTransfer: AttendedTransfer, Wait: Timeout}


def test_a_summary_is_one_line_for_people() -> None:
    assert summary(MakeCall).startswith("Call a user; succeeds at the 2xx, or earlier if `until`")
    assert all("\n" not in summary(kind) for kind in COMMANDS + EVENTS)


def test_defaults_and_choices_are_those_of_the_type() -> None:
    found = by_name(MakeCall)
    assert [found[name].default for name in ("to", "until", "headers", "expect", "timeout")] == [
        None, "answered", {}, None, 10.0,
    ]  # fmt: skip
    assert found["until"].choices == ("answered", "ringing", "sent")
    assert found["to"].choices == ()
    direction = by_name(CheckMedia)["direction"]
    assert (direction.choices[0], direction.may_be_late) == ("sendrecv", True)


def test_what_a_type_says_of_a_property_is_known() -> None:
    found = {one.name: one for one in properties(MakeCall)}
    to, until, leg, timeout = (found[name] for name in ("to", "until", "leg", "timeout"))
    assert [found[name].holds for name in ("to", "check", "capture", "headers")] == [
        "value",
        "conditions",
        "captures",
        "headers",
    ]
    assert [one.name for one in properties(Message) if one.is_pattern] == ["pattern"]
    assert [one.name for one in properties(Message) if one.is_target] == ["sender"]
    assert (to.required, to.is_target, to.is_duration) == (True, True, False)
    assert until.description.startswith("when the node succeeds")
    assert (leg.is_target, leg.examples) == (False, ("call-1", "primary"))
    assert (timeout.is_duration, timeout.description) == (True, "the time limit of the node")
    assert 200 in by_name(Response)["code"].excluded
    assert by_name(Response)["reason"].description.startswith("the reason phrase")


def test_an_instance_has_properties_too() -> None:
    prack, expires = (signalling_properties()[name] for name in ("prack", "session_expires"))
    assert (prack.required, prack.names) == (False, ("prack",))
    assert expires.is_duration


def test_what_a_scenario_is_checked_by_is_known_before_the_start() -> None:
    late = {one.name: one.may_be_late for kind in (MakeCall, Response) for one in properties(kind)}
    assert {name for name, may_be in late.items() if not may_be} == {
        "leg", "check", "capture", "headers",
    }  # fmt: skip


def test_every_event_but_a_delay_can_be_one_that_must_not_come() -> None:
    lacking = [kind for kind in EVENTS if "must_not" not in {p.name for p in properties(kind)}]
    assert lacking == [Timeout, Wait]
