"""The file of ``--data`` on a real disk."""

import os
from pathlib import Path

import pytest

from sipflow.coordinator.load.plan.data_file import read_rows
from sipflow.coordinator.load.plan.rows import Rows
from sipflow.errors import UsageError


def trouble(path: Path) -> str:
    """Return what is said of a file that cannot be used, without its name."""
    with pytest.raises(UsageError) as caught:
        read_rows(path)
    return str(caught.value).removeprefix(f"--data {path}")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(b"a\n1\n")
    assert read_rows(path) == Rows(("a",), (("1",),))


def test_what_is_wrong_in_it_names_it(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(b"a\n1,2\n")
    assert trouble(path).startswith(":2: too many cells")


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        assert trouble(path) == ": not a regular file; name a CSV file"


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    said = trouble(tmp_path / "none.csv")
    assert said == ": cannot be read: No such file or directory; name a CSV file"
    assert trouble(Path("a\0b")).startswith(": cannot be read: embedded null byte")
