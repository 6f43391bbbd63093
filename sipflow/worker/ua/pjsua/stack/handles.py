"""The I/O handles of the stack, one for each socket: how many are free, and those of closed ones.

The stack has 64, and aborts where it wants one more while others are still to be freed: it keeps
each for half a second after its socket is closed, for threads that may be using it. Here that is
one alone, the sound device's, for the moment in which it sends a packet; so they are free soon
after, and at once where they are needed. How many there are is read where the stack keeps it, since
nothing else knows of all: of connections that a peer holds open, of the media of calls that the
stack refuses by itself, of offers with many lines.

Source: pjproject's ``pj/ioqueue_select.c`` and ``ioqueue_common_abs.h``.
"""

import ctypes
import struct
import sys

from sipflow.worker.ua.limits import (
    KEPT_CLOSED,
    KEPT_FREE,
    MAX_HANDLES,
    SOCKETS_OF_A_LINE,
    audio_lines,
)
from sipflow.worker.ua.pjsua.stack.layout import MEMORY, Pointer
from sipflow.worker.ua.pjsua.stack.library import stack

# ``PJ_IOQUEUE_KEY_FREE_DELAY``, in milliseconds.
_FREE_DELAY = 500
# How often, in seconds, it is seen to that so many are free: as many as one more call takes.
_BETWEEN_LOOKS = 0.05
_AT_HAND = SOCKETS_OF_A_LINE + KEPT_FREE
_word = struct.Struct("=Q").unpack_from
_time = struct.Struct("=qq").unpack_from


class _Queue(ctypes.Structure):
    """``pj_ioqueue_t``; the lists are of keys, and begin with one that is none."""

    _fields_ = (
        ("until_most", ctypes.c_byte * 0x14),
        ("most", ctypes.c_uint),
        ("used", ctypes.c_uint),
        ("until_closing", ctypes.c_byte * 0x7CC),
        ("last_closing", Pointer),
        ("closing", Pointer),
        ("until_free", ctypes.c_byte * 0x150),
        ("last_free", Pointer),
        ("free", Pointer),
    )


class _Time(ctypes.Structure):
    """``pj_time_val``."""

    _fields_ = (("seconds", ctypes.c_long), ("milliseconds", ctypes.c_long))


class _Key(ctypes.Structure):
    """``pj_ioqueue_key_t``: ``free_at`` is when it may be used again."""

    _fields_ = (
        ("previous", Pointer),
        ("next", Pointer),
        ("until_free_at", ctypes.c_byte * 0x140),
        ("free_at", _Time),
    )


_NEXT, _FREE_AT = _Key.next.offset, _Key.free_at.offset


class Handles:
    """The handles of the endpoint of this process; ``ports``: how many it has for RTP and RTCP."""

    def __init__(self) -> None:
        self.ports = 0
        self._queue: _Queue | None = None
        self._closing = self._free = 0
        self._next_look = 0.0

    def find(self) -> None:
        """Find where the stack keeps them, once the endpoint is there.

        Where that is not what it should be, the worker's log says so, and all seem to be free.
        """
        endpoint = Pointer(stack.pjsua_get_pjsip_endpt())
        queue = _Queue.from_address(stack.pjsip_endpt_get_ioqueue(endpoint))
        closing = ctypes.addressof(queue) + _Queue.last_closing.offset
        free = ctypes.addressof(queue) + _Queue.last_free.offset
        if queue.most != MAX_HANDLES or queue.used + _length(free) != MAX_HANDLES:
            sys.stderr.write("sipflow cannot count the stack's I/O handles: unknown layout\n")
            return
        self._queue, self._closing, self._free = queue, closing, free

    @property
    def free(self) -> int:
        """How many sockets more there can be."""
        return MAX_HANDLES if self._queue is None else MAX_HANDLES - self._queue.used

    def reap(self, kept: int = KEPT_CLOSED) -> int:
        """Let the handles of sockets that have been closed so many milliseconds be used again.

        Returns how many are not that old.
        """
        if self._queue is None or self._queue.closing == self._closing:
            return 0
        at, now, young = self._queue.closing, _Time(), 0
        stack.pj_gettickcount(ctypes.byref(now))
        latest = now.seconds * 1000 + now.milliseconds + _FREE_DELAY - kept
        while at != self._closing:
            seconds, milliseconds = _time(MEMORY, at + _FREE_AT)
            if seconds * 1000 + milliseconds > latest:
                young += 1
            elif seconds:
                _Key.from_address(at).free_at.seconds = 0
            (at,) = _word(MEMORY, at + _NEXT)
        return young

    def look(self, now: float) -> None:
        """Reap now and then where few keys are free: what needs more of them asks for them."""
        if now >= self._next_look:
            self._next_look = now + _BETWEEN_LOOKS
            self.are_left(_AT_HAND)

    def are_left(self, wanted: int) -> bool:
        """Tell whether the stack can open so many sockets more, without what needs more time.

        Mostly the list of free keys is that long, and those that are closing do not matter.
        """
        at = self._free
        for _ in range(wanted if at else 0):
            (at,) = _word(MEMORY, at + _NEXT)
            if at == self._free:
                return self.free - self.reap() >= wanted
        return True

    def suffice(self, lines: int) -> bool:
        """Tell whether there are enough for so many more lines of media."""
        wanted = lines * SOCKETS_OF_A_LINE + KEPT_FREE
        if self.are_left(wanted):
            return True
        if self.free >= wanted:
            self.reap(kept=0)
        return self.free >= wanted

    def lacking(self, offer: bytes, in_dialog: bool) -> str | None:
        """Return why an offer cannot be taken in, None if it can.

        In a dialog the first line has its sockets already; outside, an offer that is empty or has
        no audio is answered with one.
        """
        lines = audio_lines(offer)
        wanted = lines * SOCKETS_OF_A_LINE
        if wanted > self.ports:
            return f"its audio needs {wanted} ports, and the instance has {self.ports}"
        more = max(0, lines - 1) if in_dialog else max(1, lines)
        if not more or self.suffice(more):
            return None
        wanted = more * SOCKETS_OF_A_LINE
        return f"its audio needs {wanted} more sockets, and there is no room for them"


def _length(head: int) -> int:
    """Return how many keys a list has, up to one more than there may be."""
    at, length = _Key.from_address(head).next, 0
    while at and at != head and length <= MAX_HANDLES:
        at, length = _Key.from_address(at).next, length + 1
    return length


stack.pjsua_get_pjsip_endpt.restype = Pointer
stack.pjsip_endpt_get_ioqueue.restype = Pointer
