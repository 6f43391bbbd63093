"""Failures in groups: what is of one kind, in which order they come, and how many there can be."""

import pytest

from sipflow.coordinator.load.stats.failures import MOST_GROUPS, OTHERS, Failures
from sipflow.protocol.events import RunReason
from sipflow.protocol.load_result import FailureGroup


def reason(message: str = "Busy Here", **fields: str | int | None) -> RunReason:
    known: dict[str, str | int | None] = {"instance": "bob", "node": "bob-2", "code": 486}
    return RunReason(message=message, **{**known, **fields})  # type: ignore[arg-type]


def test_no_failure_is_no_group() -> None:
    assert Failures().groups() == ()


def test_the_first_run_of_a_kind_is_its_example() -> None:
    failures = Failures()

    assert [failures.add(reason(), run) for run in ("r7", "r8", "r9")] == [True, False, False]
    assert failures.groups() == (
        FailureGroup(
            count=3, instance="bob", node="bob-2", code=486, message="Busy Here", example="r7"
        ),
    )


@pytest.mark.parametrize(
    "other",
    [
        reason(instance="alice"),
        reason(node="bob-3"),
        reason(code=480),
        reason(code=None),
        reason("Gone fishing"),
        RunReason(),
    ],
)
def test_another_instance_node_code_or_message_is_another_kind(other: RunReason) -> None:
    failures = Failures()

    assert failures.add(reason(), "r1")
    assert failures.add(other, "r2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("no 180 within 0.5 s", "no 180 within 2 s"),
        ("no answer from sip:200@127.0.0.1:5062", "no answer from sip:200@127.0.0.1:5160"),
        ("Call-ID 9f3a-77cc is unknown", "Call-ID e0b1-1b2c is unknown"),
        ("busy since 12:00:01", "busy  since 12:00:02 "),
    ],
)
def test_messages_that_differ_only_in_numbers_are_of_one_kind(one: str, other: str) -> None:
    failures = Failures()

    assert failures.add(reason(one), "r1")
    assert not failures.add(reason(other), "r2")
    assert [group.message for group in failures.groups()] == [one]


def test_the_most_frequent_comes_first_and_of_equals_the_earlier() -> None:
    failures = Failures()
    for run, message in enumerate(("rare", "often", "seldom", "often")):
        failures.add(reason(message), f"r{run}")

    assert [(group.message, group.count, group.example) for group in failures.groups()] == [
        ("often", 2, "r1"),
        ("rare", 1, "r0"),
        ("seldom", 1, "r2"),
    ]


def test_what_finds_no_place_is_one_last_group_without_an_example() -> None:
    failures = Failures(most=2)
    told = [failures.add(reason(message), "r") for message in ("a", "b", "c", "d", "c", "a")]

    assert told == [True, True, False, False, False, False]
    assert [(group.message, group.count) for group in failures.groups()] == [
        ("a", 2),
        ("b", 1),
        (OTHERS, 3),
    ]
    assert failures.groups()[-1] == FailureGroup(
        count=3, instance=None, node=None, code=None, message=OTHERS, local=OTHERS
    )


def test_a_peer_with_a_new_text_for_every_call_fills_no_memory() -> None:
    failures = Failures()
    for number in range(3 * MOST_GROUPS):
        failures.add(reason("x" * number), "r")

    assert len(failures.groups()) == MOST_GROUPS + 1
    assert sum(group.count for group in failures.groups()) == 3 * MOST_GROUPS
