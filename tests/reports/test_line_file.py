"""A file of whole lines: what is in it when, and what happens when it cannot be written."""

from pathlib import Path

import pytest

from sipflow.errors import ResourceError, UsageError
from sipflow.reports.line_file import LineFile


def test_a_line_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("of yesterday\n", encoding="utf-8")
    lines = LineFile(path, "the list")
    assert path.read_bytes() == b""

    lines.write(b"one\n")
    assert path.read_bytes() == b"one\n"
    lines.write(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    lines.close()


def test_what_cannot_be_opened_is_said_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot open the list .*: No such file or directory"):
        LineFile(tmp_path / "missing/lines", "the list")


def test_what_cannot_be_written_is_said_once() -> None:
    lines = LineFile(Path("/dev/full"), "the list")

    with pytest.raises(ResourceError, match="cannot write the list /dev/full: No space left"):
        lines.write(b"one\n")
    lines.write(b"two\n")
    lines.close()
