"""Why a worker's process ended: written down, and taken once."""

from pathlib import Path

import pytest

from sipflow.protocol.masking import Mask
from sipflow.worker.crash_report import take_report, write_report


def raised(message: str) -> Exception:
    """Return an error that has been raised."""
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_a_report_is_taken_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = str(tmp_path / "alice.log")
    write_report(log, raised("no such digit"))

    cause, trace = take_report(log)
    assert cause.startswith("ValueError: no such digit (test_crash_report.py:")
    assert trace.splitlines()[0] == "Traceback (most recent call last):"
    assert trace.splitlines()[-1] == "ValueError: no such digit"
    assert capsys.readouterr().err == trace
    assert take_report(log) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_its_users_alone_and_of_bounded_length(tmp_path: Path) -> None:
    log = str(tmp_path / "alice.log")
    write_report(log, raised("x" * 100_000))

    assert (tmp_path / "alice.log.crash").stat().st_mode & 0o077 == 0
    cause, trace = take_report(log)
    assert (len(cause), len(trace)) == (300, 8_000)


def test_an_error_of_several_lines_or_none_has_one_line(tmp_path: Path) -> None:
    log = str(tmp_path / "alice.log")
    write_report(log, raised("one\ntwo\udcff"))
    assert take_report(log)[0].startswith("two\\udcff (")
    write_report(log, ValueError())
    assert take_report(log)[0] == "ValueError"


def test_a_report_that_cannot_be_written_is_none() -> None:
    write_report("/nowhere/alice.log", raised("lost"))
    assert take_report("/nowhere/alice.log") == ("", "")


def test_a_report_has_no_value_that_is_not_to_be_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = str(tmp_path / "alice.log")
    write_report(log, raised("no digit in hush-hush"), Mask({"PIN": "hush-hush"}))

    cause, trace = take_report(log)
    assert cause.startswith("ValueError: no digit in ${env:PIN} (")
    assert "hush-hush" not in trace + capsys.readouterr().err
