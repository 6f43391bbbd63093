"""The C interface of the stack, which its package's library exports below the classes.

Used for functions that no class has. A function that needs types other than ``int`` gets them where
it is used.
"""

import ctypes
from importlib import import_module

import pjsua2 as pj

stack = ctypes.CDLL(str(import_module("pjsua2._pjsua2").__file__))


class Text(ctypes.Structure):
    """``pj_str_t``: the caller owns the bytes."""

    _fields_ = (("text", ctypes.c_char_p), ("length", ctypes.c_ssize_t))


def check(status: int, what: str) -> None:
    """Raise ``pj.Error`` if a function of the stack returned an error; ``what``: its subject."""
    if status != pj.PJ_SUCCESS:
        raise pj.Error(status, what, "", "", 0)
