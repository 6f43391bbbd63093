"""A terminal that is another's is not touched; one that is ours: ``test_load_keys``."""

import io
import os
import pty
import termios

from sipflow.console.terminal import Terminal, terminal_of
from tests.console.pty_shell import Shell

# Sets the terminal, and sets it back, twice over each; then it stays to be looked at.
TWICE = """
import sys
from sipflow.console.terminal import terminal_of

terminal = terminal_of(sys.stdin)
terminal.give_back()
terminal.take()
terminal.take()
print("taken", flush=True)
while not terminal.pressed():
    pass
terminal.give_back()
terminal.give_back()
"""


def test_only_a_terminal_is_one() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as pipe:
        os.close(writing)
        assert terminal_of(pipe) is None
    assert terminal_of(pipe) is None
    assert terminal_of(io.StringIO()) is None


def test_a_terminal_of_another_session_is_left_alone() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as stream:
        before = termios.tcgetattr(ours)
        terminal = terminal_of(stream)
        assert terminal is not None
        os.write(ours, b"q\n")

        terminal.take()

        assert not terminal.is_ours
        assert terminal.pressed() == b""
        terminal.give_back()
        assert termios.tcgetattr(ours) == before
    os.close(ours)


def test_a_descriptor_that_is_gone_is_nobodys() -> None:
    ours, theirs = pty.openpty()
    os.close(ours)
    os.close(theirs)

    assert not Terminal(theirs).is_ours


def test_what_it_was_before_is_remembered_from_the_first_time() -> None:
    with Shell(TWICE) as shell:
        before = termios.tcgetattr(shell.terminal)
        shell.hears("taken")
        assert not shell.edits_lines()
        shell.types(b"x")
        shell.hears("ended 0")
        assert termios.tcgetattr(shell.terminal) == before
