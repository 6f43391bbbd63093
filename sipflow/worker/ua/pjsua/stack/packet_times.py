"""Times at which SIP messages were sent and received, from the kernel's timestamps.

A callback sees a message late: the process has to be scheduled and the stack to read. That is a
fraction of a millisecond, and a call on one machine takes no longer until it rings. The kernel
stamps each received datagram and returns the stamp of the one read last from a socket, which is the
message that the stack reports. It stamps sent datagrams only on request: this is switched on only
while a command is carried out, because the stamps lie in the socket's error queue, and the stack
must not find them there.

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
# Software timestamps of sent datagrams, without the datagram itself.
_OF_SENDING = 1 << 1 | 1 << 4 | 1 << 11
_MSG_ERRQUEUE = 0x2000
_TIMESPEC = struct.Struct("@qq")
# Three times come with a sent datagram, and with it its error.
_ANCILLARY = 512
# A difference beyond this, in seconds, is a clock that was set.
_LONGEST = 10.0
# Both clocks are read right after each other: again, so many times at most, if this process lost
# the processor in between, which would be an error of as many seconds.
_READINGS = 4
_APART = 5e-6
# The stack's codes for a request without an answer, and one not sent: nothing was received.
_OUR_OWN = (0, 408, 503)


class PacketTimes:
    """Reads the times of the datagrams at the stack's SIP socket, in monotonic seconds."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        # Only on loopback, where datagrams are sent at once: a later stamp would be found by the
        # stack.
        self._notes_sending: socket.socket | None = None
        self._stamp = bytearray(_TIMESPEC.size)

    def use(self, address: tuple[str, int] | None) -> None:
        """Find the stack's socket, among the descriptors of this process, by its address.

        None: messages use other transports too, so datagrams do not give their times.
        """
        self.close()
        self._socket = None if address is None else next(_listening(address), None)
        on_loopback = address is not None and address[0].startswith("127.")
        self._notes_sending = self._socket if on_loopback else None

    def close(self) -> None:
        """Close our duplicate of the stack's socket, which stays open."""
        if self._socket is not None:
            self._socket.close()

    def answered(self, code: int, since: float = 0.0) -> float:
        """Return when a final response with a code was received; now, if the stack made it up.

        No response came before ``since``.
        """
        at = clock.monotonic() if code in _OUR_OWN else self.received()
        return at if at >= since else clock.monotonic()

    def received(self) -> float:
        """Return when the latest datagram was received; now, if that is unknown."""
        if self._socket is None:
            return clock.monotonic()
        try:
            ioctl(self._socket, _SIOCGSTAMPNS, self._stamp, True)
        except OSError:  # none has come since the kernel was first asked
            return clock.monotonic()
        return _monotonic(self._stamp)

    def time_of(self, send: Callable[[], None]) -> float:
        """Call ``send``; return when its last datagram was sent, or else when it returned.

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
    """Read all stamps; return when the last datagram was sent, now if there is no stamp."""
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
