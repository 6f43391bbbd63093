"""What a node fails by, as failure branches name it."""

import pytest

from sipflow.scenario.model.actions import MakeCall, Place
from sipflow.scenario.model.causes import TIME_LIMIT, causes, is_cause
from sipflow.scenario.model.graph import Node


@pytest.mark.parametrize("text", ["100", "486", "699", "4xx", "6xx", "timeout", "else"])
def test_these_are_causes(text: str) -> None:
    assert is_cause(text)


@pytest.mark.parametrize("text", ["", "99", "700", "7xx", "4XX", "48x", "486 ", "Timeout", "other"])
def test_these_are_none(text: str) -> None:
    assert not is_cause(text)


@pytest.mark.parametrize(
    ("code", "behind", "expected"),
    [
        (486, "486 received", ("486", "4xx")),
        (408, "408 received", ("408", "4xx")),
        (None, "dialog gone", ()),
        (None, TIME_LIMIT, ("timeout",)),
        (200, TIME_LIMIT, ("timeout", "200", "2xx")),
    ],
)
def test_the_most_specific_cause_comes_first(
    code: int | None, behind: str, expected: tuple[str, ...]
) -> None:
    assert causes(code, behind) == expected


@pytest.mark.parametrize(
    ("failures", "failure", "code", "behind", "leads_to"),
    [
        ({}, None, 486, "486 received", None),
        ({}, "any", 486, "486 received", "any"),
        ({"4xx": "c", "486": "b"}, "any", 486, "486 received", "b"),
        ({"4xx": "c", "486": "b"}, "any", 404, "404 received", "c"),
        ({"4xx": "c", "486": "b"}, "any", 503, "503 received", "any"),
        ({"4xx": "c", "486": "b"}, None, 503, "503 received", None),
        ({"timeout": "t", "4xx": "c"}, None, None, TIME_LIMIT, "t"),
        ({"timeout": "t", "4xx": "c"}, None, 408, "408 received", "c"),
        ({"timeout": "t"}, None, 408, "408 received", None),
        ({"4xx": "c"}, "any", None, TIME_LIMIT, "any"),
        ({"4xx": "c"}, None, None, "dialog gone", None),
    ],
)
def test_a_failure_leads_along_the_most_specific_edge(
    failures: dict[str, str],
    failure: str | None,
    code: int | None,
    behind: str,
    leads_to: str | None,
) -> None:
    node = Node(
        id="a", instance="i", action=MakeCall(to="200"), place=Place(file="f"),
        failure=failure, failures=failures,
    )  # fmt: skip
    assert node.after_failure(code, behind) == leads_to
