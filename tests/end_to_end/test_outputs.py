"""Outputs over inputs: refused with exit code 2 before anything starts, and nothing destroyed."""

import re
import shutil
from pathlib import Path

import pytest

from tests.end_to_end.harness import EXAMPLES, cli


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with a scenario, a load and its data."""
    for name in ("basic-call.yaml", "basic-load.yaml"):
        shutil.copy(EXAMPLES / name, tmp_path)
    (tmp_path / "rows.csv").write_text("a\n1\n2\n", encoding="utf-8")
    return tmp_path


LOAD = ("load", "basic-load.yaml", "--concurrency", "1")


@pytest.mark.parametrize(
    "command",
    [
        ("start", "basic-call.yaml", "--event-log", "basic-call.yaml"),
        ("start", "basic-call.yaml", "basic-load.yaml", "--event-log", "basic-load.yaml"),
        (*LOAD, "--data", "rows.csv", "--csv", "rows.csv"),
        (*LOAD, "--calls", "1", "--csv", "basic-load.yaml"),
        (*LOAD, "--calls", "1", "--html", "basic-load.yaml"),
        (*LOAD, "--calls", "1", "--csv", "same", "--html", "same", "--event-log", "same"),
        (*LOAD, "--calls", "1", "--csv", "/dev/stdout"),
        ("start", "basic-call.yaml", "--event-log", "/dev/stdout", "--json"),
    ],
)
def test_nothing_is_destroyed(command: tuple[str, ...], folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = cli(*command, folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    errors = [line for line in done.stderr.splitlines() if ": warning: " not in line]
    assert errors != []
    assert all(re.fullmatch("error: --.*; name another file", line) for line in errors)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
