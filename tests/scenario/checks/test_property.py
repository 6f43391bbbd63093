"""One value against the type of its property, also of types that no word has yet."""

from typing import Annotated

import pytest
from msgspec import Meta, field

from sipflow.scenario.checks.property import Accepted, Rejected, check, right
from sipflow.scenario.model.actions import Action, RecordAudio, SendDTMF
from sipflow.scenario.model.duration import RIGHT
from sipflow.scenario.model.properties import Pattern
from sipflow.scenario.values import RawValue, Shape
from sipflow.scenario.vocabulary import properties


class Later(Action, frozen=True, kw_only=True, tag="Later"):
    """A word with properties of every kind."""

    text: Annotated[str, Meta(description="what to say")] = ""
    body: Annotated[str, Meta(pattern=r"^[^\x00]*$", description="lines to send")] = ""
    count: Annotated[int, Meta(description="how often")] = 1
    ratio: Annotated[float, Meta(gt=0, description="how much")] = 1.0
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    bare: int = 0
    sure: Annotated[bool, Meta(description="whether it is so")] = True
    rule: Pattern = "."
    bag: dict[str, str] = field(default_factory=dict)
    wait: Annotated[float, Meta(description="duration: how long")] = 0.0
    rest: Annotated[float, Meta(ge=90, description="duration: how long at least")] = 90.0


PROPERTIES = {one.name: one for one in properties(Later)}


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("text", "hello", "hello"),
        ("body", "two\nlines", "two\nlines"),
        ("count", 3, 3),
        ("ratio", 2, 2),
        ("ratio", 0.5, 0.5),
        ("sure", False, False),
        ("timeout", "5s", 5.0),
        ("rule", "a+", "a+"),
        ("rest", "2m", 120.0),
        ("count", "3", 3),
        ("ratio", "2", 2),
        ("ratio", "0.5", 0.5),
        ("timeout", "500", 0.5),
        ("text", "3", "3"),
    ],
)
def test_what_fits_is_accepted(name: str, value: RawValue, taken: object) -> None:
    assert check(PROPERTIES[name], value) == Accepted(taken)


@pytest.mark.parametrize(
    ("name", "value", "message", "right"),
    [
        ("text", 5, "is the number 5, not a text", 'put it in quotes: "5"'),
        ("text", Shape.LIST, "is a list, not a text", "give what to say"),
        (
            "text",
            "two\nlines",
            'is the text "two\\nlines", which holds control characters',
            "give what to say",
        ),
        (
            "body",
            "\ud800",
            'is the text "\\ud800", which holds control characters',
            "give lines to send",
        ),
        ("count", "x", 'is the text "x", not a whole number', "give how often"),
        ("count", True, "is true, not a whole number", "give how often"),
        ("bare", "x", 'is the text "x", not a whole number', "give a whole number"),
        ("ratio", 0, "is the number 0, which is out of range", "give how much"),
        ("count", "true", 'is the text "true", not a whole number', "give how often"),
        ("ratio", "x", 'is the text "x", not a number', "give how much"),
        ("ratio", True, "is true, not a number", "give how much"),
        ("share", 1.5, "is the number 1.5, which is out of range", "give a number, from 0 to 1"),
        ("count", 1.5, "is the number 1.5, not a whole number", "give how often"),
        ("rest", "89s", 'is the text "89s", which is out of range', f"{RIGHT}, from 90 s"),
        (
            "rule",
            "a(",
            'is the text "a(", which is no regular expression of RE2: missing ): a(',
            "give a regular expression (RE2) that matches some part of the text, for example "
            '"code [0-9]+"',
        ),
        (
            "rule",
            5,
            "is the number 5, not a text",
            'put it in quotes: "5"',
        ),
        ("sure", "yes", 'is the text "yes", not true or false', "write true or false"),
    ],
)
def test_what_does_not_fit_is_rejected_with_what_would(
    name: str, value: RawValue, message: str, right: str
) -> None:
    assert check(PROPERTIES[name], value) == Rejected(message, right)


def test_what_would_be_right_is_known_without_a_value() -> None:
    assert right(PROPERTIES["text"]) == "give what to say"
    assert right(PROPERTIES["timeout"]).startswith("write a duration")


SENDING = {one.name: one for one in properties(SendDTMF)}
RECORDING = {one.name: one for one in properties(RecordAudio)}


def test_a_duration_has_the_limits_of_its_type() -> None:
    interval, duration = SENDING["interval"], RECORDING["duration"]

    assert check(interval, "50ms") == Accepted(0.05)
    assert check(interval, "11s") == Rejected(
        'is the text "11s", which is out of range', f"{RIGHT}, from 0.05 s to 10 s"
    )
    assert check(duration, 5) == Rejected(
        "is the number 5, which is a number of milliseconds and out of range",
        f"{RIGHT}, from 0.02 s",
    )


def test_what_no_kind_is_known_for_is_what_does_not_belong_there() -> None:
    assert check(PROPERTIES["bag"], 5) == Rejected(
        "is the number 5, not a valid value", "give a valid value"
    )


def test_a_duration_without_limits_has_none() -> None:
    assert right(PROPERTIES["wait"]) == RIGHT
