"""The table of a load: its columns, its rows as a program reads them, and a disk that fails."""

import csv
from pathlib import Path

import pytest

from sipflow.errors import ResourceError, UsageError
from sipflow.protocol.events import AnyEvent, RunCounts
from sipflow.reports.load_csv import COLUMNS, LoadCsv
from tests.projections.load_events import latency, load_numbers, load_state, run_failed

FIRST = load_numbers(
    1,
    RunCounts(started=50, completed=45, failed=1, stopped=2, late=3),
    latency_ms={"srd": latency(1.5), "run": latency(100.0, count=45)},
    total_ms={"srd": latency(9.0)},
)
SECOND = load_numbers(2, RunCounts(started=50, completed=49), RunCounts(started=100), asked=None)


# The first second of the tests' load is over then, and the next one's digit is the only other.
TIME = "2023-11-14T22:13:2{}.000Z"


def written(path: Path, *events: AnyEvent) -> str:
    table = LoadCsv(path)
    for event in events:
        table.handle(event)
    table.close()
    return path.read_bytes().decode()


def test_the_columns_are_these() -> None:
    assert ",".join(COLUMNS) == (
        "second,time,asked,started,completed,failed,stopped,late,in_flight,workers,"
        "srd_count,srd_p50_ms,srd_p95_ms,srd_p99_ms,srd_max_ms,"
        "sdd_count,sdd_p50_ms,sdd_p95_ms,sdd_p99_ms,sdd_max_ms,"
        "rrd_count,rrd_p50_ms,rrd_p95_ms,rrd_p99_ms,rrd_max_ms,"
        "answer_count,answer_p50_ms,answer_p95_ms,answer_p99_ms,answer_max_ms,"
        "run_count,run_p50_ms,run_p95_ms,run_p99_ms,run_max_ms"
    )


def test_a_second_is_a_row_and_other_events_are_none(tmp_path: Path) -> None:
    text = written(tmp_path / "load.csv", load_state("running"), FIRST, run_failed(), SECOND)

    assert text == "\r\n".join(
        [
            ",".join(COLUMNS),
            f"1,{TIME.format(1)},50.0,50,45,1,2,3,4,8,100,1.5,6.0,7.5,10.5,0,,,,,0,,,,,0,,,,,45,100.0,400.0,500.0,700.0",
            f"2,{TIME.format(2)},,50,49,0,0,0,4,8,0,,,,,0,,,,,0,,,,,0,,,,,0,,,,",
            "",
        ]
    )


def test_a_program_reads_what_the_event_said(tmp_path: Path) -> None:
    text = written(tmp_path / "load.csv", FIRST, SECOND)

    first, second = csv.DictReader(text.splitlines())
    assert (first["failed"], first["srd_p99_ms"], first["rrd_count"]) == ("1", "7.5", "0")
    assert (second["asked"], second["srd_p99_ms"]) == ("", "")


def test_a_row_is_in_the_file_before_the_next_second(tmp_path: Path) -> None:
    path = tmp_path / "load.csv"
    table = LoadCsv(path)
    assert path.read_bytes().count(b"\r\n") == 1

    table.handle(FIRST)
    assert path.read_bytes().count(b"\r\n") == 2
    table.close()


def test_a_path_that_cannot_be_opened_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot open the CSV file .*No such file"):
        LoadCsv(tmp_path / "missing/load.csv")


def test_a_full_disk_is_told() -> None:
    with pytest.raises(ResourceError, match="cannot write the CSV file /dev/full: No space"):
        LoadCsv(Path("/dev/full"))
