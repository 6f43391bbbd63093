"""How a terminal reads: each key at once and without an echo (cbreak), and back to what it was.

Sets a terminal only while this process is in its foreground: it is the shell's otherwise, and to
touch it would stop the process. Ctrl-C and Ctrl-Z stay what they are.
"""

import os
import termios
from array import array
from contextlib import suppress
from fcntl import ioctl
from typing import Any, TextIO

# Places in what tcgetattr returns.
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
    """One terminal; nothing here waits."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        # As it was before anything was done to it: a shell may save and restore a mode that is
        # already this one.
        self._before: list[Any] | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the process is in the foreground of this terminal."""
        try:
            return os.tcgetpgrp(self.descriptor) == os.getpgrp()
        except OSError:  # it is not the terminal of this session, or it is gone
            return False

    def take(self) -> None:
        """Have it give each key at once, if it is this process's to say so."""
        if not self.is_ours:
            return
        with suppress(termios.error):
            mode = termios.tcgetattr(self.descriptor)
            if self._before is None:
                self._before = mode
            if mode[_LOCAL_FLAGS] & _LINE_EDITING:
                self._set(mode, 0, {termios.VMIN: 1, termios.VTIME: 0})

    def give_back(self) -> None:
        """Have it read as before; a shell that has taken it by now has set what it wants."""
        before = self._before
        if before is None or not self.is_ours:
            return
        with suppress(termios.error):
            old = before[_CHARACTERS]
            characters = {place: old[place] for place in (termios.VMIN, termios.VTIME)}
            mode = termios.tcgetattr(self.descriptor)
            self._set(mode, before[_LOCAL_FLAGS] & _LINE_EDITING, characters)

    def pressed(self) -> bytes:
        """Return what was typed since the last time; raises ``OSError`` if the terminal is gone."""
        if not self.is_ours:
            return b""
        waiting = array("i", [0])
        # Asked first: to read where nothing is would wait.
        ioctl(self.descriptor, termios.FIONREAD, waiting)
        return os.read(self.descriptor, waiting[0]) if waiting[0] else b""

    def _set(self, mode: list[Any], line_editing: int, characters: dict[int, Any]) -> None:
        flags = (mode[_LOCAL_FLAGS] & ~_LINE_EDITING) | line_editing
        controls = [characters.get(place, value) for place, value in enumerate(mode[_CHARACTERS])]
        changed = [*mode[:_LOCAL_FLAGS], flags, *mode[_LOCAL_FLAGS + 1 : _CHARACTERS], controls]
        # At once: to wait for what is still to be shown would take for ever after a Ctrl-S.
        termios.tcsetattr(self.descriptor, termios.TCSANOW, changed)
