"""Kernel filters on sockets of this process: packets are dropped before any program reads them.

They need no privilege and end with the socket (classic Berkeley packet filters). Linux only.
"""

import ctypes
import os
import socket
import stat
from collections.abc import Callable

# asm-generic/socket.h
_SO_ATTACH_FILTER = 26
_SO_DETACH_FILTER = 27


class Instruction(ctypes.Structure):
    """``struct sock_filter`` (linux/filter.h)."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(Instruction)))


# A filter returns how many bytes of the packet are kept.
RETURN = 0x06
LOSE_ALL = Instruction(RETURN, 0, 0, 0)


def own_socket(is_wanted: Callable[[socket.socket], bool]) -> socket.socket | None:
    """Return a duplicate of the matching socket of this process; None if there is none."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            candidate = socket.socket(fileno=os.dup(int(name)))
        except OSError:  # the directory's own descriptor, closed by now
            continue
        if candidate.family == socket.AF_INET and is_wanted(candidate):
            return candidate
        candidate.close()
    return None


def attach(own: socket.socket, *instructions: Instruction) -> None:
    """Attach a filter to a socket; it decides about every packet from now on."""
    program = _Program(len(instructions), (Instruction * len(instructions))(*instructions))
    own.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, bytes(program))


def detach(own: socket.socket) -> None:
    """Remove the filter: every packet is received again."""
    try:
        own.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)
    except FileNotFoundError:  # there was none
        return
