"""The null sound device, whose clock makes media flow: open while it has users.

Its clock is a thread of the stack that ticks the conference bridge 50 times a second and never
calls Python. The bridge executes a request at its next tick, so it is ticked once by hand after the
clock has been stopped, and also where calls come and go without ever needing the clock: it has 254
ports, and would keep those of calls that have ended.
"""

import ctypes
from collections.abc import Hashable

import pjsua2 as pj

from sipflow.worker.scheduling import normal_scheduling
from sipflow.worker.ua.pjsua.stack.library import stack

# The bridge's own rate is 8 kHz (see ``config``): 20 ms are 160 samples of two bytes.
_FRAME_SIZE = 320
# Well below the bridge's ports, so that open calls have some too.
_ENDS_PER_TURN = 50

stack.pjsua_set_no_snd_dev.restype = ctypes.c_void_p
stack.pjmedia_port_get_frame.argtypes = (ctypes.c_void_p, ctypes.c_void_p)


class _Frame(ctypes.Structure):
    """``pjmedia_frame``: a tick of the bridge gives one."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buf", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("timestamp", ctypes.c_uint64),
        ("bit_info", ctypes.c_uint32),
    )


class SoundDevice:
    """Opens the device for its first user and closes it after the last: its clock costs CPU."""

    def __init__(self, endpoint: pj.Endpoint) -> None:
        self._endpoint = endpoint
        self._users: set[Hashable] = set()
        self._ends = 0

    def hold(self, user: Hashable) -> None:
        """Keep it open for a user; raises ``pj.Error``."""
        if not self._users:
            with normal_scheduling():
                self._endpoint.audDevManager().setNullDev()
        self._users.add(user)

    def is_held_by(self, user: Hashable) -> bool:
        """Return whether a user holds it open."""
        return user in self._users

    def release(self, user: Hashable) -> None:
        """End a user's hold, if there is one."""
        if user not in self._users:
            return
        self._users.remove(user)
        if not self._users:
            self._endpoint.audDevManager().setNoDev()
            turn_bridge()

    def calls_ended(self, count: int) -> None:
        """Count calls that have ended; not to be called from within the stack."""
        self._ends += count
        if self._ends >= _ENDS_PER_TURN:
            self._ends = 0
            if not self._users:
                turn_bridge()


def turn_bridge() -> None:
    """Tick the bridge once, while no clock does."""
    samples = ctypes.create_string_buffer(_FRAME_SIZE)
    frame = _Frame(0, ctypes.addressof(samples), _FRAME_SIZE)
    stack.pjmedia_port_get_frame(stack.pjsua_set_no_snd_dev(), ctypes.addressof(frame))
