"""The I/O handles of the stack, one for each socket: how many are free, and those of closed ones.

The stack has 64, and aborts if it needs one more while others are still to be freed: it keeps
each for half a second after its socket is closed, for threads that may be using it. Here only the
sound device's thread does, for the moment in which it sends a packet; so they are freed soon
after, and at once where they are needed. Their number is read from the stack's memory, since there
is no other record of all: of connections that a peer holds open, of the media of calls that the
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
# The interval, in seconds, of checks that enough are free: as many as one more call takes.
_BETWEEN_LOOKS = 0.05
_AT_HAND = SOCKETS_OF_A_LINE + KEPT_FREE
_word = struct.Struct("=Q").unpack_from
_time = struct.Struct("=qq").unpack_from


class _Queue(ctypes.Structure):
    """``pj_ioqueue_t``; the lists are of keys, and begin with a head that is no key."""

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
        """Find the stack's table of handles, once the endpoint is there.

        If its layout is unknown, the worker's log says so, and all seem to be free.
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
        """How many more sockets there can be."""
        return MAX_HANDLES if self._queue is None else MAX_HANDLES - self._queue.used

    def reap(self, kept: int = KEPT_CLOSED) -> int:
        """Free the handles of sockets closed for at least ``kept`` milliseconds.

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
        """Reap now and then if few keys are free; a call that needs more reaps by itself."""
        if now >= self._next_look:
            self._next_look = now + _BETWEEN_LOOKS
            self.are_left(_AT_HAND)

    def are_left(self, wanted: int) -> bool:
        """Return whether the stack can open so many more sockets; the quick check comes first.

        Mostly the list of free keys is that long, and those that are closing do not matter.
        """
        at = self._free
        for _ in range(wanted if at else 0):
            (at,) = _word(MEMORY, at + _NEXT)
            if at == self._free:
                return self.free - self.reap() >= wanted
        return True

    def suffice(self, lines: int) -> bool:
        """Return whether there are enough for so many more lines of media."""
        wanted = lines * SOCKETS_OF_A_LINE + KEPT_FREE
        if self.are_left(wanted):
            return True
        if self.free >= wanted:
            self.reap(kept=0)
        return self.free >= wanted

    def lacking(self, offer: bytes, in_dialog: bool) -> str | None:
        """Return why an offer cannot be accepted, None if it can.

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
