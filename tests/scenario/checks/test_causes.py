"""Branches for a time limit that can never pass."""

import pytest

from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    command,
    edge,
    event,
    lines,
    read_json,
    read_yaml,
)

RIGHT = "take it out, or name a cause that it can fail with"


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("TIMEOUT: 1s", "TIMEOUT succeeds at its time limit"),
        ("Wait: 1s", "Wait succeeds at its time limit"),
        (
            "INCOMING: {must_not: true}",
            "a INCOMING that must not happen succeeds at its time limit",
        ),
    ],
)
def test_a_branch_for_what_cannot_happen_is_a_warning(step: str, why: str) -> None:
    text = ALICE_DOES + f"    - {step}\n      on_failure: {{timeout: [TIMEOUT: 1s]}}\n"
    assert lines(read_yaml(text)) == [
        f'call.yaml:4:7: warning: its failure branch for "timeout" is never taken: {why}; {RIGHT}'
    ]


@pytest.mark.parametrize(
    "step",
    [
        "TIMEOUT: 1s\n      on_failure: [TIMEOUT: 1s]",
        "INCOMING: {must_not: true}\n      on_failure: {else: [TIMEOUT: 1s]}",
        "INCOMING\n      on_failure: {timeout: [TIMEOUT: 1s]}".replace("G\n", "G:\n"),
        "MakeCall: bob\n      on_failure: {timeout: [TIMEOUT: 1s], 486: [TIMEOUT: 1s]}",
    ],
)
def test_other_branches_are_fine(step: str) -> None:
    assert lines(read_yaml(ALICE_DOES + f"    - {step}\n")) == []


def test_a_step_that_is_not_understood_is_passed_over() -> None:
    text = ALICE_DOES + "    - Zzzz:\n      on_failure: {timeout: [TIMEOUT: 1s]}\n"
    (line,) = lines(read_yaml(text))
    assert "unknown command or event" in line


def test_a_failure_edge_of_a_drawing_is_for_its_condition() -> None:
    graph = {
        "nodes": [
            ALICE, command(targetUri="100"), *(event(one, "TIMEOUT", timeout=1) for one in "bcdef"),
        ],
        "edges": [
            edge("i", "a"),
            edge("a", "b", sourceHandle="failure", data={"condition": "486"}),
            edge("a", "c", sourceHandle="failure", data={"condition": " 4XX "}),
            edge("a", "d", data={"branchType": "failure", "condition": "Timeout"}),
            edge("a", "e", sourceHandle="failure", data={"condition": 503}),
            edge("a", "f", sourceHandle="failure", data={"condition": ""}),
        ],
    }  # fmt: skip
    reading = read_json(graph)
    assert lines(reading) == []
    assert reading.scenario is not None
    (call, *_) = reading.scenario.instances[0].nodes
    assert call.failures == {"486": "b", "4xx": "c", "timeout": "d", "503": "e"}
    assert call.failure == "f"


@pytest.mark.parametrize(
    ("edges", "says"),
    [
        (
            [{"condition": "486"}, {"condition": 486}],
            'two failure edges for 486 leave this node, to "b" and to "c"; keep one: steps run in '
            "parallel only in different instances",
        ),
        (
            [{"condition": "else"}, {}],
            'two failure edges leave this node, to "b" and to "c"; keep one: steps run in '
            "parallel only in different instances",
        ),
        (
            [{"condition": "486"}, {"condition": "busy"}],
            'the "condition" of its failure edge to "c" is the text "busy", which is no cause of a '
            "failure; causes are status codes (486), classes of them (4xx), timeout and else",
        ),
        (
            [{"condition": "486"}, {"condition": ["486"]}],
            'the "condition" of its failure edge to "c" is a list, which is no cause of a '
            "failure; causes are status codes (486), classes of them (4xx), timeout and else",
        ),
        (
            [{"condition": "486"}, {"condition": "tiemout"}],
            'the "condition" of its failure edge to "c" is the text "tiemout", which is no cause '
            "of a failure; did you mean timeout? causes are status codes (486), classes of them "
            "(4xx), timeout and else",
        ),
    ],
)
def test_what_is_wrong_with_a_condition_is_said(edges: list[object], says: str) -> None:
    graph = {
        "nodes": [
            *(ALICE, command(targetUri="100")),
            *(event(one, "TIMEOUT", timeout=1) for one in "bc"),
        ],
        "edges": [
            edge("i", "a"),
            *(
                edge("a", target, sourceHandle="failure", data=data)
                for target, data in zip("bc", edges, strict=True)
            ),
        ],
    }
    assert lines(read_json(graph)) == [f"call.json: node a: error: {says}"]


def test_a_condition_of_a_success_edge_means_nothing() -> None:
    graph = {
        "nodes": [ALICE, command(targetUri="100"), event("b", "TIMEOUT", timeout=1)],
        "edges": [edge("i", "a"), edge("a", "b", data={"condition": "whatever"})],
    }
    assert lines(read_json(graph)) == []
