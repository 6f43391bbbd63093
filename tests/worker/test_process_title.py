"""A process's name and title: what others see as its command and its command line."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from sipflow.worker.process_title import set_title
set_title("some name", sys.argv[1])
assert Path("/proc/self/comm").read_text() == "some name\\n"
sys.stdout.write(Path("/proc/self/cmdline").read_text().rstrip("\\0"))
"""


def titled(title: str) -> str:
    """Return the command line of a process that has given itself a title."""
    command = [sys.executable, "-c", PROGRAM, title]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_it_stands_in_place_of_the_command_line() -> None:
    assert titled("some title") == "some title"


def test_it_is_cut_where_there_is_no_room_for_it() -> None:
    short = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("sys.argv[1]", '"x" * 10_000'), "a"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert 100 < len(short) < 2_000
    assert set(short) == {"x"}


def test_there_is_none_of_the_command_line_left() -> None:
    assert Path(sys.executable).name not in titled("t")
