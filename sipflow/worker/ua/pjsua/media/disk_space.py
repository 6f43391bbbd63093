"""Disk space for a recording, reserved before the stack writes there.

The stack does not report a full disk: samples that it could not write are missing in the end. So
the space is reserved ahead, without making the file longer: a failure is known before samples are
lost. Where a file system cannot reserve, its free space is checked.
"""

import ctypes
import errno
import os
import resource
from contextlib import suppress
from pathlib import Path

# Of a recording: 16 bit, 8 kHz.
BYTES_PER_SECOND = 16_000
_HEADER = 44
# What the stack buffers before it writes, and a turn of the bridge.
_BUFFER = 8_192
# Seconds that are reserved at a time, and how early before they are used up.
AHEAD = 10.0
MARGIN = 4.0
_KEEP_SIZE = 1  # FALLOC_FL_KEEP_SIZE
_CANNOT = (errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)

_libc = ctypes.CDLL(None, use_errno=True)
_libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]


class Room:
    """The space for one recording; ``until``: the second of it up to which space is reserved.

    ``seconds``: how long it is to be, None for without end.
    """

    def __init__(self, path: Path, seconds: float | None) -> None:
        self._path = path
        self._seconds = seconds
        self.until = 0.0

    def take(self) -> None:
        """Reserve the space for the next seconds; raises ``OSError`` where there is none."""
        goal = self.until + AHEAD
        if self._seconds is not None:
            goal = min(goal, self._seconds + MARGIN)
        if goal > self.until:
            reserve(self._path, _HEADER + _BUFFER + int(goal * BYTES_PER_SECOND))
            self.until = goal

    @property
    def next_look(self) -> float:
        """The second of the recording at which more is to be reserved; infinite if never."""
        if self._seconds is not None and self.until >= self._seconds + MARGIN:
            return float("inf")
        return self.until - MARGIN

    def give_back(self) -> None:
        """Release the unused space; the file has been closed."""
        with suppress(OSError):
            os.truncate(self._path, self._path.stat().st_size)


def reserve(path: Path, size: int) -> None:
    """Reserve the space for a file of that size; raises ``OSError`` where there is none."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit != resource.RLIM_INFINITY and size > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        if _libc.fallocate(descriptor, _KEEP_SIZE, 0, size) == 0:
            return
        cause = ctypes.get_errno()
        if cause not in _CANNOT:
            # A part may have been reserved; the recording is over anyway.
            os.ftruncate(descriptor, os.fstat(descriptor).st_size)
            raise OSError(cause, os.strerror(cause))
        free = os.fstatvfs(descriptor)
        missing = size - os.fstat(descriptor).st_size
        if free.f_bavail * free.f_frsize < missing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(descriptor)
