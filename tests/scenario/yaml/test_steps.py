"""YAML flows: steps, their ids and branches, and where the edges lead that they stand for."""

import pytest

from sipflow.scenario.model.actions import MakeCall, Release, Response, Timeout
from tests.scenario.snippets import ALICE_DOES, coded, lines, nodes, read_yaml, scenario


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            ALICE_DOES + "    - [Release]",
            [
                ("call.yaml:4:7: error: missing-word"),
            ],
            id="a step that is a list",
        ),
        pytest.param(
            ALICE_DOES + "    - 5",
            [
                ("call.yaml:4:7: error: missing-word"),
            ],
            id="a step that is a number",
        ),
        pytest.param(
            ALICE_DOES + "    -",
            [
                ("call.yaml:4:6: error: missing-word"),
            ],
            id="a step that is empty",
        ),
        pytest.param(
            ALICE_DOES + "    - {}",
            [
                ("call.yaml:4:7: error: missing-word"),
            ],
            id="a step without a word",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      Release:',
            [
                ("call.yaml:5:7: error: misplaced-key"),
            ],
            id="two words in one step",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall:\n      to: "200"',
            [
                ("call.yaml:5:7: error: misplaced-key"),
            ],
            id="a property beside its word",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failur: [TIMEOUT: 1s]',
            [
                ("call.yaml:5:7: error: unknown-key"),
            ],
            id="a misspelt on_failure",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      comment: hello',
            [
                ("call.yaml:5:7: error: unknown-key"),
            ],
            id="an unknown key beside a word",
        ),
        pytest.param(
            ALICE_DOES + "    - Foo:\n      comment: hello",
            [
                ("call.yaml:4:7: error: unknown-word"),
                ("call.yaml:5:7: error: unknown-key"),
            ],
            id="an unknown word with an unknown key",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall:\n        to: "200"\n        on_failure: [Relaese]',
            [
                ("call.yaml:6:9: error: misplaced-key"),
                ("call.yaml:6:22: error: unknown-word"),
            ],
            id="on_failure among the properties",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure: []',
            [
                ("call.yaml:5:19: error: wrong-type"),
            ],
            id="on_failure that is empty",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure:',
            [
                ("call.yaml:5:18: error: wrong-type"),
            ],
            id="on_failure that is null",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure: Release',
            [
                ("call.yaml:5:19: error: wrong-type"),
            ],
            id="on_failure that is a word",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - Release: now',
            [
                ("call.yaml:5:16: error: wrong-type"),
            ],
            id="a value for a word that takes none",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: ["200"]',
            [
                ("call.yaml:4:17: error: wrong-type"),
            ],
            id="a list for a word's properties",
        ),
        pytest.param(
            ALICE_DOES + '    - Juggle: "200"',
            [
                ("call.yaml:4:7: error: unknown-word"),
            ],
            id="an unknown word with a value",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", id: a}\n      id: b',
            [
                "call.yaml:4:33: error: conflicting-properties",
            ],
            id="two ids",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: 5',
            [
                "call.yaml:5:11: error: bad-id",
            ],
            id="an id that is a number",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: true',
            [
                "call.yaml:5:11: error: bad-id",
            ],
            id="an id that is true",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: ""',
            [
                "call.yaml:5:11: error: bad-id",
            ],
            id="an id that is empty",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: a\n    - Release:\n      id: a',
            [
                ("call.yaml:7:11: error: duplicate-id"),
            ],
            id="an id that is taken",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: alice-2\n    - Release',
            [
                ("call.yaml:6:7: error: duplicate-id"),
            ],
            id="an id that takes an automatic one",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: hang-up\n'
            "      on_failure:\n        - goto: hangup\n    - Release",
            [
                ("call.yaml:7:17: error: unknown-step"),
            ],
            id="a goto to nowhere",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: xyz',
            [
                ("call.yaml:5:13: error: unknown-step"),
            ],
            id="a goto to nothing at all alike",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: 5',
            [
                ("call.yaml:5:13: error: wrong-type"),
            ],
            id="a goto that is a number",
        ),
        pytest.param(
            ALICE_DOES
            + '    - MakeCall: "200"\n      on_failure:\n        - goto: end\n          id: x\n'
            "    - Release:\n      id: end",
            [
                ("call.yaml:7:11: error: misplaced-key"),
            ],
            id="a goto with company",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure:\n        - goto: end\n'
            "        - TIMEOUT: 1s\n    - Release:\n      id: end",
            [
                ("call.yaml:7:11: error: unreachable-step"),
            ],
            id="a step after a goto",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: alice',
            [
                ("call.yaml:5:13: error: bad-edge"),
            ],
            id="a goto to an instance",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: again\n    - Release\n    - goto: again',
            [
                ("call.yaml:7:13: error: cycle"),
            ],
            id="a goto that goes back",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: bob-1\n  bob:\n    - INCOMING',
            [
                ("call.yaml:5:13: error: bad-edge"),
            ],
            id="a goto to another instance",
        ),
    ],
)
def test_a_problem_has_its_place_and_its_code(text: str, expected: list[str]) -> None:
    reading = read_yaml(text)
    assert coded(reading) == expected
    assert reading.scenario is None


