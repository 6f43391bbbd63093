"""Losing packets on purpose: the kernel drops some of the RTP that comes in at one of our sockets.

A socket filter decides by the sequence number: of any hundred packets in a row exactly so many are
lost, spread over them, the same ones in every run. The stack sees what it sees in a bad network: a
gap. It needs no right and ends with the socket. Linux only.
"""

import ctypes
import os
import socket
import stat

# asm-generic/socket.h
_SO_ATTACH_FILTER = 26
_SO_DETACH_FILTER = 27

# linux/filter.h: opcodes of the classic Berkeley packet filter.
_LOAD_HALF = 0x28
_MULTIPLY = 0x24
_MODULO = 0x94
_JUMP_IF_AT_LEAST = 0x35
_RETURN = 0x06
_ALL = 0x40000

# The filter sees the UDP header, 8 bytes, before the RTP header (RFC 3550 §5.1).
_SEQUENCE_NUMBER = 8 + 2
# No divisor in common with 100, so that a hundred sequence numbers in a row give each rest once;
# and they do it out of order, so that losses are apart.
_SPREAD = 37


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def drop(port: int, percent: int) -> bool:
    """Drop so many of a hundred packets at our UDP socket on a port; False if we have none."""
    own = _own_socket(port)
    if own is None:
        return False
    with own:
        if percent:
            _attach(own, percent)
        else:
            _detach(own)
    return True


def _own_socket(port: int) -> socket.socket | None:
    """Return a duplicate of our UDP socket that is bound to a port."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            candidate = socket.socket(fileno=os.dup(int(name)))
        except OSError:  # the directory's own descriptor, closed by now
            continue
        if _is_at(candidate, port):
            return candidate
        candidate.close()
    return None


def _is_at(candidate: socket.socket, port: int) -> bool:
    if candidate.family != socket.AF_INET or candidate.type != socket.SOCK_DGRAM:
        return False
    return bool(candidate.getsockname()[1] == port)


def _attach(own: socket.socket, percent: int) -> None:
    instructions = (_Instruction * 6)(
        _Instruction(_LOAD_HALF, 0, 0, _SEQUENCE_NUMBER),
        _Instruction(_MULTIPLY, 0, 0, _SPREAD),
        _Instruction(_MODULO, 0, 0, 100),
        _Instruction(_JUMP_IF_AT_LEAST, 1, 0, percent),
        _Instruction(_RETURN, 0, 0, 0),
        _Instruction(_RETURN, 0, 0, _ALL),
    )
    program = _Program(len(instructions), instructions)
    own.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, bytes(program))


def _detach(own: socket.socket) -> None:
    try:
        own.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)
    except FileNotFoundError:  # there was none
        return
