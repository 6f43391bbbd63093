"""Keys at a real terminal under job control: what they ask for, and that it is given back."""

import io
import os
from typing import TextIO

import pytest

from sipflow.console.keyboard import Keys, wishes
from sipflow.protocol.requests import ScaleRate, StopLoad, TogglePause, Wish
from tests.console.pty_shell import Shell
from tests.waiting import until

FASTER, SLOWER = ScaleRate(1.1), ScaleRate(0.9)
# What a load does with its keys, and no more.
LOAD = """
import select, signal, sys
from sipflow.console.keyboard import Keys, StopLoad

if "nohup" in sys.argv:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
with Keys(sys.stdin) as keys:
    assert keys.has_terminal
    poll = select.poll()
    poll.register(keys.descriptor, select.POLLIN)
    print("reading", flush=True)
    idle = woken = 0
    while True:
        if poll.poll(20):
            woken, idle = woken + 1, 0
        else:
            idle += 1
        if idle and idle % 3 == 0:
            print("idle after", "some" if woken < 20 else "endless", flush=True)
        for wish in keys.read():
            print(wish, flush=True)
            if wish == StopLoad():
                if "fails" in sys.argv:
                    raise ValueError("on purpose")
                sys.exit(0)
"""


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        (b"", []),
        (b"+", [FASTER]),
        (b"=", [FASTER]),
        (b"-", [SLOWER]),
        (b"_", [SLOWER]),
        (b"p", [TogglePause()]),
        (b"Q", [StopLoad()]),
        (b"++-q", [FASTER, FASTER, SLOWER, StopLoad()]),
        (b"x\n\xff\x00 ", []),
        (b"\x1b[A+\x1b[1;5Bp", [FASTER, TogglePause()]),  # arrows
        (b"\x1bOp\x1bOP", []),  # the keypad, function keys
        (b"\x1b", []),
        (b"\x1b[", []),
        (b"\x1b[1;", []),
        (b"\x1bq", [StopLoad()]),  # escape, and then a key
        (b"\x1b\x1b[Aq", [StopLoad()]),
    ],
)
def test_each_key_asks_for_something_and_all_others_for_nothing(
    keys: bytes, asked: list[Wish]
) -> None:
    assert wishes(keys) == asked


def test_keys_are_read_at_once_and_without_an_echo() -> None:
    with Shell(LOAD) as shell:
        assert shell.edits_lines()
        shell.hears("reading")
        assert not shell.edits_lines()

        shell.types(b"+")
        shell.hears("ScaleRate(factor=1.1)")
        shell.types(b"-p")
        shell.hears("ScaleRate(factor=0.9)")
        shell.hears("TogglePause()")

        shell.types(b"q")
        shell.hears("StopLoad()")
        shell.hears("ended 0")
        assert shell.edits_lines()


def test_the_terminal_is_given_back_after_an_exception() -> None:
    with Shell(LOAD, "fails") as shell:
        shell.hears("reading")
        shell.types(b"q")
        shell.hears("ValueError: on purpose")
        shell.hears("ended 1")
        assert shell.edits_lines()


def test_ctrl_c_stays_a_signal() -> None:
    with Shell(LOAD) as shell:
        shell.hears("reading")
        shell.types(b"\x03")
        shell.hears("KeyboardInterrupt")
        shell.hears("ended -2")
        assert shell.edits_lines()


def test_ctrl_z_gives_the_terminal_back_until_the_load_goes_on() -> None:
    with Shell(LOAD) as shell:
        shell.hears("reading")
        for _ in range(2):
            shell.types(b"\x1a")
            shell.hears("stopped")
            assert shell.edits_lines()

            shell.continues("fg")
            until(lambda: not shell.edits_lines(), lambda: None)
            shell.types(b"+")
            shell.hears("ScaleRate(factor=1.1)")


def test_in_the_background_the_keys_are_the_shells() -> None:
    with Shell(LOAD) as shell:
        shell.hears("reading")
        shell.types(b"\x1a")
        shell.hears("stopped")
        shell.continues("bg")
        shell.types(b"q\n")
        shell.hears("idle after some")
        assert shell.edits_lines()

        shell.continues("fg")
        shell.hears("StopLoad()")  # nobody else has taken it
        shell.hears("ended 0")
        assert shell.edits_lines()


def test_a_terminal_that_hangs_up_leaves_a_load_without_keys() -> None:
    with Shell(LOAD, "nohup") as shell:
        shell.hears("reading")
        shell.hears("idle after some")
        shell.hangs_up()
        for _ in range(5):  # what it had said before is soon over
            shell.hears("idle after some")


def test_where_there_is_no_terminal_there_are_no_keys() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as pipe, os.fdopen(writing, "wb", buffering=0) as writer:
        writer.write(b"q")
        assert_no_keys(pipe)
    assert_no_keys(pipe)  # it is closed
    assert_no_keys(io.StringIO("q"))


def assert_no_keys(stream: TextIO) -> None:
    with Keys(stream) as keys:
        assert not keys.has_terminal
        assert keys.descriptor is None
        assert keys.read() == []
    assert keys.read() == []