BRANCHES = (
    ALICE_DOES
    + """\
    - MakeCall: "200"
      on_failure:
        - TIMEOUT: 100ms
          on_failure:
            - goto: end
        - MakeCall: {to: "200", id: again}
        - goto: end
    - TIMEOUT: 1s
    - {Release: , id: end}
    - TIMEOUT: 2s
"""
)


def test_steps_are_counted_through_the_whole_flow_in_file_order() -> None:
    assert list(nodes(read_yaml(BRANCHES))) == [
        "alice-1",
        "alice-2",
        "again",
        "alice-4",
        "end",
        "alice-6",
    ]


def test_edges_follow_the_lists_the_branches_and_the_gotos() -> None:
    reading = read_yaml(BRANCHES)
    edges = {node.id: (node.success, node.failure) for node in nodes(reading).values()}
    assert edges == {
        "alice-1": ("alice-4", "alice-2"),
        "alice-2": ("again", "end"),
        "again": ("end", None),
        "alice-4": ("end", None),
        "end": ("alice-6", None),
        "alice-6": (None, None),
    }
    assert scenario(reading).instances[0].starts == ("alice-1",)


def test_a_failure_branch_that_ends_does_not_rejoin_the_flow() -> None:
    text = ALICE_DOES + '    - MakeCall: "200"\n      on_failure: [TIMEOUT: 1s]\n    - Release'
    assert nodes(read_yaml(text))["alice-2"].success is None


def test_a_node_is_placed_at_its_word() -> None:
    text = ALICE_DOES + '    - id: first\n      MakeCall: "200"\n    - Release'
    places = {node.id: str(node.place) for node in nodes(read_yaml(text)).values()}
    assert places == {"first": "call.yaml:5:7", "alice-2": "call.yaml:6:7"}


@pytest.mark.parametrize(
    ("step", "action"),
    [
        ('MakeCall: "200"', MakeCall(to="200")),
        ("MakeCall: {to: bob, leg: x}", MakeCall(to="bob", leg="x")),
        ("MakeCall: {targetUri: bob, callId: x}", MakeCall(to="bob", leg="x")),
        ("Response: 486", Response(code=486)),
        ("Response: {statusCode: 486, reason: Gone}", Response(code=486, reason="Gone")),
        ("TIMEOUT: 100ms", Timeout(timeout=0.1)),
        ("TIMEOUT: 1500", Timeout(timeout=1.5)),
        ("TIMEOUT: {timeout: 2m}", Timeout(timeout=120.0)),
        ("Release", Release()),
        ("Release:", Release()),
        ("Release: {}", Release()),
        ("Release: {leg: x, id: one, timeout: 0}", Release(leg="x", timeout=0.0)),
    ],
)
def test_a_step_is_a_word_with_its_properties_or_its_main_one_or_none(
    step: str, action: object
) -> None:
    reading = read_yaml(ALICE_DOES + f"    - INCOMING\n    - INCOMING: {{leg: x}}\n    - {step}")
    assert list(nodes(reading).values())[-1].action == action


@pytest.mark.parametrize(
    ("step", "right"),
    [
        ("INCOMING: 5s", "write INCOMING alone, or INCOMING: {timeout: 5s}"),
        ("Release: y", "write Release alone, or Release: {leg: y}"),
        ("Release: 5", "write Release alone, or Release: {…}"),
        ("Release: 'a: b'", "write Release alone, or Release: {…}"),
        ("Release: [y]", "write Release alone, or Release: {…}"),
    ],
)
def test_a_value_that_a_word_does_not_take_may_be_one_of_its_properties(
    step: str, right: str
) -> None:
    said = lines(read_yaml(ALICE_DOES + f"    - {step}\n"))[0]
    assert said.partition("; ")[2] == right
