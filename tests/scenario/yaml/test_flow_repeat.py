"""Repeat: rounds of steps unrolled, each with ids of its own, bounded, and never in a circle."""

from time import process_time

import pytest

from tests.scenario.snippets import TWO, lines, nodes, read_yaml, scenario


def read(text: str) -> list[str]:
    """Return each node of alice's flow with where it leads: ``id>success!failure``."""
    one = scenario(read_yaml(TWO + "  alice:\n" + text)).instances[0]
    led = [
        "".join(
            [
                node.id,
                f">{node.success}" * bool(node.success),
                f"!{node.failure}" * bool(node.failure),
            ]
        )
        for node in one.nodes
    ]
    return [f"start {one.starts[0]}", *led]


def problems(text: str) -> list[str]:
    """Return what is wrong with alice's flow."""
    return lines(read_yaml(TWO + "  alice:\n" + text))


@pytest.mark.parametrize(
    "written",
    [
        "    - Repeat: {times: 2}\n      steps: [TIMEOUT: 1s, TIMEOUT: 2s]\n",
        "    - Repeat: 2\n      steps: [TIMEOUT: 1s, TIMEOUT: 2s]\n",
        "    - Repeat:\n        times: 2\n        steps: [TIMEOUT: 1s, TIMEOUT: 2s]\n",
    ],
)
def test_steps_are_there_once_a_round(written: str) -> None:
    assert read("    - TIMEOUT: 1s\n" + written + "    - TIMEOUT: 3s\n") == [
        "start alice-1",
        "alice-1>alice-2.1",
        "alice-2.1>alice-3.1",
        "alice-3.1>alice-2.2",
        "alice-2.2>alice-3.2",
        "alice-3.2>alice-4",
        "alice-4",
    ]


def test_a_round_in_a_round_has_both_numbers() -> None:
    text = "    - Repeat: 2\n      steps:\n        - Repeat: 2\n          steps: [TIMEOUT: 1s]\n"
    assert read(text)[1:] == [
        "alice-1.1.1>alice-1.1.2",
        "alice-1.1.2>alice-1.2.1",
        "alice-1.2.1>alice-1.2.2",
        "alice-1.2.2",
    ]


def test_a_round_knows_its_number() -> None:
    found = nodes(
        read_yaml(
            TWO
            + "  bob:\n    - Repeat: {times: 2}\n      steps: [INCOMING: {leg: 'in-${round}'}]\n"
        )
    )
    assert [getattr(node.action, "leg", "") for node in found.values()] == ["in-1", "in-2"]


def test_how_often_may_be_a_variable() -> None:
    text = "variables: {n: 3}\n" + TWO + "  bob:\n    - Repeat: ${n}\n      steps: [TIMEOUT: 1s]\n"
    assert list(nodes(read_yaml(text))) == ["bob-1.1", "bob-1.2", "bob-1.3"]


def test_a_failure_inside_takes_its_branch_and_a_goto_stays_in_its_round() -> None:
    text = """\
    - Repeat: 2
      steps:
        - TIMEOUT: 1s
          on_failure: [goto: next]
        - TIMEOUT: 2s
          on_failure: [goto: out]
        - TIMEOUT: 3s
          id: next
    - TIMEOUT: 4s
      id: out
"""
    assert read(text)[1:] == [
        "alice-1.1>alice-2.1!next.1",
        "alice-2.1>next.1!out",
        "next.1>alice-1.2",
        "alice-1.2>alice-2.2!next.2",
        "alice-2.2>next.2!out",
        "next.2>out",
        "out",
    ]


def test_a_whole_repeat_may_have_a_failure_branch_and_an_id() -> None:
    text = """\
    - TIMEOUT: 1s
      on_failure: [goto: again]
    - Repeat: 2
      id: again
      steps:
        - TIMEOUT: 2s
        - TIMEOUT: 3s
          on_failure: [TIMEOUT: 4s]
      on_failure:
        - TIMEOUT: 5s
"""
    assert read(text)[1:] == [
        "alice-1>alice-2.1!alice-2.1",
        "alice-2.1>alice-3.1!alice-5",
        "alice-3.1>alice-2.2!alice-4.1",
        "alice-4.1!alice-5",
        "alice-2.2>alice-3.2!alice-5",
        "alice-3.2!alice-4.2",
        "alice-4.2!alice-5",
        "alice-5",
    ]


def test_a_failure_branch_of_a_whole_repeat_may_be_a_goto() -> None:
    text = """\
    - Repeat: 2
      steps: [TIMEOUT: 2s]
      on_failure: [goto: out]
    - TIMEOUT: 3s
      id: out
"""
    assert read(text)[1:] == ["alice-1.1>alice-1.2!out", "alice-1.2>out!out", "out"]


