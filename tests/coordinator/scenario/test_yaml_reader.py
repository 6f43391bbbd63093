"""YAML scenarios: their keys and their instances."""

import pytest

from tests.coordinator.scenario.snippets import TWO, lines, read_yaml, scenario


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "- a",
            [
                (
                    "call.yaml:1:1: error: the file is a list, not a scenario; write a mapping "
                    "with the keys instances and flow"
                ),
            ],
            id="a file that is a list",
        ),
        pytest.param(
            "hello",
            [
                (
                    'call.yaml:1:1: error: the file is the text "hello", not a scenario; write a '
                    "mapping with the keys instances and flow"
                ),
            ],
            id="a file that is a text",
        ),
        pytest.param(
            "",
            [
                (
                    "call.yaml:1:1: error: the file is empty; write a scenario with instances "
                    "and flow"
                ),
            ],
            id="a file with nothing in it",
        ),
        pytest.param(
            "---",
            [
                (
                    "call.yaml:2:1: error: the file is empty, not a scenario; write a mapping "
                    "with the keys instances and flow"
                ),
            ],
            id="a file with only a marker",
        ),
        pytest.param(
            '{"nodes": [], "edges": []}',
            [
                (
                    'call.yaml:1:2: error: a scenario in YAML has no "nodes": this looks like '
                    "XYFlow JSON; name the file *.json, or write instances and flow"
                ),
            ],
            id="XYFlow JSON in a YAML file",
        ),
        pytest.param(
            'nam: x\ninstances: {alice: {number: "100"}}\nextra: 1',
            [
                'call.yaml:1:1: error: a scenario has no key "nam"; did you mean name?',
                (
                    'call.yaml:3:1: error: a scenario has no key "extra"; its keys are name, '
                    "description, variables, instances and flow"
                ),
            ],
            id="unknown keys at the top",
        ),
        pytest.param(
            "name: x",
            [
                (
                    'call.yaml:1:1: error: the scenario has no "instances"; name at least one, '
                    'for example alice: {number: "100"}'
                ),
            ],
            id="no instances",
        ),
        pytest.param(
            "instances: {}",
            [
                (
                    'call.yaml:1:12: error: "instances" is empty, not a mapping of names; name '
                    'at least one, for example alice: {number: "100"}'
                ),
            ],
            id="empty instances",
        ),
        pytest.param(
            "instances: [alice]",
            [
                (
                    'call.yaml:1:12: error: "instances" is a list, not a mapping of names; name '
                    'at least one, for example alice: {number: "100"}'
                ),
            ],
            id="instances as a list",
        ),
        pytest.param(
            'name: 12\ninstances: {alice: {number: "100"}}',
            [
                (
                    'call.yaml:1:7: error: "name" is the number 12, not a text; put it in '
                    'quotes: "12"'
                ),
            ],
            id="a name that is a number",
        ),
        pytest.param(
            'name: [x]\ninstances: {alice: {number: "100"}}',
            [
                'call.yaml:1:7: error: "name" is a list, not a text; give a text',
            ],
            id="a name that is a list",
        ),
        pytest.param(
            'name: ""\ninstances: {alice: {number: "100"}}',
            [
                'call.yaml:1:7: error: "name" is empty; give a short text on one line',
            ],
            id="an empty name",
        ),
        pytest.param(
            'name: "a\\nb"\ninstances: {alice: {number: "100"}}',
            [
                (
                    'call.yaml:1:7: error: "name" holds control characters; give a short text on '
                    "one line"
                ),
            ],
            id="a name on two lines",
        ),
        pytest.param(
            'description: 12\ninstances: {alice: {number: "100"}}',
            [
                (
                    'call.yaml:1:14: error: "description" is the number 12, not a text; put it '
                    'in quotes: "12"'
                ),
            ],
            id="a description that is a number",
        ),
        pytest.param(
            "instances: {alice: }",
            [
                (
                    'call.yaml:1:13: error: instance "alice" has no "number"; give the number '
                    'that it is called by, for example number: "100"'
                ),
            ],
            id="an instance without a number",
        ),
        pytest.param(
            "instances: {alice: {}}",
            [
                (
                    'call.yaml:1:13: error: instance "alice" has no "number"; give the number '
                    'that it is called by, for example number: "100"'
                ),
            ],
            id="an instance without properties",
        ),
        pytest.param(
            'instances: {alice: "100"}',
            [
                (
                    'call.yaml:1:20: error: instance "alice" is the text "100", not a mapping of '
                    'its properties; write for example alice: {number: "100"}'
                ),
            ],
            id="an instance that is a text",
        ),
        pytest.param(
            "instances: {alice: [100]}",
            [
                (
                    'call.yaml:1:20: error: instance "alice" is a list, not a mapping of its '
                    'properties; write for example alice: {number: "100"}'
                ),
            ],
            id="an instance that is a list",
        ),
        pytest.param(
            'instances: {alice: {number: "100", colour: red}}',
            [
                (
                    'call.yaml:1:36: error: an instance has no key "colour"; its keys are '
                    "number, register, on_refer, codecs, registrar, username, password, realm, "
                    "expires, register_timeout, transport, prack and 3 more"
                ),
            ],
            id="an instance's unknown key",
        ),
        pytest.param(
            'instances: {alice: {numbr: "100"}}\nflow: {alice: [MakeCall: "100"]}',
            [
                'call.yaml:1:21: error: an instance has no key "numbr"; did you mean number?',
            ],
            id="a misspelt number",
        ),
        pytest.param(
            'instances: {" ": {number: "100"}}',
            [
                (
                    "call.yaml:1:13: error: an instance's name is empty; give a short name on "
                    "one line"
                ),
            ],
            id="an instance's name that is empty",
        ),
        pytest.param(
            'instances: {alice: {number: "100", register: yes}}',
            [
                (
                    'call.yaml:1:46: error: "register" is the text "yes", not true or false; '
                    "write true or false"
                ),
            ],
            id="register that is no boolean",
        ),
        pytest.param(
            'instances: {alice: {number: "100"}}\nflow: [Release]',
            [
                (
                    'call.yaml:2:7: error: "flow" is a list, not a mapping; give each instance\'s '
                    "name a list of steps, for example alice: [Release]"
                ),
            ],
            id="a flow that is a list",
        ),
        pytest.param(
            TWO + "  alcie:\n    - Release",
            [
                'call.yaml:3:3: error: no instance is named "alcie"; did you mean alice?',
                "call.yaml:4:7: warning: nothing before this Release can have made its leg "
                '"call-1"; let a MakeCall or INCOMING of this leg come first, or name the leg that '
                "was made",
            ],
            id="a flow for an unknown instance",
        ),
        pytest.param(
            TWO + "  zoe:\n    - Relaese",
            [
                (
                    'call.yaml:3:3: error: no instance is named "zoe"; the instances are "alice" '
                    'and "bob"'
                ),
                ('call.yaml:4:7: error: unknown command or event "Relaese"; did you mean Release?'),
            ],
            id="a flow for a quite unknown instance",
        ),
        pytest.param(
            "flow:\n  alice: []",
            [
                (
                    'call.yaml:1:1: error: the scenario has no "instances"; name at least one, '
                    'for example alice: {number: "100"}'
                ),
            ],
            id="a flow without instances",
        ),
        pytest.param(
            TWO + "  alice: Release",
            [
                (
                    'call.yaml:3:10: error: the flow of "alice" is the text "Release", not a '
                    'list of steps; begin each step with "- "'
                ),
            ],
            id="steps that are a text",
        ),
    ],
)
def test_a_problem_says_where_it_is_and_what_would_be_right(text: str, expected: list[str]) -> None:
    reading = read_yaml(text)
    assert lines(reading) == expected
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
