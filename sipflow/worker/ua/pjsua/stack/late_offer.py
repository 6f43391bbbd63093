"""The media of a call with a late offer, made by the peer (RFC 3261 §13.2.1).

The stack prepares the media of such a call only for an offer in the 2xx; for one in a provisional
response none are prepared, and the stack aborts the process (pjproject's issue 3709 is the same for
the 2xx). The stack calls back about each offer before it answers it: that is the moment to prepare
the media, with the function that it uses itself. No class has it, the library exports it.
"""

import ctypes

import pjsua2 as pj

from sipflow.worker.ua.pjsua.stack.library import stack

stack.pjsua_pool_create.restype = ctypes.c_void_p
stack.pjsua_pool_create.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t]
stack.pj_pool_release.argtypes = [ctypes.c_void_p]
stack.pjsua_media_channel_init.argtypes = [
    ctypes.c_int,  # the call
    ctypes.c_int,  # its role
    ctypes.c_int,  # security level
    ctypes.c_void_p,  # a pool for the time of the call
    ctypes.c_void_p,  # the other side's SDP
    ctypes.POINTER(ctypes.c_int),  # where a SIP status code of a failure goes
    ctypes.c_int,  # whether to be asynchronous
    ctypes.c_void_p,  # what to call back then
]
_POOL = 1000


def prepare_media(info: pj.CallInfo) -> bool:
    """Prepare the media of a call that has none, from within the callback about its first offer."""
    pool = stack.pjsua_pool_create(b"late offer", _POOL, _POOL)
    try:
        status = stack.pjsua_media_channel_init(info.id, info.role, 0, pool, None, None, 0, None)
    finally:
        stack.pj_pool_release(pool)
    return bool(status == pj.PJ_SUCCESS)
