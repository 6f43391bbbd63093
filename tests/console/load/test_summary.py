"""The last words of a load."""

from textwrap import dedent

import pytest
from msgspec.structs import replace

from sipflow.console.load.summary import latency_table, load_summary
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import Latency, RunReason
from sipflow.protocol.load_result import FailureGroup, Rate, Ratios
from tests.projections.load_transcript import bad_result, good_result
from tests.projections.transcript import PAIR

NAMES = RunProjection(PAIR)


def test_a_good_load_ends_like_this() -> None:
    assert load_summary(good_result(), NAMES) + "\n" == dedent("""\
        completed  busy callee  1 min 00 s
          runs    3000 started, 3000 completed, 0 failed, 0 late
          rate    50.0 runs/s asked, 49.9 achieved
          workers 8
          ratios  SER 100.00 %  SEER 100.00 %  ISA 0.00 %  SCR 100.00 %  of 3000 INVITEs
          ms      count   min  mean   p50   p90   p95   p99  p99.9    max
          srd      3000  1.00  2.20  2.00  3.00  4.00  6.00   8.00   10.0
          sdd      3000  0.25  0.55  0.50  0.75  1.00  1.50   2.00   2.50
          answer   3000  5.00  11.0  10.0  15.0  20.0  30.0   40.0   50.0
          run      3000  12.0  26.4  24.0  36.0  48.0  72.0   96.0  120.0
        """)


def test_a_bad_load_says_why_and_what_failed() -> None:
    assert load_summary(bad_result(), NAMES) + "\n" == dedent("""\
        failed  busy callee  5.2 s
          runs    230 started, 227 completed, 3 failed, 2 late
          rate    56.0 runs/s asked, 55.9 achieved
          workers 8, 1 restart
          machine CPU 68 % on average of 2 cores, 99 % at most
          ratios  SER 98.70 %  SEER 98.70 %  ISA 0.01 %  SCR -  of 230 INVITEs
          media   4 legs checked, 400 packets, 1 lost, MOS 4.40 (lowest 4.10), jitter up to 3.25 ms
          ms      count   min  mean   p50   p90   p95   p99  p99.9    max
          srd       230  1.00  2.20  2.00  3.00  4.00  6.00   8.00   10.0
          sdd       230  0.25  0.55  0.50  0.75  1.00  1.50   2.00   2.50
          answer    230  5.00  11.0  10.0  15.0  20.0  30.0   40.0   50.0
          run       230  12.0  26.4  24.0  36.0  48.0  72.0   96.0  120.0
          failures
            2  bob bob-2 Answer 408 Request Timeout  for example run r9
            1  alice alice-1 MakeCall 486 <script>alert(1)</script>�[2J  for example run r10
          warning: the CPU of this machine was busy
          --fail-if
            ✓ failed>2%    1.304 % (3 of 230)
            ✗ srd.p99>5ms  6 ms
          3 of 230 runs failed
        """)


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (80, "ms count min mean p50 p90 p95 p99 p99.9 max"),
        (60, "ms count min mean p50 p90 p95 p99 max"),
        (40, "ms count p50 p95 p99 max"),
        (30, "ms p50 p99 max"),
    ],
)
def test_a_narrow_terminal_has_fewer_columns_and_no_line_that_is_too_long(
    width: int, head: str
) -> None:
    lines = load_summary(good_result(), NAMES, width).splitlines()

    assert head in [" ".join(line.split()) for line in lines]
    assert max(map(len, lines)) <= width


def test_a_table_for_which_no_room_is_enough_keeps_what_says_most() -> None:
    assert latency_table(good_result(), 5)[0].split() == ["ms", "p50", "p99", "max"]


def test_where_there_is_only_ascii_the_criteria_are_marked_with_words() -> None:
    shown = load_summary(bad_result(), NAMES, ascii_only=True)

    assert "    ok  failed>2%    1.304 % (3 of 230)\n    NOT srd.p99>5ms  6 ms\n" in shown


def test_where_nothing_was_asked_or_measured_nothing_is_said_of_it() -> None:
    result = replace(
        good_result(),
        rate=Rate(asked=None, achieved=4.0),
        latency_ms={"srd": Latency()},
        ratios=Ratios(),
    )

    assert latency_table(result) == []
    assert load_summary(result, NAMES).splitlines()[2:] == [
        "  rate    4.00 runs/s",
        "  workers 8",
    ]


def test_a_condition_that_is_the_reason_is_told_once() -> None:
    result = replace(bad_result(), reason=RunReason(message="srd.p99>5ms: it was 6 ms"))

    assert load_summary(result, NAMES).splitlines()[-1] == "    ✗ srd.p99>5ms  6 ms"


@pytest.mark.parametrize(
    ("kinds", "last"), [(8, "1  reason 7"), (25, "17 runs more, in 17 other ways")]
)
def test_the_end_stays_on_one_screen(kinds: int, last: str) -> None:
    failures = tuple(
        FailureGroup(count=1, instance=None, node=None, code=None, message=f"reason {number}")
        for number in range(kinds)
    )

    result = replace(good_result(), failures=failures)
    shown = load_summary(result, NAMES).splitlines()

    assert shown[-1].strip() == last
    assert len(shown) < 24
