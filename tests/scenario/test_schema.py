"""The JSON Schema: valid itself, and of one mind with the reader."""

import json
from pathlib import Path

import jsonschema
import pytest

from sipflow.scenario.problems import Report
from sipflow.scenario.reader import read_scenario
from sipflow.scenario.schema import json_schema
from sipflow.scenario.vocabulary import action_types
from sipflow.scenario.yaml.composer import compose
from sipflow.scenario.yaml.tree import Mapping, Sequence, Value, raw
from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    TWO,
    command,
    edge,
    event,
    instance,
    read_json,
    read_yaml,
)

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("tests/cases/*.json"), *ROOT.glob("examples/*.yaml")])
SUB_FLOWS = sorted(ROOT.glob("examples/*/*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def plain(value: Value) -> object:
    """Return what an editor sees of a document."""
    match value:
        case Mapping():
            return {key.text: plain(inner) for key, inner in value.pairs}
        case Sequence():
            return [plain(item) for item in value.items]
        case _:
            return raw(value)


def document(text: str) -> object:
    """Return the document of a YAML or JSON text."""
    value = compose(text, "f", Report())
    assert value is not None
    return plain(value)


def test_the_schema_is_valid_itself_and_plain_json() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.loads(json.dumps(json_schema())) == json_schema()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_case_and_example_validates(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    VALIDATOR.validate(document(text))
    assert read_scenario(path).scenario is not None


@pytest.mark.parametrize("path", SUB_FLOWS, ids=lambda path: path.name)
def test_every_sub_flow_validates(path: Path) -> None:
    VALIDATOR.validate(document(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "steps",
    [
        "[]",
        "[INCOMING, Answer, DISCONNECTED, Release]",
        "[INCOMING: , Answer: {}, Release: {timeout: 500}]",
        '[MakeCall: "200"]',
        '[{MakeCall: {to: "200", leg: x, until: ringing, timeout: 1.5s}, id: a}]',
        '[{MakeCall: {targetUri: "200", callId: x, id: a}}]',
        "[INCOMING: {ring: false}, Response: 486]",
        "[INCOMING, Response: {statusCode: 183, reason: null}]",
        "[INCOMING, Response: {code: 302, contact: bob, headers: {X-A: b}}]",
        '[SendMessage: {to: bob, text: hi}, MESSAGE: {from: "200", pattern: "a+"}]',
        "[TIMEOUT: 100ms, TIMEOUT: 500, Wait: {timeout: 2m}, Wait: 1s]",
        """[INCOMING, Response: {code: "486"}, TIMEOUT: '500', CheckMedia: {max_loss: '0.5'}]""",
        '[{MakeCall: "200", on_failure: [goto: end]}, {Release: , id: end}]',
        '[{MakeCall: "200", on_failure: {486: [Release], 4xx: [Release], timeout: [TIMEOUT: 1s]}}]',
        "[{Repeat: 2, steps: [TIMEOUT: 1s]}, {Repeat: {times: 2, steps: [TIMEOUT: 1s]}}]",
        "[{Repeat: {times: 2}, id: r, steps: [TIMEOUT: '${round}s'], on_failure: [TIMEOUT: 1s]}]",
        "[TIMEOUT: '${run}', INCOMING: {ring: '${run}'}, Response: '${instance.bob.number}']",
    ],
)
def test_what_the_reader_takes_in_yaml_validates(steps: str) -> None:
    text = TWO + f"  alice: {steps}\n"
    assert read_yaml(text).scenario is not None
    VALIDATOR.validate(document(text))


@pytest.mark.parametrize(
    "text",
    [
        "- a",
        "name: x",
        "instances: {}",
        "instances: {alice: {}}",
        "instances: {alice: {number: 100}}",
        'instances: {alice: {number: "1 0"}}',
        'instances: {alice: {number: "100", colour: red}}',
        'instances: {-: {number: "100"}}',
        'instances: {alice: {number: "100", prack: always}}',
        'instances: {alice: {number: "100", transport: tls}}',
        *(
            'variables: {v: x}\ninstances: {alice: {number: "100", ' + name + ': "${v}"}}'
            for name in ("transport", "prack", "session_timer", "session_expires", "min_se")
        ),
        'instances: {alice: {number: "100", on_refer: "${run}"}}',
        'instances: {alice: {number: "100", session_expires: 89999}}',
        'instances: {alice: {number: "100"}}\nflow: []',
        'instances: {alice: {number: "100"}}\nflows: {}',
        'instances: {alice: {number: "100"}}\nname: 5',
        *(
            ALICE_DOES + f"    - {step}"
            for step in (
                "5",
                "[Release]",
                "MakeCal",
                "MakeCall",
                "MakeCall:",
                "MakeCall: 200",
                'MakeCal: "200"',
                "MakeCall: {to: [x]}",
                'MakeCall: {to: ""}',
                'MakeCall: {to: "200", until: never}',
                'MakeCall: {to: "200", too: "200"}',
                'MakeCall: {to: "200", targetUri: "200"}',
                'MakeCall: {to: "200", leg: x, callId: x}',
                'MakeCall: {to: "200", timeout: "5h"}',
                'MakeCall: {to: "200", timeout: -5}',
                "Response: 200",
                "Response: 99",
                "Response: '486.5'",
                "INCOMING: {ring: no}",
                "Release: now",
                "TIMEOUT",
                "TIMEOUT: 86400001",
                "SendDTMF: {digits: '1', interval: 49}",
                "CheckMedia: {direction: up}",
                "{id: x}",
                "{Release: , id: 5}",
                "{Release: , INCOMING: }",
                "{Release: , on_failure: }",
                "{Release: , on_failure: []}",
                "{Release: , on_failure: {}}",
                "{Release: , on_failure: {486: []}}",
                "{Release: , on_failure: {busy: [TIMEOUT: 1s]}}",
                "{Release: , on_failure: {486: TIMEOUT}}",
                "{Release: , on_failur: [Release]}",
                "{goto: x, id: y}",
                "{Repeat: 2}",
                "{Repeat: 2, steps: []}",
                "{Repeat: 1001, steps: [TIMEOUT: 1s]}",
                "{Repeat: {times: 2, steps: [TIMEOUT: 1s]}, steps: [TIMEOUT: 1s]}",
                "{use: }",
                "{use: x.yaml, with: [1]}",
            )
        ),
    ],
)
def test_what_the_reader_refuses_in_yaml_does_not_validate(text: str) -> None:
    assert read_yaml(text).scenario is None
    assert not VALIDATOR.is_valid(document(text))


@pytest.mark.parametrize(
    "graph",
    [
        {"nodes": [ALICE]},
        {"NODES": [{"ID": "i", "Type": "sipInstance", "Data": {"number": "1"}}], "Edges": []},
        {"nodes": [ALICE, event(colour="red", position=5)], "edges": [edge("i", "e", id="e1")]},
        {
            "nodes": [ALICE, command(targetUri="100"), event("b")],
            "edges": [
                edge("i", "a"),
                edge("a", "b", sourceHandle="failure", data={"condition": "4xx"}),
            ],
        },
        {"nodes": [ALICE, event(word="Wait", timeout="500")], "edges": [edge("i", "e")]},
        {"nodes": [ALICE, command(to="100", timeout="5s")], "edges": [edge("i", "a")], "zoom": 1},
    ],
)
def test_what_the_reader_takes_in_json_validates(graph: object) -> None:
    assert read_json(graph).scenario is not None
    VALIDATOR.validate(graph)


@pytest.mark.parametrize(
    "graph",
    [
        {"nodes": []},
        {"nodes": 5},
        {"Nodes": [{}]},
        {"nodes": [ALICE], "edges": [{}]},
        {"nodes": [ALICE], "edges": {}},
        {"nodes": [{"id": "i", "type": "sipInstance"}]},
        {"nodes": [{"id": "i", "type": "sipInstance", "data": {}}]},
        {"nodes": [ALICE, {"id": "j", "type": "note", "data": {}}]},
        {"nodes": [instance(dn=100)]},
        {"nodes": [instance(register="no")]},
        {"nodes": [ALICE, command(word="Dial")]},
        {"nodes": [ALICE, command(word="INCOMING")]},
        {"nodes": [ALICE, command()]},
        {"nodes": [ALICE, command(targetUri=100)]},
        {"nodes": [ALICE, command(targetUri="100", to="100")]},
        {"nodes": [ALICE, command(word="Response", statusCode=200)]},
        {"nodes": [ALICE, event(word="TIMEOUT", timeout="5h")]},
        {"nodes": [ALICE, event(word="TIMEOUT")]},
    ],
)
def test_what_the_reader_refuses_in_json_does_not_validate(graph: object) -> None:
    assert read_json(graph).scenario is None
    assert not VALIDATOR.is_valid(graph)


def test_every_word_is_described_where_an_editor_completes_it() -> None:
    definitions = json_schema()["$defs"]
    assert isinstance(definitions, dict)
    for name in action_types():
        assert definitions[name]["title"] == name
        assert definitions[name]["description"]


def test_a_default_stands_where_an_editor_shows_it_as_it_would_be_written() -> None:
    definitions = json_schema()["$defs"]
    assert isinstance(definitions, dict)
    properties = definitions["SendDTMF"]["anyOf"][0]["properties"]
    named = {name: schema.get("default") for name, schema in properties.items()}
    del named["id"]
    assert named == {
        "digits": None,
        "method": "rfc2833",
        "interval": "250ms",
        "intervalMs": "250ms",
        "leg": "call-1",
        "callId": "call-1",
        "timeout": "10s",
    }
