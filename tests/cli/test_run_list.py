"""The list of living runs."""

from msgspec.structs import replace

from sipflow.cli.run_list import run_list
from sipflow.protocol.requests import Status

BUSY = Status(
    run="3f9a2c1b",
    scenario="busy callee",
    pid=4711,
    events="tcp://127.0.0.1:40311",
    state="running",
    elapsed_s=12.34,
    file="examples/busy-callee.yaml",
    command="5d0c1e2f",
)
OTHER = replace(BUSY, run="00000001", command="ffffffff", state="paused", elapsed_s=65.0)
THIRD = replace(BUSY, run="77aa01bc", scenario="a\x1b[2J", file="b\n.yaml", elapsed_s=0.41)


def test_the_runs_of_a_command_stand_together_the_oldest_first() -> None:
    assert run_list([BUSY, OTHER, THIRD]) == [
        "command   run       state    for         scenario     file",
        "5d0c1e2f  3f9a2c1b  running  12.3 s      busy callee  examples/busy-callee.yaml",
        "5d0c1e2f  77aa01bc  running  0.41 s      a�[2J        b�.yaml",
        "ffffffff  00000001  paused   1 min 05 s  busy callee  examples/busy-callee.yaml",
    ]


def test_where_there_is_no_room_names_and_files_stand_on_as_many_lines_as_it_takes() -> None:
    lines = run_list([BUSY], 72)

    assert lines == [
        "command   run       state    for     scenario  file",
        "5d0c1e2f  3f9a2c1b  running  12.3 s  busy callee",
        "                                     examples/busy-callee.yaml",
    ]


def test_on_a_very_narrow_terminal_no_line_is_longer() -> None:
    lines = run_list([BUSY, OTHER], 20)

    assert all(len(line) <= 20 or line.strip() == BUSY.file for line in lines)
    assert "3f9a2c1b" in "\n".join(lines)
