"""Fast reads of a received message, to see that it is an ordinary one: numbers at known offsets.

The structures of ``layout`` give the same, but each step through them takes a microsecond, and
these reads are done for every message of a load. So the numbers that lie together are read at once,
out of the memory of the process as one buffer.
"""

import ctypes
import struct
from ctypes import string_at

from sipflow.worker.ua.pjsua.stack.layout import MEMORY, Body, CSeq, FromTo, Message, Method, RxData

_received = struct.Struct("=Qi4xQ24xQ8xQ16xQ").unpack_from
_text = struct.Struct("=QI").unpack_from
_word = struct.Struct("=Q").unpack_from
_beginning = struct.Struct("=7s").unpack_from  # b"INVITE "
_number = struct.Struct("=i").unpack_from
_RECEIVED = RxData.text.offset
_LINE, _BODY = Message.line.offset, Message.body.offset  # a status line begins with its code
_BODY_TEXT = Body.text.offset
_TAG_LENGTH = FromTo.tag.offset + ctypes.sizeof(ctypes.c_void_p)
_METHOD = CSeq.method.offset + Method.id.offset
_INVITE = 0


def received(at: int) -> tuple[int, int, int, int, int, int]:
    """Return the addresses of a received message's text and parts, and the text's length.

    The parts: the parsed message, To, CSeq, and Record-Route (0 if it has none). ``at``: the
    address of a ``pjsip_rx_data``.
    """
    return _received(MEMORY, at + _RECEIVED)


def beginning(text: int) -> bytes:
    """Return the first bytes of a message's text, as many as are needed to see an INVITE."""
    found: bytes = _beginning(MEMORY, text)[0]
    return found


def has_body(message: int) -> bool:
    """Return whether a message has a body."""
    return bool(_word(MEMORY, message + _BODY)[0])


def body(message: int) -> bytes:
    """Return the body of a message, empty without one."""
    (found,) = _word(MEMORY, message + _BODY)
    return string_at(*_text(MEMORY, found + _BODY_TEXT)) if found else b""


def has_tag(to: int) -> bool:
    """Return whether a To has a tag."""
    return bool(_word(MEMORY, to + _TAG_LENGTH)[0])


def is_about_invite(cseq: int) -> bool:
    """Return whether a CSeq names INVITE."""
    return bool(_number(MEMORY, cseq + _METHOD)[0] == _INVITE)


def code(message: int) -> int:
    """Return the status code of a response."""
    found: int = _number(MEMORY, message + _LINE)[0]
    return found
