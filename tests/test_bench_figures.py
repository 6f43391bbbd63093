"""Figures of benchmarks: ratios of runs by turns, kept in a file, and set beside others."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.bench.figures import (
    KEPT,
    Better,
    Figure,
    Kept,
    Report,
    compared,
    from_json,
    here,
    keep,
    load_kept,
    reporting,
)

START = Figure("start.wall", "one call", 1.5, 150.0, 100.0, "ms", "lower")
LOAD = Figure("load.rate", "runs", 0.5, 500.0, 1000.0, "/s", "higher")


def kept(*figures: Figure) -> Kept:
    """Return figures that were kept some day."""
    return Kept("2 x some processor", "2026-01-01", "abcdef0", figures)


def test_a_ratio_is_the_median_of_those_of_its_turns() -> None:
    report = Report()

    report.add("start.wall", "one call", [(100, 100), (300, 100), (120, 60)], "ms")

    assert report.figures == [Figure("start.wall", "one call", 2.0, 120, 100, "ms", "lower")]


def test_for_a_program_there_is_nothing_but_the_figures_on_stdout(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with reporting(as_json=True) as report:
        sys.stdout.write("for people\n")
        report.add("start.wall", "one call", [(150, 100)], "ms")

    printed = capsys.readouterr()
    assert from_json(json.loads(printed.out)) == (START,)
    assert printed.err == "for people\n"


def test_for_people_there_is_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting(as_json=False) as report:
        sys.stdout.write("for people\n")
        report.add("start.wall", "one call", [(150, 100)], "ms")

    assert capsys.readouterr().out == "for people\n"


def test_what_is_kept_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    assert load_kept(path) is None

    keep(kept(LOAD, START), path)

    assert load_kept(path) == kept(LOAD, START)
    assert list(json.loads(path.read_text())["figures"]) == ["load.rate", "start.wall"]


def test_figures_of_today_name_their_machine_and_their_state_of_the_sources() -> None:
    now = here([START])

    assert now.figures == (START,)
    assert "Python 3." in now.machine
    assert len(now.date) == len("2026-01-01")
    assert now.commit


@pytest.mark.parametrize(
    ("figure", "now", "fallen"),
    [
        (START, 1.5, None),
        (START, 1.0, None),
        (START, 1.87, None),
        (START, 1.88, "start.wall has fallen by 20%: 1.88 now, 1.5 kept (lower is better)"),
        (START, 3.0, "start.wall has fallen by 50%: 3.0 now, 1.5 kept (lower is better)"),
        (LOAD, 0.9, None),
        (LOAD, 0.41, None),
        (LOAD, 0.3, "load.rate has fallen by 40%: 0.3 now, 0.5 kept (higher is better)"),
    ],
)
def test_what_has_fallen_by_more_than_a_fifth_is_named(
    figure: Figure, now: float, fallen: str | None
) -> None:
    _lines, named = compared(kept(replace(figure, ratio=now)), kept(figure), [figure.part])

    assert named == ([] if fallen is None else [fallen])


@pytest.mark.parametrize(
    ("better", "now", "change"), [("lower", 1.0, "+50%"), ("higher", 1.0, "-33%")]
)
def test_each_figure_is_set_beside_the_kept_one(better: Better, now: float, change: str) -> None:
    before = replace(START, better=better)

    (_head, line), _fallen = compared(kept(replace(before, ratio=now)), kept(before), [])

    assert line.split()[:4] == ["start.wall", "1.5", "1.0", change]


def test_a_figure_that_was_never_kept_is_new() -> None:
    for before in (None, kept(LOAD)):
        (_head, line), fallen = compared(kept(START), before, ["start"])

        assert line.split()[:4] == ["start.wall", "-", "1.5", "new"]
        assert fallen == []


def test_a_kept_figure_that_is_missing_is_named_if_its_benchmark_was_run() -> None:
    before = kept(START, LOAD)

    assert compared(kept(START), before, ["start"])[1] == []
    assert compared(kept(START), before, ["start", "load"])[1] == ["load.rate was not measured"]


def test_the_figures_of_this_checkout_can_be_read() -> None:
    figures = load_kept(KEPT)

    assert figures is not None
    assert {figure.part for figure in figures.figures} == {
        "start",
        "suite",
        "scale",
        "events",
        "load",
    }
