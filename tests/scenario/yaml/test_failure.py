"""``on_failure``: a list of steps, or a list for each cause."""

import pytest

from tests.scenario.snippets import ALICE_DOES, TWO, lines, nodes, read_yaml

CAUSES = "causes are status codes (486), classes of them (4xx), timeout and else"
EXAMPLE = "give at least one step, for example - TIMEOUT: 0ms to go on to nothing"


def test_each_cause_has_a_branch_of_its_own() -> None:
    found = nodes(
        read_yaml(
            ALICE_DOES
            + "    - MakeCall: bob\n"
            + "      on_failure:\n"
            + "        486: [{TIMEOUT: 1s, id: busy}, {goto: end}]\n"
            + '        "4xx": [{TIMEOUT: 2s, id: refused}]\n'
            + "        timeout: [{TIMEOUT: 3s, id: late}, {goto: end}]\n"
            + "        else: [goto: end]\n"
            + "    - {Release: , id: end}\n"
        )
    )
    call = found["alice-1"]
    assert (call.success, call.failure) == ("end", "end")
    assert call.failures == {"486": "busy", "4xx": "refused", "timeout": "late"}
    assert found["busy"].success == found["late"].success == "end"
    assert found["refused"].success is None
    # The steps of all branches are counted in the order of the file.
    assert list(found) == ["alice-1", "busy", "refused", "late", "end"]


def test_a_cause_that_is_not_there_has_no_branch() -> None:
    text = ALICE_DOES + "    - MakeCall: bob\n      on_failure: {486: [TIMEOUT: 1s]}\n"
    assert nodes(read_yaml(text))["alice-1"].failure is None


def test_a_list_is_the_branch_of_every_cause() -> None:
    text = ALICE_DOES + "    - MakeCall: bob\n      on_failure: [TIMEOUT: 1s]\n"
    call = nodes(read_yaml(text))["alice-1"]
    assert (call.failure, call.failures) == ("alice-2", {})


def test_a_branch_may_have_branches() -> None:
    text = (
        ALICE_DOES
        + "    - MakeCall: bob\n      on_failure:\n        4xx:\n"
        + "          - MakeCall: bob\n            on_failure: {5xx: [TIMEOUT: 1s]}\n"
    )
    found = nodes(read_yaml(text))
    assert found["alice-1"].failures == {"4xx": "alice-2"}
    assert found["alice-2"].failures == {"5xx": "alice-3"}


def test_branches_beside_a_repeat_are_those_of_every_step_inside_without_its_own() -> None:
    text = (
        ALICE_DOES
        + "    - Repeat: {times: 2}\n      steps:\n"
        + '        - MakeCall: {to: bob, leg: "${round}"}\n'
        + '        - TIMEOUT: 1s\n          on_failure: [Release: {leg: "${round}"}]\n'
        + "      on_failure:\n        486: [{TIMEOUT: 2s, id: busy}]\n        else: [goto: end]\n"
        + "    - {TIMEOUT: 3s, id: end}\n"
    )
    found = nodes(read_yaml(text))
    for name in ("alice-1.1", "alice-1.2"):
        assert (found[name].failures, found[name].failure) == ({"486": "busy"}, "end")
    assert found["alice-2.1"].failures == {}


@pytest.mark.parametrize(
    ("on_failure", "problems"),
    [
        (
            "{}",
            ['5:19: error: "on_failure" is empty; ' + EXAMPLE],
        ),
        (
            "7",
            ['5:19: error: "on_failure" is the number 7, not a list of steps; ' + EXAMPLE],
        ),
        (
            "{486: }",
            ['5:25: error: "486" of on_failure is empty, not a list of steps; ' + EXAMPLE],
        ),
        (
            "{486: [], 404: TIMEOUT}",
            [
                '5:25: error: "486" of on_failure is empty, not a list of steps; ' + EXAMPLE,
                '5:34: error: "404" of on_failure is the text "TIMEOUT", not a list of steps; '
                + EXAMPLE,
            ],
        ),
        (
            "{4XX: [TIMEOUT: 1s]}",
            [
                '5:20: error: "4XX" is no cause of a failure; did you mean 4xx? ' + CAUSES,
            ],
        ),
        (
            "{tiemout: [TIMEOUT: soon], 48: [Release]}",
            [
                '5:20: error: "tiemout" is no cause of a failure; did you mean timeout? ' + CAUSES,
                '5:39: error: "timeout" of TIMEOUT is the text "soon", which is not a duration; '
                "write a duration: 100ms, 5s, 1.5s, 2m, or a number of milliseconds",
                '5:46: error: "48" is no cause of a failure; ' + CAUSES,
            ],
        ),
        (
            "{486: [TIMEOUT: 1s], 486: [TIMEOUT: 1s]}",
            [
                '5:40: error: the key "486" is given a second time; the first is in line 5; '
                "keep one of them"
            ],
        ),
        (
            "{486: [goto: nowhere], 404: [goto: alice-1]}",
            [
                '5:32: error: goto names "nowhere", and there is no such step; '
                "give the id of a step of the file",
                '5:54: error: steps form a cycle: "alice-1" → "alice-1"; '
                "let every chain end; write steps again where they are to be repeated",
            ],
        ),
    ],
)
def test_what_is_wrong_with_it_is_said(on_failure: str, problems: list[str]) -> None:
    found = read_yaml(ALICE_DOES + f"    - MakeCall: bob\n      on_failure: {on_failure}\n")
    assert lines(found) == [f"call.yaml:{problem}" for problem in problems]


def test_a_leg_that_only_one_branch_makes_is_known_behind_it_alone() -> None:
    text = (
        TWO + "  bob:\n    - Register: {registrar: 127.0.0.1}\n      on_failure:\n"
        "        404:\n          - INCOMING: {leg: x}\n          - Answer: {leg: x}\n"
        "        else:\n          - Answer: {leg: x}\n"
    )
    (line,) = lines(read_yaml(text))
    assert line.startswith("call.yaml:10:13: warning: nothing before this Answer can have made its")
