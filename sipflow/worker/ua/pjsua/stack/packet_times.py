"""When SIP messages went out and came in, by the kernel's own clock.

What a callback sees of a message is late: a process has to get a processor, and the stack to read.
That is a fraction of a millisecond, and a call on one machine takes no longer until it rings. The
kernel knows better. It notes when each datagram comes, and says it of the one that was read from a
socket last, which is the message that the stack is telling of. And it notes when one leaves, if it
is asked to before: only for as long as an order is carried out, because what it notes lies in the
socket's error queue, and the stack is not to find it there.

Sources: socket(7), ``SIOCGSTAMP``; asm-generic/sockios.h for that in nanoseconds; the kernel's
Documentation/networking/timestamping.rst, ``SO_TIMESTAMPING``.
"""

import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from fcntl import ioctl

from sipflow import clock

_SIOCGSTAMPNS = 0x8907
_SO_TIMESTAMPING = 37
# Software's stamps of what is sent, told as such, without the datagram itself.
_OF_SENDING = 1 << 1 | 1 << 4 | 1 << 11
_MSG_ERRQUEUE = 0x2000
_TIMESPEC = struct.Struct("@qq")
# Three moments come with a datagram that was sent, and with it its error.
_ANCILLARY = 512
# A difference beyond this, in seconds, is a clock that was set.
_LONGEST = 10.0
# Both clocks are read right after each other: again, so many times at most, if this process lost
# the processor in between, which would be an error of as many seconds.
_READINGS = 4
_APART = 5e-6
# What a request ends with that nobody answers, and one that cannot be sent: nothing has come in.
_OUR_OWN = (0, 408, 503)


class PacketTimes:
    """Knows the times of the datagrams at the stack's SIP socket, in monotonic seconds."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        # Only on loopback, where what is sent leaves at once: what is noted later would be found by
        # the stack.
        self._notes_sending: socket.socket | None = None
        self._stamp = bytearray(_TIMESPEC.size)

    def use(self, address: tuple[str, int] | None) -> None:
        """Find the stack's socket, among the descriptors of this process, by where it listens.

        None: messages take other ways too, so that the datagrams say nothing of them.
        """
        self.close()
        self._socket = None if address is None else next(_listening(address), None)
        on_loopback = address is not None and address[0].startswith("127.")
        self._notes_sending = self._socket if on_loopback else None

    def close(self) -> None:
        """Let go of the stack's socket, which stays open."""
        if self._socket is not None:
            self._socket.close()

    def answered(self, code: int, since: float = 0.0) -> float:
        """Return when a final answer with a code came; now, for one that the stack made up.

        No answer came before ``since``.
        """
        at = clock.monotonic() if code in _OUR_OWN else self.received()
        return at if at >= since else clock.monotonic()

    def received(self) -> float:
        """Return when the latest datagram came in; now, if nobody knows."""
        if self._socket is None:
            return clock.monotonic()
        try:
            ioctl(self._socket, _SIOCGSTAMPNS, self._stamp, True)
        except OSError:  # none has come since the kernel was first asked
            return clock.monotonic()
        return _monotonic(self._stamp)

    def time_of(self, send: Callable[[], None]) -> float:
        """Send something; return when its last datagram left, or when that was done.

        Raises what ``send`` raises.
        """
        noting = self._notes_sending
        if noting is None:
            send()
            return clock.monotonic()
        noting.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPING, _OF_SENDING)
        try:
            send()
        finally:
            at = _last_sent(noting)
            noting.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPING, 0)
        return at


def _last_sent(noting: socket.socket) -> float:
    """Take all that was noted; return when the last datagram left, now if none was noted."""
    at = clock.monotonic()
    with suppress(BlockingIOError):
        while True:
            _, ancillary, _, _ = noting.recvmsg(0, _ANCILLARY, _MSG_ERRQUEUE)
            for level, kind, data in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPING):
                    at = _monotonic(data)
    return at


def _monotonic(stamp: bytes | bytearray) -> float:
    """Return the moment of a stamp of Unix time, now if it cannot be right."""
    seconds, nanoseconds = _TIMESPEC.unpack_from(stamp)
    for _ in range(_READINGS):
        now, wall = clock.monotonic(), clock.wall()
        if clock.monotonic() - now < _APART:
            break
    ago = wall - seconds - nanoseconds * 1e-9
    return now - ago if 0.0 <= ago < _LONGEST else now


def _listening(address: tuple[str, int]) -> Iterator[socket.socket]:
    """Yield the sockets of this process that take datagrams at an address, by other descriptors."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError), ExitStack() as stack:
            descriptor = os.dup(int(name))
            stack.callback(os.close, descriptor)
            one = socket.socket(fileno=descriptor)
            if one.type == socket.SOCK_DGRAM and one.getsockname() == address:
                stack.pop_all()
                yield one
            else:
                one.detach()
