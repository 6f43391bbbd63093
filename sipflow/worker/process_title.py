"""The command line of this process as others see it, in ``ps`` and ``pkill -f``."""

import ctypes
from contextlib import suppress
from pathlib import Path

# Where the arguments begin and end in memory (proc_pid_stat(5)), counted from behind the name.
_ARG_START = 45


def set_title(title: str) -> None:
    """Write a title over the arguments; it is cut to the room that they take."""
    with suppress(OSError, ValueError, IndexError):  # a kernel that does not say where they are
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace")
        start, end = map(int, fields.rpartition(")")[2].split()[_ARG_START : _ARG_START + 2])
        room = end - start
        if start and room > 0:
            text = title.encode()[: room - 1]
            ctypes.memmove(start, text.ljust(room, b"\0"), room)
