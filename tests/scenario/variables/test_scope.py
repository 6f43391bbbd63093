"""Scopes: what a variable stands for, where it comes from first, and what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.model.actions import Place, Variable
from sipflow.scenario.problems import Report
from sipflow.scenario.variables.scope import (
    LONGEST_VALUE,
    Definition,
    Filled,
    Given,
    NotedEnvironment,
    Scope,
)
from sipflow.scenario.variables.template import Trouble

PLACE = Place(file="call.yaml", line=1, column=1)
GIVEN = Given({"target": "300"}, {"SECRET": "hush"})
LATE = frozenset({"instance.bob.port", "caller"})


def scope(**own: str | None) -> Scope:
    """Return a scope with definitions of its own."""
    return Scope(GIVEN, {name: Definition(text, PLACE, "set it") for name, text in own.items()})


def text(of: Scope, template: str) -> str | None:
    """Return what a text becomes, without a variable that is known only later."""
    found = of.fill(template, Report(), LATE)
    assert isinstance(found, Filled), found
    return found.text


def trouble(of: Scope, template: str) -> str:
    """Return what is wrong with a text, and what would be right."""
    found = of.fill(template, Report(), LATE)
    assert isinstance(found, Trouble)
    return f"{found.message}; {found.right}"


def test_a_variable_stands_for_its_value() -> None:
    assert text(scope(limit="5s"), "${limit}") == "5s"
    assert text(scope(a="1", b="${a}2"), "<${b}${a}>") == "<121>"
    assert text(scope(), "no variable") == "no variable"


def test_the_command_line_goes_before_the_file_and_needs_no_definition() -> None:
    assert text(scope(target="200", both="${target}!"), "${target} ${both}") == "300 300!"
    assert text(scope(), "${target}") == "300"


def test_what_is_known_later_stays_a_variable() -> None:
    found = scope(a="${run}").fill("x ${a} ${caller} ${instance.bob.port}", Report(), LATE)
    assert found == Filled(
        ("x ", Variable("run"), " ", Variable("caller"), " ", Variable("instance.bob.port"))
    )
    assert found.text is None


def test_what_the_environment_went_into_is_secret() -> None:
    one = scope(key="${env:SECRET}", long="<${key}>")
    assert one.fill("${long}", Report()) == Filled(("<", "hush", ">"), secret=True)
    assert one.fill("${target}", Report()) == Filled(("300",))


def test_a_round_sees_what_is_around_it_and_its_own_first() -> None:
    outer = scope(x="1", y="2")
    inner = Scope(Given(), {"x": Definition("3", PLACE)}, around=outer)
    assert text(inner, "${x}${y}${target}") == "32300"
    assert set(inner.names()) == {"x", "y", "target"}


def test_a_parameter_is_filled_where_it_is_given() -> None:
    user = scope(x="1")
    flow = Scope(Given(), {"to": Definition("20${x}", PLACE, within=user)})
    assert text(flow, "${to}") == "201"
    assert "does not exist" in trouble(flow, "${x}")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        (
            "${tagret}",
            'names the variable "tagret", which does not exist; did you mean "target"?',
        ),
        (
            "${zzzzzzzzz}",
            'names the variable "zzzzzzzzz", which does not exist; '
            "known here are caller, run and target",
        ),
        (
            "${env:NOT_SET}",
            'names "NOT_SET" of the environment, where it is not set; set it before the start',
        ),
        ("${", 'has a "${" without its "}" at character 1; '),
    ],
)
def test_what_is_wrong_is_told_with_what_is_right(template: str, says: str) -> None:
    assert trouble(scope(), template).startswith(says)


def test_a_definition_sees_only_those_above_it() -> None:
    report = Report()
    scope(first="${second}", second="1", itself="${itself}").check(report)
    said = [str(problem) for problem in report.in_order(lambda place: (0, 0))]
    assert [line.partition(";")[0] for line in said] == [
        'call.yaml:1:1: error: the variable "first" names the variable "second", which is '
        "defined only below it",
        'call.yaml:1:1: error: the variable "itself" names the variable "itself", which is '
        "defined only below it",
    ]


def test_what_a_definition_lacks_is_told_there_and_not_where_it_is_used() -> None:
    report = Report()
    one = scope(a=None, b="${a}")
    assert one.has_own
    found = one.fill("${b}", report)
    assert isinstance(found, Trouble)
    assert found.reported
    one.check(report)
    (problem, *_) = report.in_order(lambda place: (0, 0))
    assert str(problem) == 'call.yaml:1:1: error: the variable "a" has no value; set it'


def test_no_value_grows_beyond_use() -> None:
    doubling: dict[str, str | None] = {"a0": "${run}x"}
    doubling |= {f"a{n}": f"${{a{n - 1}}}" * 2 for n in range(1, 60)}
    assert f"becomes longer than {LONGEST_VALUE} characters" in trouble(scope(**doubling), "${a59}")


def test_thousands_of_variables_that_lean_on_each_other_are_no_trouble() -> None:
    chain: dict[str, str | None] = {"a0": "1"}
    chain |= {f"a{n}": f"${{a{n - 1}}}" for n in range(1, 5_000)}
    assert text(scope(**chain), "${a4999}") == "1"


@given(
    st.dictionaries(st.sampled_from("abcde"), st.text(alphabet="${}abcde:", max_size=12)),
    st.text(alphabet="${}abcde:", max_size=20),
)
def test_no_definitions_and_no_text_raise(own: dict[str, str], template: str) -> None:
    one, report = scope(**own), Report()
    one.check(report)
    assert isinstance(one.fill(template, report, LATE), Filled | Trouble)


def test_the_environment_is_as_it_is_and_notes_what_is_used() -> None:
    environment = NotedEnvironment({"KEY": "hush", "HOME": "/"})
    assert (list(environment), len(environment)) == (["KEY", "HOME"], 2)
    assert environment["KEY"] == "hush"
    assert environment.used == {"KEY": "hush"}
