"""What is read of a message to see that it is an ordinary one: numbers at places that are known.

The structures of ``layout`` say the same, but each step through them takes a microsecond, and these
are taken for every message of a load. ``at`` is the address of a ``pjsip_rx_data``.
"""

import ctypes
from ctypes import string_at

from sipflow.worker.ua.pjsua.layout import Body, CSeq, FromTo, Message, Method, RxData

_word = ctypes.c_size_t.from_address
_number = ctypes.c_int.from_address
_TEXT, _LENGTH = RxData.text.offset, RxData.length.offset
_MESSAGE, _TO, _CSEQ = RxData.message.offset, RxData.to.offset, RxData.cseq.offset
_RECORD_ROUTE = RxData.record_route.offset
_LINE, _BODY = Message.line.offset, Message.body.offset  # a status line begins with its code
_POINTER = ctypes.sizeof(ctypes.c_void_p)
# A length comes behind where that lies which is so long.
_BODY_TEXT, _BODY_LENGTH = Body.text.offset, Body.text.offset + _POINTER
_TAG_LENGTH = FromTo.tag.offset + _POINTER
_METHOD = CSeq.method.offset + Method.id.offset
_INVITE = 0


def start(at: int, length: int) -> bytes:
    """Return how a message begins; none is shorter than 32 bytes."""
    return string_at(_word(at + _TEXT).value, length)


def text(at: int) -> bytes:
    """Return a message as it came."""
    return string_at(_word(at + _TEXT).value, _number(at + _LENGTH).value)


def has_body(at: int) -> bool:
    """Tell whether a message has a body."""
    return bool(_word(_word(at + _MESSAGE).value + _BODY).value)


def body(at: int) -> bytes:
    """Return the body of a message, empty without one."""
    found = _word(_word(at + _MESSAGE).value + _BODY).value
    if not found:
        return b""
    return string_at(_word(found + _BODY_TEXT).value, _number(found + _BODY_LENGTH).value)


def is_recorded(at: int) -> bool:
    """Tell whether a message has a Record-Route."""
    return bool(_word(at + _RECORD_ROUTE).value)


def has_to_tag(at: int) -> bool:
    """Tell whether the To of a message has a tag."""
    return bool(_word(_word(at + _TO).value + _TAG_LENGTH).value)


def is_about_invite(at: int) -> bool:
    """Tell whether the CSeq of a message names INVITE."""
    return _number(_word(at + _CSEQ).value + _METHOD).value == _INVITE


def code(at: int) -> int:
    """Return the status code of a response."""
    return _number(_word(at + _MESSAGE).value + _LINE).value
