"""The name and the command line of this process as others see them (``ps``, ``pkill``)."""

import ctypes
from contextlib import suppress
from pathlib import Path

# Where the arguments begin and end in memory (proc_pid_stat(5)), counted from behind the name.
_ARG_START = 45


def set_title(name: str, title: str) -> None:
    """Set the name, up to 15 bytes, and write a title over the arguments.

    The title is cut to the room that the arguments take.
    """
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")
    with suppress(OSError, ValueError, IndexError):  # a kernel that does not say where they are
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace")
        start, end = map(int, fields.rpartition(")")[2].split()[_ARG_START : _ARG_START + 2])
        room = end - start
        if start and room > 0:
            text = title.encode()[: room - 1]
            ctypes.memmove(start, text.ljust(room, b"\0"), room)
