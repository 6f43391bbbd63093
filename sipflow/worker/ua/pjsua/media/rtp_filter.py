"""Deliberate packet loss: the kernel drops some of the RTP packets received at one of our sockets.

A socket filter decides by the sequence number: of any hundred packets in a row exactly so many are
lost, spread over them, the same ones in every run. To the stack it is a gap, as in a bad network.
"""

import socket

from sipflow.worker.ua.socket_filter import RETURN, Instruction, attach, detach, own_socket

# linux/filter.h: opcodes of the classic Berkeley packet filter.
_LOAD_HALF = 0x28
_MULTIPLY = 0x24
_MODULO = 0x94
_JUMP_IF_AT_LEAST = 0x35
_ALL = 0x40000

# The filter sees the UDP header, 8 bytes, before the RTP header (RFC 3550 §5.1).
_SEQUENCE_NUMBER = 8 + 2
# No divisor in common with 100, so that a hundred sequence numbers in a row give each rest once;
# and they do it out of order, so that losses are apart.
_SPREAD = 37


def drop(port: int, percent: int) -> bool:
    """Drop so many of a hundred packets at our UDP socket on a port; False if we have none."""
    own = own_socket(lambda one: one.type == socket.SOCK_DGRAM and _port(one) == port)
    if own is None:
        return False
    with own:
        if percent:
            _attach(own, percent)
        else:
            detach(own)
    return True


def _port(own: socket.socket) -> int:
    return int(own.getsockname()[1])


def _attach(own: socket.socket, percent: int) -> None:
    attach(
        own,
        Instruction(_LOAD_HALF, 0, 0, _SEQUENCE_NUMBER),
        Instruction(_MULTIPLY, 0, 0, _SPREAD),
        Instruction(_MODULO, 0, 0, 100),
        Instruction(_JUMP_IF_AT_LEAST, 1, 0, percent),
        Instruction(RETURN, 0, 0, 0),
        Instruction(RETURN, 0, 0, _ALL),
    )
