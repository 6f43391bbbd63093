"""YAML scenarios: their keys and their instances."""

import pytest

from tests.scenario.snippets import TWO, coded, lines, read_yaml, scenario


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "- a",
            [
                ("call.yaml:1:1: error: no-scenario"),
            ],
            id="a file that is a list",
        ),
        pytest.param(
            "hello",
            [
                ("call.yaml:1:1: error: no-scenario"),
            ],
            id="a file that is a text",
        ),
        pytest.param(
            "",
            [
                ("call.yaml:1:1: error: no-scenario"),
            ],
            id="a file with nothing in it",
        ),
        pytest.param(
            "---",
            [
                ("call.yaml:2:1: error: no-scenario"),
            ],
            id="a file with only a marker",
        ),
        pytest.param(
            '{"nodes": [], "edges": []}',
            [
                ("call.yaml:1:2: error: no-scenario"),
            ],
            id="XYFlow JSON in a YAML file",
        ),
        pytest.param(
            'nam: x\ninstances: {alice: {number: "100"}}\nextra: 1',
            [
                "call.yaml:1:1: error: unknown-key",
                ("call.yaml:3:1: error: unknown-key"),
            ],
            id="unknown keys at the top",
        ),
        pytest.param(
            "name: x",
            [
                ("call.yaml:1:1: error: missing-instances"),
            ],
            id="no instances",
        ),
        pytest.param(
            "instances: {}",
            [
                ("call.yaml:1:12: error: missing-instances"),
            ],
            id="empty instances",
        ),
        pytest.param(
            "instances: [alice]",
            [
                ("call.yaml:1:12: error: missing-instances"),
            ],
            id="instances as a list",
        ),
        pytest.param(
            'name: 12\ninstances: {alice: {number: "100"}}',
            [
                ("call.yaml:1:7: error: wrong-type"),
            ],
            id="a name that is a number",
        ),
        pytest.param(
            'name: [x]\ninstances: {alice: {number: "100"}}',
            [
                "call.yaml:1:7: error: wrong-type",
            ],
            id="a name that is a list",
        ),
        pytest.param(
            'name: ""\ninstances: {alice: {number: "100"}}',
            [
                "call.yaml:1:7: error: bad-name",
            ],
            id="an empty name",
        ),
        pytest.param(
            'name: "a\\nb"\ninstances: {alice: {number: "100"}}',
            [
                ("call.yaml:1:7: error: bad-name"),
            ],
            id="a name on two lines",
        ),
        pytest.param(
            'description: 12\ninstances: {alice: {number: "100"}}',
            [
                ("call.yaml:1:14: error: wrong-type"),
            ],
            id="a description that is a number",
        ),
        pytest.param(
            "instances: {alice: }",
            [
                ("call.yaml:1:13: error: missing-property"),
            ],
            id="an instance without a number",
        ),
        pytest.param(
            "instances: {alice: {}}",
            [
                ("call.yaml:1:13: error: missing-property"),
            ],
            id="an instance without properties",
        ),
        pytest.param(
            'instances: {alice: "100"}',
            [
                ("call.yaml:1:20: error: wrong-type"),
            ],
            id="an instance that is a text",
        ),
        pytest.param(
            "instances: {alice: [100]}",
            [
                ("call.yaml:1:20: error: wrong-type"),
            ],
            id="an instance that is a list",
        ),
        pytest.param(
            'instances: {alice: {number: "100", colour: red}}',
            [
                ("call.yaml:1:36: error: unknown-key"),
            ],
            id="an instance's unknown key",
        ),
        pytest.param(
            'instances: {alice: {numbr: "100"}}\nflow: {alice: [MakeCall: "100"]}',
            [
                "call.yaml:1:21: error: unknown-key",
            ],
            id="a misspelt number",
        ),
        pytest.param(
            'instances: {" ": {number: "100"}}',
            [
                ("call.yaml:1:13: error: bad-name"),
            ],
            id="an instance's name that is empty",
        ),
        pytest.param(
            'instances: {alice: {number: "100", register: yes}}',
            [
                ("call.yaml:1:46: error: wrong-type"),
            ],
            id="register that is no boolean",
        ),
        pytest.param(
            'instances: {alice: {number: "100"}}\nflow: [Release]',
            [
                ("call.yaml:2:7: error: wrong-type"),
            ],
            id="a flow that is a list",
        ),
        pytest.param(
            TWO + "  alcie:\n    - Release",
            [
                "call.yaml:3:3: error: unknown-instance",
                "call.yaml:4:7: warning: unknown-leg",
            ],
            id="a flow for an unknown instance",
        ),
        pytest.param(
            TWO + "  zoe:\n    - Relaese",
            [
                ("call.yaml:3:3: error: unknown-instance"),
                ("call.yaml:4:7: error: unknown-word"),
            ],
            id="a flow for a quite unknown instance",
        ),
        pytest.param(
            "flow:\n  alice: []",
            [
                ("call.yaml:1:1: error: missing-instances"),
            ],
            id="a flow without instances",
        ),
        pytest.param(
            TWO + "  alice: Release",
            [
                ("call.yaml:3:10: error: wrong-type"),
            ],
            id="steps that are a text",
        ),
    ],
)
def test_a_problem_has_its_place_and_its_code(text: str, expected: list[str]) -> None:
    reading = read_yaml(text)
    assert coded(reading) == expected
    assert reading.scenario is None


def test_instances_keep_the_order_of_the_file() -> None:
    found = scenario(read_yaml(TWO + "  bob:\n  alice: []")).instances
    assert [(one.id, one.name, one.number, str(one.place)) for one in found] == [
        ("alice", "alice", "100", "call.yaml:1:13"),
        ("bob", "bob", "200", "call.yaml:1:37"),
    ]
    assert [(one.starts, one.nodes) for one in found] == [((), ()), ((), ())]


@pytest.mark.parametrize("flow", ["", "flow:", "flow: {}"])
def test_a_scenario_may_be_without_a_flow(flow: str) -> None:
    read = scenario(read_yaml('instances: {alice: {number: "100", register: true}}\n' + flow))
    assert [one.nodes for one in read.instances] == [()]


def test_a_scenario_may_have_a_name_and_a_description() -> None:
    text = 'name: busy callee\ndescription: |\n  two\n  lines\ninstances: {a: {number: "1"}}'
    assert scenario(read_yaml(text)).name == "busy callee"
    assert scenario(read_yaml('instances: {a: {number: "1"}}')).name == "call"


def test_a_sub_flow_by_itself_is_told_to_be_one() -> None:
    (said,) = lines(read_yaml("parameters: {x: }\nsteps: [Release]\n"))
    assert "this is a sub-flow: steps without instances to take them; use it from" in said
