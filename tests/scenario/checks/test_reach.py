"""Whom local mode cannot reach, and what it does not speak, wherever a file names it."""

import pytest

from sipflow.scenario.checks.reach import obstacles
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import (
    ALICE,
    ALICE_DOES,
    command,
    edge,
    instance,
    lines,
    read_json,
    read_yaml,
)

RIGHT = "; give an address of 127.0.0.0/8, or call a number of the scenario"
UNREACHED = f" cannot be reached in local mode: its host is not in 127.0.0.0/8{RIGHT}"
REMOTE = "sip:300@192.0.2.1"
WITHOUT = "which local mode does not have"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("sip:200@127.0.0.1", []),
        ("sip:200@127.9.9.9:5070;transport=udp", []),
        ("sip:127.0.0.1;Transport=TCP?X-Account=4711", []),
        ("sip:200@localhost", []),
        ("sip:200@pbx.localhost.", []),
        ("127.0.0.1:5080", []),
        ("sip:127.0.0.1:5080;transport=tcp", []),
        ("[", []),
        ("sips:200@127.0.0.1", ["asks for TLS"]),
        ("sip:200@127.0.0.1;transport=tls", ["asks for the transport tls"]),
        ("sip:200@127.0.0.1;transport=ws", ["asks for the transport ws"]),
        ("sip:200@[::1]", ["is IPv6"]),
        ("[2001:db8::1]:5060", ["is IPv6"]),
        (
            "sips:200@[::1]:5061;transport=tls",
            ["asks for TLS", "asks for the transport tls", "is IPv6"],
        ),
        ("sip:200@192.0.2.1:5060", ["cannot be reached"]),
        ("sip:200@0.0.0.0", ["cannot be reached"]),
        ("sip:200@pbx.example.com", ["cannot be reached"]),
        ("example.org:5080", ["cannot be reached"]),
        ("sip:200@phone.invalid", ["cannot be reached"]),
        ("sip:200@127.0.0.1;maddr=192.0.2.1", ["cannot be reached"]),
        ("sip:200@pbx.lan", ["is reached in local mode only if"]),
    ],
)
def test_every_obstacle_of_a_target_is_found(target: str, said: list[str]) -> None:
    found = [obstacle.message for obstacle in obstacles(target)]
    assert [one[: len(words)] for one, words in zip(found, said, strict=True)] == said


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (f"MakeCall: {{to: '{REMOTE}'}}", f'4:22: error: "{REMOTE}"{UNREACHED}'),
        (f"MakeCall: '{REMOTE}'", f'4:17: error: "{REMOTE}"{UNREACHED}'),
        (f"SendMessage: {{to: '{REMOTE}', text: x}}", f'4:25: error: "{REMOTE}"{UNREACHED}'),
        (f"Response: {{code: 302, contact: '{REMOTE}'}}", f'"{REMOTE}"{UNREACHED}'),
        (f"BlindTransfer: {{to: '{REMOTE}'}}", f'"{REMOTE}"{UNREACHED}'),
        ("BlindTransfer: {user: '300', host: '192.0.2.1:5060'}", f'"192.0.2.1:5060"{UNREACHED}'),
        ("Register: {registrar: '192.0.2.1'}", f'"192.0.2.1"{UNREACHED}'),
        (
            "MakeCall: 'sips:200@127.0.0.1'",
            f'"sips:200@127.0.0.1" asks for TLS, {WITHOUT}; write sip:',
        ),
        (
            "MakeCall: 'sip:200@127.0.0.1;transport=tls'",
            f'"sip:200@127.0.0.1;transport=tls" asks for the transport tls, {WITHOUT}; '
            "write transport=udp or tcp, or leave it out",
        ),
        (
            "MakeCall: 'sip:200@[::1]'",
            f'"sip:200@[::1]" is IPv6, and local mode has only IPv4{RIGHT}',
        ),
        (
            "MakeCall: 'sip:200@pbx.lan'",
            'warning: "sip:200@pbx.lan" is reached in local mode only if its host is in '
            f"127.0.0.0/8{RIGHT}",
        ),
    ],
)
def test_a_step_that_cannot_reach_its_target_is_a_problem(step: str, says: str) -> None:
    found = [line for line in lines(read_yaml(ALICE_DOES + f"    - {step}\n")) if "leg" not in line]
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize(
    "step",
    [
        f"MESSAGE: {{from: '{REMOTE}'}}",
        "MakeCall: 'sip:${run}@192.0.2.1'",
        "MakeCall: bob",
    ],
)
def test_what_is_only_compared_or_known_later_is_no_problem(step: str) -> None:
    assert lines(read_yaml(ALICE_DOES + f"    - {step}\n")) == []


def test_the_registrar_of_an_instance_is_one_of_the_places() -> None:
    text = 'instances: {a: {number: "1", registrar: "[::1]"}, b: {number: "2", username: b}}\n'
    assert lines(read_yaml(text)) == [
        f'call.yaml:1:41: error: "[::1]" is IPv6, and local mode has only IPv4{RIGHT}'
    ]
    graph = {"nodes": [instance(registrar="192.0.2.1"), command(targetUri=REMOTE)]}
    assert lines(read_json({**graph, "edges": [edge("i", "a")]})) == [
        f'call.json: node i: error: "192.0.2.1"{UNREACHED}',
        f'call.json: node a: error: "{REMOTE}"{UNREACHED}',
    ]


def test_what_comes_from_the_environment_is_not_shown() -> None:
    text = (
        'instances: {a: {number: "1", registrar: "${env:HOST}"}}\n'
        "flow: {a: [{MakeCall: 'sip:1@${env:HOST}'}]}\n"
    )
    found = lines(read_text(text.encode(), "call.yaml", Given(environment={"HOST": "192.0.2.7"})))
    assert [line.partition("error: ")[2] for line in found] == [
        f"a value of the environment{UNREACHED}"
    ] * 2


def test_what_is_wrong_already_is_passed_over() -> None:
    text = 'instances: {a: {number: "1", registrar: "a b"}}\nflow: {a: [{MakeCal: x y}]}\n'
    assert not any("reach" in line for line in lines(read_yaml(text)))


def test_real_mode_reaches_what_it_likes() -> None:
    text = ALICE_DOES + f"    - MakeCall: '{REMOTE}'\n"
    reading = read_text(text.encode(), "call.yaml", Given(mode="real"))
    assert lines(reading) == []


def test_a_drawing_names_the_node() -> None:
    graph = {"nodes": [ALICE, command(targetUri="sips:1@127.0.0.1")], "edges": [edge("i", "a")]}
    assert lines(read_json(graph)) == [
        f'call.json: node a: error: "sips:1@127.0.0.1" asks for TLS, {WITHOUT}; write sip:'
    ]
