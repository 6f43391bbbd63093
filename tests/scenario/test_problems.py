"""Problems: one line each, in file order; near misses are found, in bounded time."""

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import STRICT, Problem, Report


def test_a_problem_is_one_line() -> None:
    place = Place(file="call.yaml", line=3, column=7)
    assert (
        str(Problem(place, "error", "cycle", "this", "that")) == "call.yaml:3:7: error: this; that"
    )
    place = Place(file="call.json", node="a")
    assert str(Problem(place, "warning", "cycle", "x", "y")) == "call.json: node a: warning: x; y"
    assert str(Problem(Place(file="f"), "error", "cycle", "x", "y")) == "f: error: x; y"


def test_problems_come_in_the_order_of_the_file() -> None:
    report = Report()
    report.error(Place(file="f", line=2, column=1), "cycle", "second", "")
    report.warning(Place(file="f", line=1, column=5), "cycle", "first", "")
    report.error(Place(file="f", line=2, column=1), "cycle", "third", "")
    found = report.in_order(lambda place: (place.line or 0, place.column or 0))
    assert [problem.message for problem in found] == ["first", "second", "third"]


def test_the_same_line_is_not_said_twice() -> None:
    report = Report()
    report.error(Place(file="f", node="a"), "cycle", "wrong", "right")
    report.error(Place(file="f", node="a"), "cycle", "wrong", "right")
    assert len(report.in_order(lambda place: (0, 0))) == 1


def test_a_warning_is_no_error() -> None:
    report = Report()
    report.warning(Place(file="f"), "cycle", "odd", "")
    assert not report.has_errors
    report.error(Place(file="f"), "cycle", "wrong", "")
    assert report.has_errors


def test_a_near_miss_is_found_in_any_letter_case() -> None:
    report = Report()
    assert report.near("makecal", ["Answer", "MakeCall"]) == "MakeCall"
    assert report.near("Hangup", ["Answer", "MakeCall"]) is None
    assert report.near("timeot", ["timeout"], STRICT) == "timeout"
    assert report.near("time", ["timeout"], STRICT) is None


def test_near_misses_are_looked_for_in_bounded_time() -> None:
    report = Report()
    assert report.near("x" * 41, ["x" * 41]) is None
    assert report.near("name", [*(str(number) for number in range(200)), "name"]) is None
    for number in range(999):
        assert report.near("nam", ["name", str(number)]) == "name"
    assert report.near("nam", ["name"]) is None
    assert report.near("nam", ["name", "0"]) == "name"  # it has been found before
