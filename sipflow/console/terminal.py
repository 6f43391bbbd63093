"""The input mode of a terminal: cbreak (each key at once, without echo), and its restoration.

It changes the mode only while this process is in the foreground: otherwise the shell owns the
terminal, and a change would stop the process. Ctrl-C and Ctrl-Z keep their meaning.
"""

import os
import termios
from array import array
from contextlib import suppress
from fcntl import ioctl
from typing import Any, TextIO

# Indices into the result of tcgetattr.
_LOCAL_FLAGS, _CHARACTERS = 3, 6
_LINE_EDITING = termios.ECHO | termios.ICANON


def terminal_of(stream: TextIO) -> "Terminal | None":
    """Return the terminal that a stream reads from; None if it reads from something else."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # closed, or in memory
        return None
    return Terminal(descriptor) if os.isatty(descriptor) else None


class Terminal:
    """One terminal; no method blocks."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        # The mode before the first change: a shell may save and restore a mode that is already
        # this one.
        self._before: list[Any] | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the process is in the foreground of this terminal."""
        try:
            return os.tcgetpgrp(self.descriptor) == os.getpgrp()
        except OSError:  # it is not the terminal of this session, or it is gone
            return False

    def take(self) -> None:
        """Set cbreak mode, if the process is in the foreground."""
        if not self.is_ours:
            return
        with suppress(termios.error):
            mode = termios.tcgetattr(self.descriptor)
            if self._before is None:
                self._before = mode
            if mode[_LOCAL_FLAGS] & _LINE_EDITING:
                self._set(mode, 0, {termios.VMIN: 1, termios.VTIME: 0})

    def give_back(self) -> None:
        """Restore the former mode, unless a shell has taken the terminal over meanwhile."""
        before = self._before
        if before is None or not self.is_ours:
            return
        with suppress(termios.error):
            old = before[_CHARACTERS]
            characters = {place: old[place] for place in (termios.VMIN, termios.VTIME)}
            mode = termios.tcgetattr(self.descriptor)
            self._set(mode, before[_LOCAL_FLAGS] & _LINE_EDITING, characters)

    def pressed(self) -> bytes:
        """Return the input since the last call; raises ``OSError`` if the terminal is gone."""
        if not self.is_ours:
            return b""
        waiting = array("i", [0])
        # Checked first: a read without input would block.
        ioctl(self.descriptor, termios.FIONREAD, waiting)
        return os.read(self.descriptor, waiting[0]) if waiting[0] else b""

    def _set(self, mode: list[Any], line_editing: int, characters: dict[int, Any]) -> None:
        flags = (mode[_LOCAL_FLAGS] & ~_LINE_EDITING) | line_editing
        controls = [characters.get(place, value) for place, value in enumerate(mode[_CHARACTERS])]
        changed = [*mode[:_LOCAL_FLAGS], flags, *mode[_LOCAL_FLAGS + 1 : _CHARACTERS], controls]
        # At once: waiting for pending output would block forever after a Ctrl-S.
        termios.tcsetattr(self.descriptor, termios.TCSANOW, changed)
