"""What people see: on terminals of several sizes, and in a pipe."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from tests.console.run.test_view import read_all
from tests.end_to_end.harness import COMMAND, EXAMPLES, ROOT, cli

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COUNT = 20


def terminal(*arguments: str, columns: int = 80, rows: int = 24) -> tuple[int, str]:
    """Run a command on a terminal of its own; return its exit code and all that came."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    size = {"COLUMNS": str(columns), "LINES": str(rows)}
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment | size,
    ) as process:
        os.close(theirs)
        shown = read_all(ours)
    os.close(ours)
    return process.returncode, shown.decode().replace("\r", "")


def twenty(folder: Path) -> Path:
    """Write a scenario of many instances: all but three soon finish, and one then fails."""
    lines = ["name: twenty phones", "instances:"]
    lines += [f'  phone{n:02}: {{number: "{100 + n}"}}' for n in range(COUNT)]
    lines += ["flow:", "  phone00:", "    - INCOMING: {timeout: 1s}"]
    lines += [
        line for n in (1, 2) for line in (f"  phone{n:02}:", "    - INCOMING: {timeout: 20s}")
    ]
    lines += [line for n in range(3, COUNT) for line in (f"  phone{n:02}:", "    - TIMEOUT: 1ms")]
    path = folder / "twenty.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_screen_after_a_failed_run_of_twenty_has_who_failed_why_and_where(
    tmp_path: Path,
) -> None:
    path = twenty(tmp_path)
    code, shown = terminal("start", str(path))

    assert code == 1
    # The cursor stands on a line of its own below the last one.
    screen = ESCAPE.sub("", shown).splitlines()[-23:]
    *_, head, first, second, others, failed, place = screen
    assert head.startswith("failed  twenty phones  ")
    assert [line.split()[0] for line in (first, second)] == ["phone01", "phone02"]
    assert others == "  and 17 more: 17 finished"
    assert failed.startswith("  phone00  failed in phone00-1 INCOMING: no INVITE")
    assert place.replace(" ", "").startswith(str(path)[:60].replace(" ", ""))


def test_plain_lines_on_a_terminal_move_no_cursor() -> None:
    code, shown = terminal("start", str(EXAMPLES / "basic-call.yaml"), "--plain")

    assert code == 0
    assert "\x1b" not in shown
    assert "alice-1 MakeCall" in shown


def test_lines_in_a_pipe_are_in_the_order_of_time_with_the_time_of_day_if_wanted() -> None:
    answer = cli("start", str(EXAMPLES / "three-parties.yaml"), "-v")

    _head, *lines, last = answer.stdout.splitlines()
    assert answer.returncode == 0
    assert last.startswith("completed  ")
    words = [line.split() for line in lines]
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", line[0]) for line in words)
    elapsed = [float(line[1]) for line in words]
    assert elapsed == sorted(elapsed)


def test_several_files_as_plain_lines_can_have_the_time_of_day() -> None:
    code, shown = terminal("start", *[str(EXAMPLES / "basic-call.yaml")] * 2, "-v")

    assert code == 0
    assert "\x1b" not in shown
    assert re.search(r"^\d\d:\d\d:\d\d\.\d{3} 2/2  completed", shown, re.MULTILINE)


@pytest.mark.parametrize("columns", [20, 40, 80])
@pytest.mark.parametrize("rows", [5, 24])
def test_terminals_of_any_size_get_the_whole_end(columns: int, rows: int) -> None:
    code, shown = terminal("start", str(EXAMPLES / "busy-callee.yaml"), columns=columns, rows=rows)

    assert code == 0
    assert "completedbusycallee" in "".join(ESCAPE.sub("", shown).split())
    # Whatever was drawn before, the cursor is given back.
    assert shown.rpartition("\x1b[?25")[2].startswith("h")