def test_a_single_round_may_end_in_a_goto() -> None:
    text = """\
    - TIMEOUT: 1s
      on_failure: [TIMEOUT: 2s, {Repeat: 1, steps: [goto: out]}]
    - TIMEOUT: 3s
      id: out
"""
    assert read(text)[1:] == ["alice-1>out!alice-2", "alice-2>out", "out"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "Repeat: {times: 0}\n      steps: [Release]",
            '"times" is not a whole number from 1 to 1000',
        ),
        ("Repeat: 1001\n      steps: [Release]", '"times" is not a whole number from 1 to 1000'),
        ("Repeat: yes\n      steps: [Release]", '"times" is not a whole number from 1 to 1000'),
        ("Repeat: true\n      steps: [Release]", '"times" is not a whole number from 1 to 1000'),
        ("Repeat: {}\n      steps: [Release]", 'a Repeat has no "times"'),
        ("Repeat: 2", "a Repeat has no steps"),
        ("Repeat: 2\n      steps: []", "a Repeat has empty steps"),
        ("Repeat: 2\n      steps: Release", 'a Repeat has the text "Release" as its steps'),
        (
            "Repeat: {times: 1, steps: [TIMEOUT: 1s]}\n      steps: [TIMEOUT: 1s]",
            "the Repeat has steps twice; keep those beside it",
        ),
        ("Repeat: {time: 1}\n      steps: [TIMEOUT: 1s]", 'Repeat has no key "time"; did you mean'),
        (
            "Repeat: 2\n      xyz: 1\n      steps: [TIMEOUT: 1s]",
            'Repeat has no key "xyz"; its keys',
        ),
        (
            "Repeat: ${n}\n      steps: [TIMEOUT: 1s]",
            '"times" names the variable "n", which does not',
        ),
        (
            "Repeat: ${run}\n      steps: [TIMEOUT: 1s]",
            '"times" has a variable that is known only during the run',
        ),
        (
            "TIMEOUT: 1s\n      on_failure: [goto: inside]\n    - Repeat: 2\n"
            "      steps: [{TIMEOUT: 1s, id: inside}]",
            'goto leads into a Repeat, to "inside"; '
            "give the id of a step outside, or of the whole of it",
        ),
        (
            "TIMEOUT: 1s\n      on_failure: [goto: inside.2]\n    - Repeat: 2\n"
            "      steps: [{TIMEOUT: 1s, id: inside}]",
            'goto leads into a Repeat, to "inside.2"',
        ),
        (
            "Repeat: 2\n      steps: [TIMEOUT: 1s, goto: out]\n    - {TIMEOUT: 1s, id: out}",
            "this step stands after a goto and is never reached",
        ),
        (
            "Repeat: 2\n      steps: [TIMEOUT: 1s, {TIMEOUT: 1s, on_failure: [goto: alice-1]}]",
            'steps form a cycle: "alice-1.1" → "alice-2.1" → "alice-1.1"',
        ),
        (
            "Repeat: 2\n      steps: [{TIMEOUT: 1s, id: x}, {TIMEOUT: 1s, id: x}]",
            'the id "x" is taken by the step in line 5',
        ),
        (
            "Repeat: 2\n      id: x\n      steps: [{TIMEOUT: 1s}, Relaese]",
            "unknown command or event",
        ),
        (
            "Repeat: 1\n      steps: [{TIMEOUT: 1s, on_failure: [{TIMEOUT: 1s, on_failure: "
            "[TIMEOUT: 1s]}]}]\n      on_failure: []",
            '"on_failure" is empty, not a list of steps',
        ),
    ],
)
def test_what_is_wrong_is_told_once(text: str, says: str) -> None:
    said = problems(f"    - {text}\n")
    assert len([line for line in said if says in line]) == 1, said
    assert all(line.startswith("call.yaml:") for line in said)


def test_a_failure_branch_that_is_never_taken_is_told() -> None:
    text = """\
    - Repeat: 2
      steps:
        - TIMEOUT: 2s
          on_failure: [goto: out]
      on_failure:
        - TIMEOUT: 3s
    - TIMEOUT: 4s
      id: out
"""
    (said,) = problems(text)
    assert "every step inside has an on_failure of its own" in said


def test_a_repeat_that_ends_in_a_goto_is_told() -> None:
    text = "    - Repeat: 2\n      steps: [TIMEOUT: 1s, goto: out]\n"
    text += "      on_failure: [{TIMEOUT: 1s, id: out}]\n"
    (said,) = problems(text)
    assert "this goto ends the first round, so that nothing is repeated" in said


def test_rounds_of_rounds_are_bounded() -> None:
    inner = "{Repeat: 1000, steps: [{Repeat: 1000, steps: [TIMEOUT: 1s]}]}"
    text = f"    - Repeat: 1000\n      steps: [{inner}]\n"
    before = process_time()
    (said,) = problems(text)
    assert "make more than 20000 steps; repeat fewer steps, or less often" in said
    assert process_time() - before < 10


def test_repeats_as_deep_as_a_file_can_be_are_read() -> None:
    text = "TIMEOUT: '${round}s'"
    for _ in range(18):
        text = f"{{Repeat: 1, steps: [{text}]}}"
    assert len(read(f"    - {text}\n")) == 2
