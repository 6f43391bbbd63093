"""Wakes the stack's poll for a foreign descriptor, registered as one of the stack's I/O handles.

The stack selects on it and calls back when it is readable. It treats the descriptor as a socket and
tries to read from it; that fails, as intended: the data stays for its own reader. One read is
requested at a time (``arm``).
"""

import ctypes
import os
import socket

from sipflow.worker.ua import Bell
from sipflow.worker.ua.pjsua.stack.layout import Pointer
from sipflow.worker.ua.pjsua.stack.library import check, stack

# ``PJ_IOQUEUE_ALWAYS_ASYNC``: not tried at once, so that arming costs no system call.
_ALWAYS_ASYNC = 1 << 31
_FLAGS = ctypes.c_uint(_ALWAYS_ASYNC | int(socket.MSG_PEEK))
# More than ``pj_ioqueue_op_key_t`` takes in any version so far, which is 34 pointers.
_SIZE_OF_OPERATION = 1024
_PENDING = 70002  # PJ_EPENDING
_POOL = 1024

_READABLE = ctypes.CFUNCTYPE(None, Pointer, Pointer, ctypes.c_ssize_t)


class _Callbacks(ctypes.Structure):
    """``pj_ioqueue_callback``."""

    _fields_ = (
        ("read", _READABLE),
        ("write", Pointer),
        ("accept", Pointer),
        ("connect", Pointer),
    )


class Wakeup:
    """Rings a waker from within the stack's poll, once for each time that it is armed.

    Made when the stack has started. Raises ``pj.Error`` if there is no room for another handle.
    """

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._is_armed = False
        # The stack has the addresses of all these for as long as it lives.
        self._callbacks = _Callbacks(read=_READABLE(self._readable))
        self._key = Pointer()
        self._operation = ctypes.create_string_buffer(_SIZE_OF_OPERATION)
        self._buffer = ctypes.create_string_buffer(1)
        self._length = ctypes.c_ssize_t(1)
        endpoint = Pointer(stack.pjsua_get_pjsip_endpt())
        pool = Pointer(stack.pjsua_pool_create(b"wakeup", _POOL, _POOL))
        # A duplicate, because the stack closes what it is given.
        descriptor = ctypes.c_long(os.dup(bell.descriptor))
        status = stack.pj_ioqueue_register_sock(
            pool,
            Pointer(stack.pjsip_endpt_get_ioqueue(endpoint)),
            descriptor,
            None,
            ctypes.byref(self._callbacks),
            ctypes.byref(self._key),
        )
        check(status, "a handle for what wakes the stack")

    def arm(self) -> None:
        """Have the stack poll the descriptor once more, unless that is pending already."""
        if self._is_armed or self._bell.rang:
            return
        self._is_armed = True
        self._length.value = 1
        status = stack.pj_ioqueue_recv(
            self._key,
            self._operation,
            self._buffer,
            ctypes.byref(self._length),
            _FLAGS,
        )
        if status != _PENDING:
            check(status, "a look at what wakes the stack")

    def _readable(self, _key: int, _operation: int, _length: int) -> None:
        self._is_armed = False
        self._bell.ring()


stack.pjsip_endpt_get_ioqueue.restype = Pointer
stack.pjsua_pool_create.restype = Pointer
stack.pjsua_pool_create.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t]
