"""The line of a file that has come to its end."""

from sipflow.console.suite.lines import SuiteLines
from sipflow.projections.suite import Entry
from tests.projections.outcomes import bad, verdict


def test_a_completed_run_is_one_line() -> None:
    ending = SuiteLines(100).ending(12, Entry(verdict("busy.yaml")), [])

    assert ending.line == "  12/100  completed  busy callee  0.41 s  busy.yaml"
    assert ending.below == ()


def test_what_is_said_of_a_failure_stands_under_its_verdict() -> None:
    ending = SuiteLines(100).ending(12, Entry(verdict("b.yaml", "failed")), ["  alice  failed"])

    assert ending.standing == "failed"
    assert ending.line == "  12/100  failed     busy callee  0.41 s  b.yaml"
    assert ending.below == ("            alice  failed",)


def test_a_file_that_cannot_be_run_has_neither_name_nor_time() -> None:
    lines = SuiteLines(9)
    lines.expect("busy callee")

    ending = lines.ending(1, Entry(bad("bad.yaml", "p")), ["p"])

    assert ending.line == " 1/9  not started  -                 -  bad.yaml"
    assert ending.below == ("      p",)


def test_the_columns_have_room_for_what_was_seen() -> None:
    lines = SuiteLines(3)
    lines.expect("a name of another scenario")
    lines.ending(1, Entry(bad("bad.yaml")), [])
    lines.ending(2, Entry(verdict("slow.yaml", took=125.0)), [])

    ending = lines.ending(3, Entry(verdict("busy.yaml")), [])

    assert ending.line == (" 3/3  completed    busy callee                     0.41 s  busy.yaml")


def test_nothing_of_it_acts_on_a_terminal() -> None:
    ending = SuiteLines(1).ending(1, Entry(verdict("\x1b[2J", "failed")), ["a\nb"])

    assert ending.line.endswith("  �[2J")
    assert ending.below == ("      a�b",)


def test_the_time_of_day_stands_before_the_count_and_what_is_said_below_it_is_indented() -> None:
    ending = SuiteLines(9).ending(1, Entry(verdict("busy.yaml")), ["p"], "14:05:59.123")

    assert ending.line == "14:05:59.123 1/9  completed  busy callee  0.41 s  busy.yaml"
    assert ending.below == (f"{'':18}p",)
