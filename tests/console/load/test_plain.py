"""The lines of a load in a pipe."""

import io
from textwrap import dedent

import pytest

from sipflow.console.load.plain import LoadPlain, is_due
from sipflow.projections.load import MOST_KINDS
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import RunReason
from sipflow.wording.run import wall_clock
from tests.projections.load_transcript import LoadTranscript, bad_load
from tests.projections.transcript import PAIR


def lines(load: LoadTranscript) -> list[str]:
    stream = io.StringIO()
    plain = LoadPlain(stream, RunProjection(PAIR))
    for event in load.events:
        plain.handle(event)
    plain.tick(0.0)
    plain.close()
    return stream.getvalue().splitlines()


def test_a_bad_load_reads_like_this() -> None:
    # Without the percentiles: see below.
    shown = "".join(f"{line[:64].rstrip()}\n" for line in lines(bad_load()))

    assert dedent(shown) == dedent("""\
             0  running  50.0 runs/s asked
        second  asked/s  started/s  in flight  completed  failed    late
             1     50.0       50.0         12         50       0       0
             2     50.0       50.0         12        100       0       0
             2  failed  bob bob-2 Answer 408 Request Timeout  for exampl
             3     50.0       50.0         12        149       1       2
             3  failed  alice alice-1 MakeCall 486 <script>alert(1)</scr
             4     80.0       80.0         12        227       3       2
             4  ending  80.0 runs/s asked
             5        -       0.00         12        227       3       2
             5  failed  3 of 230 runs failed
        """)


def test_a_row_has_the_percentiles_of_its_second() -> None:
    load = LoadTranscript()
    load.numbers()
    load.numbers(measured={})

    head, first, second = lines(load)

    assert head.split()[-8:] == ["srd", "p50", "p95", "p99", "run", "p50", "p95", "p99"]
    assert first.split()[-6:] == ["2.00", "4.00", "6.00", "24.0", "48.0", "72.0"]
    assert second.split()[-6:] == ["-"] * 6
    assert len(head) == len(first) == len(second)


@pytest.mark.parametrize(
    ("seconds", "rows"), [(10, 10), (60, 20), (300, 68), (3600, 178), (86_400, 1558)]
)
def test_the_longer_a_load_the_rarer_its_rows(seconds: int, rows: int) -> None:
    assert sum(is_due(second) for second in range(1, seconds + 1)) == rows


def test_a_row_is_about_all_the_time_since_the_one_before() -> None:
    load = LoadTranscript()
    for _ in range(10):
        load.numbers(started=10, measured={})
    for started in (20, 40, 60, 80, 100):
        load.numbers(started=started, measured={})

    assert lines(load)[-1].split()[:3] == ["15", "50.0", "60.0"]


def test_the_last_seconds_are_told_before_the_end_is() -> None:
    load = LoadTranscript()
    for _ in range(12):
        load.numbers(measured={})
    load.state("completed")

    row, state = lines(load)[-2:]

    assert row.split()[:2] == ["12", "50.0"]
    assert state == "    12  completed"


def test_without_an_end_the_last_seconds_are_told_as_well() -> None:
    load = LoadTranscript()
    for _ in range(12):
        load.numbers(measured={})

    assert lines(load)[-1].split()[:2] == ["12", "50.0"]


def test_nothing_is_told_of_a_load_that_told_nothing() -> None:
    assert lines(LoadTranscript()) == []


def test_a_load_without_a_rate_asks_for_none() -> None:
    load = LoadTranscript()
    load.state("running", None, "at most 8 at once")

    assert lines(load) == ["     0  running  at most 8 at once"]


def test_each_kind_of_failure_is_told_once_and_not_without_end() -> None:
    load = LoadTranscript()
    for number in range(MOST_KINDS + 9):
        load.failed(RunReason(message=f"port {number}"))
        load.failed(RunReason(message=f"port {number}"))

    shown = lines(load)

    assert len(shown) == MOST_KINDS + 1
    assert shown[-1] == "     0  failed  in ever new ways; those from here on are only counted"


def test_who_wants_more_gets_the_time_of_day_on_each_line() -> None:
    stream = io.StringIO()
    plain = LoadPlain(stream, RunProjection(PAIR), verbose=True)
    load = bad_load()
    for event in load.events:
        plain.handle(event)
    plain.close()

    shown = stream.getvalue().splitlines()
    assert [line.partition("  ")[2] for line in shown] == lines(load)
    assert shown[0].startswith(wall_clock(load.events[0].ts))
    assert shown[-1].startswith(wall_clock(load.events[-1].ts))
