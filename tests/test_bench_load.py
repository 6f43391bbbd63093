"""What the load benchmark computes by itself: delays of a capture, its search, its slopes."""

import math
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from scripts.bench.load.delays import Message, delays, percentile
from scripts.bench.load.processes import cpu_seconds, descendants, look, wait
from scripts.bench.load.search import highest
from scripts.bench.load.soak import slope


def test_delays_run_from_the_first_request_to_the_first_answer_that_counts() -> None:
    call = [
        Message(1.000, "a", "INVITE", None),
        Message(1.500, "a", "INVITE", None),  # sent again
        Message(1.501, "a", "INVITE", 100),
        Message(1.510, "a", "INVITE", 180),
        Message(1.600, "a", "INVITE", 200),
        Message(1.601, "a", "ACK", None),
        Message(2.000, "a", "BYE", None),
        Message(2.002, "a", "BYE", 100),
        Message(2.003, "a", "BYE", 200),
    ]
    found = delays(call)
    assert found.calls == 1
    assert found.srd == pytest.approx([510.0])
    assert found.sdd == pytest.approx([3.0])


def test_calls_are_told_apart_and_refused_ones_have_a_delay_too() -> None:
    found = delays(
        [
            Message(1.000, "a", "INVITE", None),
            Message(1.001, "b", "INVITE", None),
            Message(1.002, "b", "INVITE", 486),
            Message(1.004, "a", "INVITE", 180),
            Message(1.005, "c", "INVITE", 180),  # its request was not captured
            Message(1.006, "d", "INVITE", None),  # its answer was not
        ]
    )
    assert (found.calls, found.sdd) == (3, [])
    assert found.srd == pytest.approx([1.0, 4.0])


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([1.0], 99, 1.0), ([1.0, 2.0], 50, 1.0), ([float(n) for n in range(1, 101)], 99, 99.0)],
)
def test_a_percentile_is_a_value_that_was_measured(
    values: list[float], percent: float, expected: float
) -> None:
    assert percentile(values, percent) == expected
    assert math.isnan(percentile([], percent))


@pytest.mark.parametrize(
    ("limit", "trials", "expected", "most"),
    [
        (1000, 6, 1000, 1),  # the upper bound itself is clean
        (640, 12, 640, 12),
        (640, 3, 625, 3),
        (0, 12, None, 12),
    ],
)
def test_the_search_finds_the_highest_clean_rate_in_few_trials(
    limit: int, trials: int, expected: int | None, most: int
) -> None:
    tried: list[int] = []
    found = highest(up_to(limit, tried), 250, 1000, trials)
    assert found == expected
    assert len(tried) <= most


def up_to(limit: int, tried: list[int]) -> Callable[[int], bool]:
    """Return a trial that is clean up to a rate."""

    def is_clean(rate: int) -> bool:
        tried.append(rate)
        return rate <= limit

    return is_clean


def test_a_slope_is_that_of_the_best_line() -> None:
    assert slope([0.0, 10.0, 20.0], [5.0, 6.0, 7.0]) == pytest.approx(0.1)
    assert slope([0.0], [5.0]) == 0.0


def test_processes_are_looked_at_with_all_that_is_below_them() -> None:
    waiting = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", waiting], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in descendants(os.getpid())
        seen = look(os.getpid())
        child.stdin.close()
        assert wait(child, 10.0) > 0
    assert seen.workers.processes >= 1
    assert min(seen.workers.pss, seen.workers.rss, seen.workers.descriptors) > 0
    assert seen.coordinator.cpu > 0
    assert cpu_seconds(child.pid) == 0.0
