"""The standard streams of a process, pointed at one log after another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sipflow.worker.log_file import write_to

PROGRAM = """
import os, sys
from sipflow.worker.log_file import write_to

first, second = sys.argv[1:]
write_to(first)
print("said through Python")
os.write(1, b"said by a library\\n")
write_to(second)
print("later")
os.write(2, b"an error\\n")
write_to(first)
os.write(1, b"back again\\n")
print(len(os.listdir("/proc/self/fd")))
"""


def test_each_log_gets_what_is_said_while_it_is_the_one(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(first), str(second)],
        capture_output=True,
        timeout=20,
        check=True,
        env={},
    )

    assert done.stdout == done.stderr == b""
    said = first.read_text().splitlines()
    assert sorted(said[:2]) == ["said by a library", "said through Python"]
    assert said[2] == "back again"
    assert sorted(second.read_text().splitlines()) == ["an error", "later"]
    assert said[3:] == ["4"]  # three streams, and the listing's own


def test_a_log_that_cannot_be_opened_changes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FileNotFoundError):
        write_to(str(tmp_path / "nowhere" / "log"))

    os.write(1, b"still here\n")
    assert capfd.readouterr().out == "still here\n"
