"""Standard streams that are closed, full or gone, each in a process of its own."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sipflow.output import OutputError, open_closed_streams, print_line, write

# Says which of the standard streams are open, and what a file that is opened then gets as number.
PROBE = """
import os, sys
from sipflow.output import open_closed_streams
open_closed_streams()
number = os.open(os.devnull, os.O_RDONLY)
streams = [sys.stdin, sys.stdout, sys.stderr]
told = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
os.write(told, f"{number} {[stream.fileno() for stream in streams]}".encode())
print("to standard output")
print("to standard error", file=sys.stderr)
"""
PRINT = """
import sys
from sipflow.output import OutputError, print_line
try:
    print_line("word", "the list")
except OutputError as error:
    sys.stderr.write(f"{error.exit_code} {error.is_silent} {error}")
"""


def apart(redirection: str, code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python code in a process whose standard streams a shell has redirected."""
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-", ""])
def test_no_file_takes_the_number_of_a_closed_stream(closed: str, tmp_path: Path) -> None:
    done = apart(closed, PROBE, str(tmp_path / "told"))
    assert done.returncode == 0
    number, _, streams = (tmp_path / "told").read_text(encoding="utf-8").partition(" ")
    assert (int(number) > 2, streams) == (True, "[0, 1, 2]")
    assert done.stdout == ("" if ">&-" in closed.replace("2>&-", "") else "to standard output\n")
    assert done.stderr == ("" if "2>&-" in closed else "to standard error\n")


def test_open_streams_stay_as_they_are() -> None:
    before = [os.fstat(number).st_ino for number in range(3)]
    open_closed_streams()
    assert [os.fstat(number).st_ino for number in range(3)] == before


def test_a_full_disk_is_an_error_of_exit_code_3_and_said_once() -> None:
    done = apart("> /dev/full", PRINT)
    assert done.stderr == (
        "3 False cannot write the list to standard output: No space left on device"
    )
    assert done.returncode == 0  # not the 120 of an interpreter that tries it again at its end


def test_a_reader_that_has_gone_needs_no_error_message() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", PRINT], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr.startswith(b"3 True cannot write the list")


def test_a_letter_that_the_encoding_lacks_is_shown_as_its_number() -> None:
    command = [sys.executable, "-c", "from sipflow.output import print_line; print_line('Zo\xeb')"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    assert subprocess.run(command, capture_output=True, env=environment, check=True).stdout == (
        b"Zo\\xeb\n"
    )


def test_what_is_written_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    assert write("one", stream) is None
    assert stream.getvalue() == "one\n"
    print_line("two")
    assert capsys.readouterr().out == "two\n"
    assert OutputError("the list", OSError(28, "No space")).exit_code == 3
