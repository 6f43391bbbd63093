"""Instances: their numbers and names, and whom a call can reach by them."""

import pytest

from sipflow.scenario.model.duration import RIGHT
from sipflow.scenario.model.signalling import Signalling
from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    CALL,
    TWO,
    coded,
    command,
    edge,
    instance,
    lines,
    nodes,
    read_json,
    read_yaml,
    scenario,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            'instances: {alice: {number: 100}}\nflow: {alice: [MakeCall: "100"]}',
            [
                ("call.yaml:1:29: error: wrong-type"),
            ],
            id="a number without quotes",
        ),
        pytest.param(
            "instances: {alice: {number: true}}",
            [
                ("call.yaml:1:29: error: wrong-type"),
            ],
            id="a number that is true",
        ),
        pytest.param(
            'instances: {alice: {number: "1 0"}}',
            [
                ("call.yaml:1:29: error: bad-value"),
            ],
            id="a number that is no user",
        ),
        pytest.param(
            'instances: {alice: {number: "%s"}}' % ("1" * 129),
            [
                ("call.yaml:1:29: error: bad-value"),
            ],
            id="a number that is too long",
        ),
        pytest.param(
            'instances: {alice: {number: "100"}, bob: {number: "100"}}',
            [
                ("call.yaml:1:51: error: duplicate-number"),
            ],
            id="a number given twice",
        ),
        pytest.param(
            'instances: {-: {number: "100"}}',
            [
                ("call.yaml:1:13: error: bad-name"),
            ],
            id="an instance called like the coordinator",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "300"}',
            [
                ("call.yaml:4:22: error: unknown-target"),
            ],
            id="a call to an unknown number",
        ),
        pytest.param(
            ALICE_DOES + "    - MakeCall: {to: alcie}",
            [
                ("call.yaml:4:22: error: unknown-target"),
            ],
            id="a call to a misspelt name",
        ),
        pytest.param(
            ALICE_DOES + '    - MakeCall: {to: "sip:a b@127.0.0.1"}',
            [
                ("call.yaml:4:22: error: unknown-target"),
            ],
            id="a call to no URI",
        ),
    ],
)
def test_every_mistake_in_yaml_is_found(text: str, expected: list[str]) -> None:
    reading = read_yaml(text)
    assert coded(reading) == expected
    assert reading.scenario is None


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        pytest.param(
            {"nodes": [{"id": "i", "type": "sipInstance", "data": {}}], "edges": []},
            [
                ("call.json: node i: error: missing-property"),
            ],
            id="an instance without number",
        ),
        pytest.param(
            {"nodes": [instance(dn=100)], "edges": []},
            [
                ("call.json: node i: error: wrong-type"),
            ],
            id="a number that is not a text",
        ),
        pytest.param(
            {"nodes": [ALICE, CALL], "edges": [edge("i", "a")]},
            [
                ("call.json: node a: error: unknown-target"),
            ],
            id="an unknown number",
        ),
        pytest.param(
            {
                "nodes": [ALICE, instance("j", dn="200"), command(targetUri="A")],
                "edges": [edge("i", "a")],
            },
            [
                ("call.json: node a: error: ambiguous-target"),
            ],
            id="a name that two instances have",
        ),
    ],
)
def test_every_mistake_in_json_is_found(graph: object, expected: list[str]) -> None:
    reading = read_json(graph)
    assert coded(reading) == expected
    assert reading.scenario is None


@pytest.mark.parametrize(
    "target", ["200", "bob", "sip:anybody@127.0.0.1:5070", "sip:200@localhost;transport=tcp"]
)
def test_a_call_goes_to_a_number_a_name_or_a_uri(target: str) -> None:
    assert nodes(read_yaml(ALICE_DOES + f'    - MakeCall: "{target}"'))


def test_an_instance_without_a_label_is_called_by_its_number() -> None:
    graph = {"nodes": [instance(label=""), command(targetUri="100")], "edges": [edge("i", "a")]}
    assert nodes(read_json(graph))
    reading = read_json({"nodes": [{"id": "i", "type": "sipInstance", "data": {"number": "1"}}]})
    assert reading.scenario is not None
    assert [one.name for one in reading.scenario.instances] == ["1"]


def test_a_misspelt_number_without_any_number_in_the_scenario() -> None:
    reading = read_yaml("instances: {alice: {}}\nflow: {alice: [MakeCall: x]}")
    assert coded(reading)[1] == ("call.yaml:2:26: error: unknown-target")


def test_an_instance_says_how_it_speaks_sip() -> None:
    written = {
        "transport": "tcp",
        "prack": "required",
        "session_timer": "always",
        "session_expires": "120s",
        "min_se": 100_000,
    }
    expected = Signalling(
        transport="tcp",
        prack="required",
        session_timer="always",
        session_expires=120.0,
        min_se=100.0,
    )
    flow = ", ".join(f"{name}: {value}" for name, value in written.items())
    for reading in (
        read_yaml(f'instances: {{alice: {{number: "100", {flow}}}}}'),
        read_json({"nodes": [instance("i", **written, register=None)]}),
        read_json({"nodes": [instance("i", **written, future=1)]}),
    ):
        assert [one.signalling for one in scenario(reading).instances] == [expected]


def test_an_instance_speaks_plain_sip_by_default() -> None:
    for reading in (
        read_yaml('instances: {alice: {number: "100"}}'),
        read_json({"nodes": [instance("i", transport=None)]}),
    ):
        assert [one.signalling for one in scenario(reading).instances] == [Signalling()]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "transport: tls",
            '1:47: error: "transport" is the text "tls", not tcp or udp; write tcp or udp',
        ),
        (
            "session_expires: 89s",
            '1:53: error: "session_expires" is the text "89s", which is out of range; '
            f"{RIGHT}, from 90 s",
        ),
        (
            "min_se: 30m, session_expires: 100s",
            '1:13: error: "session_expires" is 100 s, shorter than "min_se"; give at least 1800 s',
        ),
    ],
)
def test_a_wrong_way_to_speak_sip_is_an_error(written: str, expected: str) -> None:
    reading = read_yaml(f'instances: {{alice: {{number: "100", {written}}}}}')
    assert lines(reading) == [f"call.yaml:{expected}"]


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("x@192.0.2.1", "sip:x@192.0.2.1"),
        ("192.0.2.1", "sip:192.0.2.1"),
        ("SIP:x@127.0.0.1", "sip:x@127.0.0.1"),
        ("<sip:x@127.0.0.1>", "sip:x@127.0.0.1"),
        ("tel:+4912345", "sip:+4912345@HOST"),
        ("300", None),
        ("sip:x@127.0.0.1:99999", None),
    ],
)
def test_a_target_that_looks_like_a_uri_is_asked_for_as_one(target: str, meant: str | None) -> None:
    (line,) = lines(read_yaml(TWO + f'  alice: [MakeCall: "{target}"]\n'))
    assert "is no number or name of the scenario and no SIP URI; " in line
    asked = line.rpartition("SIP URI; ")[2].partition(" the numbers")[0]
    assert asked == (f'did you mean "{meant}"?' if meant else asked)
    assert ("did you mean" in line) == (meant is not None)
