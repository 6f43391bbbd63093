"""Buffer for the events of a load's current run, in a file that survives the worker.

The file is mapped into memory: writing an event costs no system call, and what is written belongs
to the kernel and is not lost with the process. Each run begins it anew. Its first eight bytes are
the length of what follows: the events, each framed as in a journal.
"""

import mmap
import os
import struct
from collections.abc import Iterable

from sipflow.protocol.events import AnyEvent
from sipflow.protocol.wire import encode, frame

SIZE = 64 * 1024
# The largest size, in bytes: further events of a run are dropped.
LARGEST = 64 * 1024 * 1024
_LENGTH = struct.Struct("<Q")


class RunBuffer:
    """Writes the events of one run at a time to a file; raises ``OSError`` when it is made."""

    def __init__(self, path: str) -> None:
        self._map = _mapped(path, os.O_CREAT | os.O_TRUNC, SIZE)
        self._path = path
        self._end = _LENGTH.size
        self._full = False

    def begin(self) -> None:
        """Discard the events of the run before."""
        self._end = _LENGTH.size
        self._full = False
        _LENGTH.pack_into(self._map, 0, 0)

    def write(self, events: Iterable[AnyEvent]) -> None:
        """Write events; after one that had no room all later ones of the run are dropped: no hole.

        Raises ``OSError``, once for a run, where the file cannot grow.
        """
        if self._full:
            return
        data = b"".join([frame(encode(event)) for event in events])
        end = self._end + len(data)
        if end > len(self._map):
            self._full = True
            if not self._grow(end):
                return
            self._full = False
        self._map[self._end : end] = data
        self._end = end
        _LENGTH.pack_into(self._map, 0, end - _LENGTH.size)

    def close(self) -> None:
        """Unmap the file."""
        self._map.close()

    def _grow(self, needed: int) -> bool:
        size = len(self._map)
        while size < needed:
            size *= 2
        if size > LARGEST:
            return False
        grown = _mapped(self._path, 0, size)
        self._map.close()
        self._map = grown
        return True


def _mapped(path: str, flags: int, size: int) -> mmap.mmap:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
    try:
        # Room that is really there: a mapped page that a full disk cannot hold is a SIGBUS.
        os.posix_fallocate(descriptor, 0, size)
        return mmap.mmap(descriptor, size)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    finally:
        os.close(descriptor)
