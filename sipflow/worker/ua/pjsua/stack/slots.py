"""The call slots of the stack in use, from its C interface: no class of pjsua2 reports them."""

import ctypes

from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.pjsua.stack.library import stack

_SlotIds = ctypes.c_int * (2 * MAX_LEGS)


def used_slots() -> set[int]:
    """Return the numbers of the slots that have a call, also one that is about to end."""
    slots, count = _SlotIds(), ctypes.c_uint(len(_SlotIds()))
    stack.pjsua_enum_calls(slots, ctypes.byref(count))
    return set(slots[: count.value])
