"""Where instances register and as whom, in both formats, and nodes that need a registrar."""

import pytest

from sipflow.scenario.model.account import Account
from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import (
    command,
    edge,
    event,
    instance,
    lines,
    nodes,
    read_json,
    read_yaml,
    scenario,
)

SECRET = "hunter2"


def account(properties: str) -> Account | None:
    """Return the account of an instance with these properties."""
    text = f'instances: {{alice: {{number: "100", {properties}}}}}'
    (alice,) = scenario(read_yaml(text)).instances
    return alice.account


def drawn(**data: object) -> Account | None:
    """Return the account of a drawn instance."""
    (one,) = scenario(
        read_json({"nodes": [{**instance(), "data": {"dn": "100", **data}}], "edges": []})
    ).instances
    return one.account


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("on_refer: follow", None),
        ("register: false", None),
        ("register: true", Account(register=True)),
        ("registrar: 127.0.0.1:5080", Account(registrar="127.0.0.1:5080")),
        (
            "registrar: 127.0.0.1, username: u, password: p, realm: r, expires: 1m, register: true",
            Account(
                registrar="127.0.0.1",
                username="u",
                password="p",
                realm="r",
                expires=60,
                register=True,
            ),
        ),
    ],
)
def test_an_instance_has_an_account(properties: str, expected: Account | None) -> None:
    assert account(properties) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, None),
        ({"register": True}, Account(register=True)),
        ({"registrar": "", "password": None, "register": True}, Account(register=True)),
        (
            {"registrar": "127.0.0.1", "expires": 60_000, "registerTimeout": 5000},
            Account(registrar="127.0.0.1", expires=60.0, register_timeout=5.0),
        ),
    ],
)
def test_a_drawn_instance_has_one_too(data: dict[str, object], expected: Account | None) -> None:
    assert drawn(**data) == expected


def read_with(properties: str, **given: str) -> Reading:
    """Read an instance with properties, a variable ``x`` and an environment with a password."""
    text = f"variables: {{x: 127.0.0.1}}\ninstances: {{alice: {{number: '100', {properties}}}}}"
    return read_text(text.encode(), "call.yaml", Given(given, {"PASSWORD": SECRET, "BAD": "a\nb"}))


def test_an_account_may_hold_what_is_known_before_the_start() -> None:
    (alice,) = scenario(
        read_with("registrar: '${x}:5080', password: '${env:PASSWORD}', expires: '${y}'", y="9s")
    ).instances

    assert alice.account == Account(registrar="127.0.0.1:5080", password=SECRET, expires=9.0)


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        (
            "registrar: 'sip:100@127.0.0.1'",
            '"registrar" is the text "sip:100@127.0.0.1", which holds characters that are not '
            "allowed; "
            "give the registrar: its host, host:port or SIP URI without a user, for example "
            '"127.0.0.1:5080" or "sip:example.com;transport=tcp"',
        ),
        (
            "expires: 0s",
            '"expires" is the text "0s", which is out of range; write a duration: 100ms, '
            "5s, 1.5s, 2m, or a number of milliseconds, from 1 s",
        ),
        (
            "password: 4711",
            '"password" is not what a password can be; give a text of up to 128 characters on '
            "one line, in quotes if it is a number",
        ),
        (
            "password: '${env:BAD}'",
            '"password" is not what a password can be; give a text of up to 128 characters on '
            "one line, in quotes if it is a number",
        ),
        (
            "registrar: '${run}'",
            '"registrar" has a variable that is known only during the run; give the '
            "registrar: its host, host:port or SIP URI without a user before the start",
        ),
    ],
)
def test_a_mistake_in_an_account_is_found_and_no_password_shown(
    properties: str, problem: str
) -> None:
    (said,) = lines(read_with(properties))

    assert said.partition(" error: ")[2] == problem


def test_a_variable_that_is_wrong_itself_is_told_of_once() -> None:
    text = "variables: {x: '${y}'}\ninstances: {a: {number: '1', registrar: '${x}'}}"

    (said,) = lines(read_yaml(text))

    assert 'the variable "x" names the variable "y"' in said


FLOW = "instances: {{alice: {{number: '100'{0}}}}}\nflow:\n  alice:\n    - {1}\n"


@pytest.mark.parametrize(
    ("properties", "step"),
    [
        (", registrar: 127.0.0.1", "Register"),
        ("", "Register: {registrar: 127.0.0.1}"),
        ("", "Register: {registrar: '${run}.b'}"),
        ("", "Unregister"),
        (", registrar: 127.0.0.1, register: true", "REGISTERED"),
        ("", "Register: {registrar: 127.0.0.1}\n    - REGISTERED"),
    ],
)
def test_a_node_that_has_a_registrar_is_right(properties: str, step: str) -> None:
    assert nodes(read_yaml(FLOW.format(properties, step)))


@pytest.mark.parametrize(
    ("properties", "step", "problem"),
    [
        (
            ", register: true",
            "Register",
            'Register has no registrar, and instance "alice" has none; '
            "give one here or to the instance, for example registrar: 127.0.0.1:5080",
        ),
        (
            ", registrar: 127.0.0.1",
            "REGISTERED",
            'REGISTERED cannot happen: instance "alice" does not register; '
            "let it Register before, or give it a registrar and register: true",
        ),
        (
            ", register: true",
            "REGISTERED",
            'REGISTERED cannot happen: instance "alice" does not register; '
            "let it Register before, or give it a registrar and register: true",
        ),
        ("", "Register: {registrar: 'a b'}", None),
    ],
)
def test_a_node_without_a_registrar_is_a_problem(
    properties: str, step: str, problem: str | None
) -> None:
    (said,) = lines(read_yaml(FLOW.format(properties, step)))

    place, _, message = said.partition(" error: ")
    assert place.startswith("call.yaml:4:")
    assert problem in (None, message)


def test_in_a_drawn_graph_the_problem_names_the_node() -> None:
    drawing = {
        "nodes": [instance(), command("r", "Register"), event("w", "REGISTERED")],
        "edges": [edge("i", "r"), edge("r", "w")],
    }

    (said,) = lines(read_json(drawing))

    assert said.startswith('call.json: node r: error: Register has no registrar, and instance "A"')


def test_a_node_of_nobody_is_not_asked_for_a_registrar() -> None:
    said = lines(read_json({"nodes": [instance(), command("r", "Register")], "edges": []}))

    assert not any("registrar" in line for line in said)


def test_two_names_of_one_property_of_a_drawn_instance_are_a_problem() -> None:
    graph = {"nodes": [instance(register_timeout="5s", registerTimeout="6s")], "edges": []}
    assert lines(read_json(graph)) == [
        'call.json: node i: error: "register_timeout" and "registerTimeout" are two names of one '
        "property; keep one of them"
    ]
