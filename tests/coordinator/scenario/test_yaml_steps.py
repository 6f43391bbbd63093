"""YAML flows: steps, their ids and branches, and where the edges lead that they stand for."""

import pytest

from sipflow.protocol.scenario import MakeCall, Release, Response, Timeout
from tests.coordinator.scenario.snippets import (
    ALICE_DOES,
    ALL_COMMANDS,
    ALL_EVENTS,
    lines,
    nodes,
    read_yaml,
    scenario,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            ALICE_DOES + "    - [Release]",
            [
                (
                    "call.yaml:4:7: error: a step is a list; write a word, for example - "
                    'Release, or - MakeCall: {to: "200"}'
                ),
            ],
            id="a step that is a list",
        ),
        pytest.param(
            ALICE_DOES + "    - 5",
            [
                (
                    "call.yaml:4:7: error: a step is the number 5; write a word, for example - "
                    'Release, or - MakeCall: {to: "200"}'
                ),
            ],
            id="a step that is a number",
        ),
        pytest.param(
            ALICE_DOES + "    -",
            [
                (
                    "call.yaml:4:6: error: a step is empty; write a word, for example - Release, "
                    'or - MakeCall: {to: "200"}'
                ),
            ],
            id="a step that is empty",
        ),
        pytest.param(
            ALICE_DOES + "    - {}",
            [
                (
                    "call.yaml:4:7: error: a step has no word; write a word, for example - "
                    'Release, or - MakeCall: {to: "200"}'
                ),
            ],
            id="a step without a word",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      Release:',
            [
                ('call.yaml:5:7: error: a second word, Release, in one step; begin it with "- "'),
            ],
            id="two words in one step",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall:\n      to: "200"',
            [
                (
                    'call.yaml:5:7: error: "to" stands beside MakeCall; indent it under '
                    "MakeCall, or write MakeCall: {to: …}"
                ),
            ],
            id="a property beside its word",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failur: [TIMEOUT: 1s]',
            [
                ('call.yaml:5:7: error: a step has no key "on_failur"; did you mean on_failure?'),
            ],
            id="a misspelt on_failure",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      comment: hello',
            [
                (
                    'call.yaml:5:7: error: a step has no key "comment"; beside its word it has '
                    "id and on_failure"
                ),
            ],
            id="an unknown key beside a word",
        ),
        pytest.param(
            ALICE_DOES + "    - Foo:\n      comment: hello",
            [
                (
                    'call.yaml:4:7: error: unknown command or event "Foo"; the commands are '
                    f"{ALL_COMMANDS}; the events are {ALL_EVENTS}"
                ),
                (
                    'call.yaml:5:7: error: a step has no key "comment"; beside its word it has '
                    "id and on_failure"
                ),
            ],
            id="an unknown word with an unknown key",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall:\n        to: "200"\n        on_failure: [Relaese]',
            [
                (
                    'call.yaml:6:9: error: "on_failure" stands among the properties of '
                    '"MakeCall"; write it beside the word, as deep as the word itself'
                ),
                (
                    'call.yaml:6:22: error: unknown command or event "Relaese"; did you mean '
                    "Release?"
                ),
            ],
            id="on_failure among the properties",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure: []',
            [
                (
                    'call.yaml:5:19: error: "on_failure" is empty, not a list of steps; give at '
                    "least one step, for example - TIMEOUT: 0ms to go on to nothing"
                ),
            ],
            id="on_failure that is empty",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure:',
            [
                (
                    'call.yaml:5:18: error: "on_failure" is empty, not a list of steps; give at '
                    "least one step, for example - TIMEOUT: 0ms to go on to nothing"
                ),
            ],
            id="on_failure that is null",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure: Release',
            [
                (
                    'call.yaml:5:19: error: "on_failure" is the text "Release", not a list of '
                    "steps; give at least one step, for example - TIMEOUT: 0ms to go on to "
                    "nothing"
                ),
            ],
            id="on_failure that is a word",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - Release: now',
            [
                (
                    'call.yaml:5:16: error: "Release" is followed by the text "now", not by its '
                    "properties; write Release alone, or Release: {…} with its properties"
                ),
            ],
            id="a value for a word that takes none",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: ["200"]',
            [
                (
                    'call.yaml:4:17: error: "MakeCall" is followed by a list, not by its '
                    "properties; write MakeCall alone, or MakeCall: {…} with its properties"
                ),
            ],
            id="a list for a word's properties",
        ),
        pytest.param(
            ALICE_DOES + '    - Juggle: "200"',
            [
                (
                    'call.yaml:4:7: error: unknown command or event "Juggle"; the commands are '
                    f"{ALL_COMMANDS}; the events are {ALL_EVENTS}"
                ),
            ],
            id="an unknown word with a value",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "200", id: a}\n      id: b',
            [
                "call.yaml:4:33: error: the step has two ids; keep the one beside its word",
            ],
            id="two ids",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: 5',
            [
                'call.yaml:5:11: error: a step\'s id is the number 5; put it in quotes: "5"',
            ],
            id="an id that is a number",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: true',
            [
                "call.yaml:5:11: error: a step's id is true; give a short text",
            ],
            id="an id that is true",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: ""',
            [
                "call.yaml:5:11: error: a step's id is empty; give a short text",
            ],
            id="an id that is empty",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: a\n    - Release:\n      id: a',
            [
                (
                    'call.yaml:7:11: error: the id "a" is taken by the step in line 5; give one '
                    "of them another id"
                ),
            ],
            id="an id that is taken",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: alice-2\n    - Release',
            [
                (
                    'call.yaml:6:7: error: the automatic id "alice-2" is taken by the step in '
                    "line 5; give one of them another id"
                ),
            ],
            id="an id that takes an automatic one",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: hang-up\n'
            "      on_failure:\n        - goto: hangup\n    - Release",
            [
                (
                    'call.yaml:7:17: error: goto names "hangup", and there is no such step; did '
                    'you mean "hang-up"?'
                ),
            ],
            id="a goto to nowhere",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: xyz',
            [
                (
                    'call.yaml:5:13: error: goto names "xyz", and there is no such step; give '
                    "the id of a step of the file"
                ),
            ],
            id="a goto to nothing at all alike",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: 5',
            [
                (
                    'call.yaml:5:13: error: "goto" is the number 5, not a step\'s id; give the id '
                    "of a step, for example goto: hang-up"
                ),
            ],
            id="a goto that is a number",
        ),
        pytest.param(
            ALICE_DOES
            + '    - MakeCall: "200"\n      on_failure:\n        - goto: end\n          id: x\n'
            "    - Release:\n      id: end",
            [
                (
                    'call.yaml:7:11: error: "id" stands beside a goto; a goto stands alone: '
                    "begin another step for the rest"
                ),
            ],
            id="a goto with company",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      on_failure:\n        - goto: end\n'
            "        - TIMEOUT: 1s\n    - Release:\n      id: end",
            [
                (
                    "call.yaml:7:11: error: this step stands after a goto and is never reached; "
                    "let the goto be the last of its list"
                ),
            ],
            id="a step after a goto",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: alice',
            [
                (
                    'call.yaml:5:13: error: goto leads to "alice", which is an instance; let it '
                    "lead to a step: only an instance's own chain begins at it"
                ),
            ],
            id="a goto to an instance",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n      id: again\n    - Release\n    - goto: again',
            [
                (
                    'call.yaml:7:13: error: steps lead round in a circle: "again" → "alice-2" → '
                    '"again"; let every chain come to an end; repeat what is to happen again'
                ),
            ],
            id="a goto that goes back",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: "200"\n    - goto: bob-1\n  bob:\n    - INCOMING',
            [
                (
                    'call.yaml:5:13: error: goto leads from the chain of "alice" to "bob-1", a '
                    'step of "bob"; keep each chain within its instance; nothing but SIP '
                    "synchronises them"
                ),
            ],
            id="a goto to another instance",
        ),
    ],
)
def test_a_problem_says_where_it_is_and_what_would_be_right(text: str, expected: list[str]) -> None:
    reading = read_yaml(text)
    assert lines(reading) == expected
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
