"""Which call slots of the stack are in use: no class tells, a function of its C interface does.

The package's library exports that interface below the classes.
"""

import ctypes
from importlib import import_module

from sipflow.worker.ua.limits import MAX_LEGS

_pjsua = ctypes.CDLL(str(import_module("pjsua2._pjsua2").__file__))
_SlotIds = ctypes.c_int * (2 * MAX_LEGS)


def used_slots() -> set[int]:
    """Return the numbers of the slots that have a call, also one that is about to be gone."""
    slots, count = _SlotIds(), ctypes.c_uint(len(_SlotIds()))
    _pjsua.pjsua_enum_calls(slots, ctypes.byref(count))
    return set(slots[: count.value])
