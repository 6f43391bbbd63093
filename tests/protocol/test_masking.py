"""Values of the environment are taken out of texts, however they are written there."""

import pytest
from msgspec import inspect

from sipflow.protocol.control import (
    Beat,
    ChainFailed,
    CleanedUp,
    Refused,
    ToCoordinator,
    WalkFinished,
)
from sipflow.protocol.events import ActionLog, AnyEvent, NodeState, Reason
from sipflow.protocol.masking import Mask, mask_of
from sipflow.protocol.verdict import Verdict

TOKEN = Mask({"TOKEN": "s3cret-word", "PIN": "4711"})


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("", ""),
        ("no such word", "no such word"),
        ("x is s3cret-word", "x is ${env:TOKEN}"),
        ("47114711 s3cret-word", "${env:PIN}${env:PIN} ${env:TOKEN}"),
        ("${env:TOKEN} of 4711", "${env:TOKEN} of ${env:PIN}"),
        ("is too long: s3cret-…", "is too long: ${env:TOKEN}…"),
        ("s3cret-w…, s3cr…, s3c…", "${env:TOKEN}…, ${env:TOKEN}…, s3c…"),
        ("4711…", "${env:PIN}…"),
        ("s3crs3cr…", "s3cr${env:TOKEN}…"),
    ],
)
def test_a_value_is_replaced_by_its_name(text: str, masked: str) -> None:
    assert TOKEN.text(text) == masked
    assert TOKEN.text(masked) == masked


@pytest.mark.parametrize(
    ("value", "text", "masked"),
    [
        (' pass"word\\\n', 'X: "pass\\"word\\\\"', 'X: "${env:A}"'),
        ("tab\there", "is 'tab\\there'", "is '${env:A}'"),
        ("tab\there", 'is "tab\ufffdhere"', 'is "${env:A}"'),
        ("first line\nlast line", "last line | first line", "${env:A} | ${env:A}"),
        ("a.c*", "abc a.c*", "abc ${env:A}"),
        ("TOKEN", "TOKEN ${env:TOKEN}", "${env:A} ${env:TOKEN}"),
    ],
)
def test_a_value_is_found_as_texts_quote_it(value: str, text: str, masked: str) -> None:
    assert Mask({"A": value}).text(text) == masked


def test_the_longer_of_two_values_goes_first() -> None:
    mask = Mask({"HOST": "example", "NAME": "example.org"})
    assert mask.text("example.org, example") == "${env:NAME}, ${env:HOST}"


@pytest.mark.parametrize("secrets", [{}, {"A": ""}, {"A": "abc"}, {"A": " abc\n", "B": "x"}])
def test_there_is_no_mask_where_there_is_nothing_to_hide(secrets: dict[str, str]) -> None:
    assert mask_of(secrets) is None


def test_short_values_beside_long_ones_are_shown() -> None:
    mask = mask_of({"A": "abc", "B": "abcd"})
    assert mask is not None
    assert mask.text("abc abcd") == "abc ${env:B}"


def test_the_texts_of_an_event_are_masked_and_its_names_are_not() -> None:
    event = NodeState(
        run="4711",
        instance="4711",
        seq=4711,
        ts=1.0,
        cause="4711 seen",
        node="4711",
        previous="running",
        new="failed",
        reason=Reason(message="not 4711"),
    )
    assert TOKEN.of(event) == NodeState(
        run="4711",
        instance="4711",
        seq=4711,
        ts=1.0,
        cause="${env:PIN} seen",
        node="4711",
        previous="running",
        new="failed",
        reason=Reason(message="not ${env:PIN}", local="not ${env:PIN}"),
    )


def test_a_message_without_a_value_is_the_same_one() -> None:
    event = ActionLog(run="r", instance="a", seq=1, ts=1.0, cause="go", message="471", leg="call-1")
    assert TOKEN.of(event) is event
    beat = Beat()
    assert TOKEN.of(beat) is beat


def test_what_a_worker_says_to_its_coordinator_is_masked() -> None:
    assert TOKEN.of(Refused(detail="at 4711")) == Refused(detail="at ${env:PIN}")
    assert TOKEN.of(CleanedUp(released=1, left=("call-1", "4711"))).left == ("call-1", "${env:PIN}")
    failed = ChainFailed(node="4711", code=486, detail="4711", local="4711")
    walked = TOKEN.of(WalkFinished(number=4711, idle=True, failure=failed))
    assert walked.number == 4711
    assert walked.failure == ChainFailed(
        node="4711", code=486, detail="${env:PIN}", local="${env:PIN}"
    )


def test_a_field_that_holds_no_text_stays_as_it_is() -> None:
    walked = WalkFinished(number=1, idle=True, failure=None)
    assert TOKEN.of(walked) is walked


# Ids and names that the scenario's file has itself, and words that are fixed.
NO_TEXTS = {
    *("run", "instance", "node", "of", "scenario", "file"),
    *("new", "previous", "direction", "codec", "method"),
}


def texts(kind: inspect.Type, path: str = "") -> set[str]:
    """Return where a type holds texts, by the names of the fields that lead there."""
    match kind:
        case inspect.StrType():
            return {path}
        case inspect.Metadata(type=inner):
            return texts(inner, path)
        case inspect.UnionType(types=inner):
            return set().union(*(texts(one, path) for one in inner))
        case inspect.VarTupleType(item_type=inner):
            return texts(inner, path)
        case inspect.StructType(fields=fields):
            return {
                name if one.name in ("reason", "failure", name) else f"{one.name}.{name}"
                for one in fields
                for name in texts(one.type, one.name)
            }
        case _:
            return set()


@pytest.mark.parametrize("said", [AnyEvent, ToCoordinator, Verdict])
def test_every_text_of_every_message_is_masked_unless_it_is_known_to_be_none(said: object) -> None:
    fields = texts(inspect.type_info(said))
    assert fields - NO_TEXTS <= {
        *("cause", "message", "local", "peer", "leg", "detail", "left", "registrations")
    }
