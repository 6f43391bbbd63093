"""The memory layout of the stack's messages: the structures that are read, and a check of them.

The structures are those of pjproject 2.15 as it is built for the package (``PJSIP_MAX_PKT_LEN``
4000, 64-bit). Another build may lay them out otherwise. So ``check_layout`` has the library parse a
message and answer it, and compares the addresses; nothing may be read before it has passed.

Sources: pjproject's ``pjsip/sip_transport.h``, ``sip_msg.h`` and ``sip_module.h``.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sipflow.worker.ua.pjsua.stack.library import check, stack

Pointer = ctypes.c_void_p
# The memory of this process as one buffer: the quickest way to read a few numbers of it.
MEMORY = memoryview((ctypes.c_char * sys.maxsize).from_address(0))
_MAX_PACKET = 4000
_IOQUEUE_KEY = ctypes.c_byte * 272
_IPV6_TEXT = ctypes.c_char * 46
# A ``pj_sockaddr``: as large as an IPv6 socket address.
_SOCKET_ADDRESS = ctypes.c_uint32 * 7
REQUEST, RESPONSE = 0, 1


class View(ctypes.Structure):
    """A C structure that can be viewed at an address."""

    @property
    def address(self) -> int:
        """Its address."""
        return ctypes.addressof(self)


class String(ctypes.Structure):
    """The stack's ``pj_str_t``, not zero-terminated; its bytes are read on demand."""

    _fields_ = (("at", Pointer), ("length", ctypes.c_ssize_t))

    def raw(self) -> bytes:
        """Return its bytes."""
        return ctypes.string_at(self.at, self.length) if self.at else b""


class Method(View):
    """``pjsip_method``."""

    _fields_ = (("id", ctypes.c_int), ("name", String))


class _RequestLine(View):
    _fields_ = (("method", Method), ("uri", Pointer))


class StatusLine(View):
    """``pjsip_status_line``."""

    _fields_ = (("code", ctypes.c_int), ("reason", String))


class _FirstLine(ctypes.Union):
    _fields_ = (("request", _RequestLine), ("status", StatusLine))


class Header(View):
    """``pjsip_hdr``: the beginning of every header; the list's head in a message is no header."""

    _fields_ = (
        ("previous", Pointer),
        ("next", Pointer),
        ("kind", ctypes.c_int),
        ("name", String),
        ("short_name", String),
        ("functions", Pointer),
    )


class Body(View):
    """``pjsip_msg_body``: its type with the list of the type's parameters, then the text."""

    _fields_ = (
        ("kind", String),
        ("subtype", String),
        ("parameters_previous", Pointer),
        ("parameters_next", Pointer),
        ("parameter_name", String),
        ("parameter_value", String),
        ("text", Pointer),
        ("length", ctypes.c_uint),
    )

    def raw(self) -> bytes:
        """Return it as received."""
        return ctypes.string_at(self.text, self.length)

    def rewrite(self, text: bytes) -> None:
        """Replace it by another text that is no longer."""
        assert len(text) <= len(self.raw())
        ctypes.memmove(self.text, text, len(text))
        self.length = len(text)


class Message(View):
    """``pjsip_msg``."""

    _fields_ = (
        ("kind", ctypes.c_int),
        ("line", _FirstLine),
        ("headers", Header),
        ("body", ctypes.POINTER(Body)),
    )


class CallId(View):
    """``pjsip_cid_hdr``."""

    _fields_ = (("header", Header), ("id", String))


class CSeq(View):
    """``pjsip_cseq_hdr``."""

    _fields_ = (("header", Header), ("number", ctypes.c_int32), ("method", Method))


class FromTo(View):
    """``pjsip_fromto_hdr``, up to its tag."""

    _fields_ = (("header", Header), ("uri", Pointer), ("tag", String))


class RxData(View):
    """``pjsip_rx_data``, up to the headers that are read."""

    _fields_ = (
        ("pool", Pointer),
        ("transport", Pointer),
        ("transport_data", Pointer),
        ("operation_key", _IOQUEUE_KEY),
        ("operation_data", Pointer),
        ("seconds", ctypes.c_long),
        ("milliseconds", ctypes.c_long),
        ("packet", ctypes.c_byte * _MAX_PACKET),
        ("zero", ctypes.c_uint32),
        ("packet_length", ctypes.c_ssize_t),
        ("source", _SOCKET_ADDRESS),
        ("source_length", ctypes.c_int),
        ("source_name", _IPV6_TEXT),
        ("source_port", ctypes.c_int),
        ("text", Pointer),
        ("length", ctypes.c_int),
        ("message", ctypes.POINTER(Message)),
        ("info", Pointer),
        ("call_id", ctypes.POINTER(CallId)),
        ("from_", ctypes.POINTER(FromTo)),
        ("to", ctypes.POINTER(FromTo)),
        ("via", Pointer),
        ("cseq", ctypes.POINTER(CSeq)),
        ("max_forwards", Pointer),
        ("route", Pointer),
        ("record_route", Pointer),
        ("content_type", Pointer),
        ("content_length", Pointer),
        ("require", Pointer),
        ("supported", Pointer),
        ("parse_errors_previous", Pointer),
        ("parse_errors_next", Pointer),
    )

    def raw(self) -> bytes:
        """Return the message as received."""
        return ctypes.string_at(self.text, self.length)

    @property
    def peer(self) -> str:
        """The address it came from, ``127.0.0.1:5070``."""
        return f"{self.source_name.decode()}:{self.source_port}"


class TxData(View):
    """``pjsip_tx_data``, up to the text that is sent."""

    _fields_ = (
        ("previous", Pointer),
        ("next", Pointer),
        ("pool", Pointer),
        ("object_name", ctypes.c_char * 32),
        ("info", Pointer),
        ("seconds", ctypes.c_long),
        ("milliseconds", ctypes.c_long),
        ("manager", Pointer),
        ("operation_key", _IOQUEUE_KEY),
        ("operation_data", Pointer),
        ("operation_token", Pointer),
        ("operation_callback", Pointer),
        ("lock", Pointer),
        ("message", ctypes.POINTER(Message)),
        ("strict_route", Pointer),
        ("start", Pointer),
        ("current", Pointer),
        ("end", Pointer),
    )

    def raw(self) -> bytes:
        """Return the message as it is sent."""
        return ctypes.string_at(self.start, self.current - self.start) if self.start else b""


def call_id(message: RxData) -> str:
    """Return the Call-ID of a received message."""
    return str(message.call_id.contents.id.raw(), "utf-8", "backslashreplace")


# The message that the check has the library parse and answer.
_SAMPLE = (
    b"INFO sip:b@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKlayout\r\n"
    b"From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:b@127.0.0.1>\r\nCall-ID: layout@check\r\n"
    b"CSeq: 4711 INFO\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody"
)
_RIGHT = (REQUEST, b"INFO", b"layout@check", 4711, b"INFO", b"1", b"", b"body")
_ANSWER = 486


class LayoutError(Exception):
    """The library has another layout of its structures."""


def check_layout(endpoint: int, shape: type[RxData] = RxData) -> None:
    """Have the library parse and answer a message; raise ``LayoutError`` if the layout differs.

    ``shape``: the structure of received messages to check.
    """
    with _pool() as pool:
        packet = ctypes.create_string_buffer(_SAMPLE)
        received = _parsed(pool, packet, shape)
        _compare("a received message", _seen(received), _RIGHT)
        sent = ctypes.POINTER(TxData)()
        status = stack.pjsip_endpt_create_response(
            Pointer(endpoint), ctypes.byref(received), _ANSWER, None, ctypes.byref(sent)
        )
        check(status, "a response")
        try:
            stack.pjsip_tx_data_encode(sent)
            answer = sent.contents.message.contents
            _compare("a sent message", (answer.kind, answer.line.status.code), (RESPONSE, _ANSWER))
            _compare("the text of one", sent.contents.raw()[:11], b"SIP/2.0 486")
        finally:
            stack.pjsip_tx_data_dec_ref(sent)


def _parsed(pool: int, packet: ctypes.Array[ctypes.c_char], shape: type[RxData]) -> RxData:
    # Larger than the known structure: the library may write behind that.
    room = ctypes.create_string_buffer(2 * ctypes.sizeof(shape))
    received = shape.from_buffer(room)
    received.pool = pool
    errors = received.address + shape.parse_errors_previous.offset
    received.parse_errors_previous = received.parse_errors_next = errors
    size = ctypes.c_size_t(len(_SAMPLE))
    parsed = stack.pjsip_parse_rdata(packet, size, ctypes.byref(received))
    if not parsed:
        raise LayoutError("the library cannot parse a message")
    if received.parse_errors_next != errors:
        raise LayoutError("the library lists errors elsewhere")
    received.message = ctypes.cast(parsed, ctypes.POINTER(Message))
    return received


def _seen(received: RxData) -> object:
    if not (received.call_id and received.cseq):
        return "no headers"
    message, cseq = received.message.contents, received.cseq.contents
    identity, method = received.call_id.contents.id.raw(), cseq.method.name.raw()
    tags = received.from_.contents.tag.raw(), received.to.contents.tag.raw()
    called = message.line.request.method.name.raw()
    body = message.body.contents.raw() if message.body else None
    return message.kind, called, identity, cseq.number, method, *tags, body


def _compare(what: str, seen: object, right: object) -> None:
    if seen != right:
        raise LayoutError(f"{what} is laid out otherwise: {seen!r}, not {right!r}")


@contextmanager
def _pool() -> Iterator[int]:
    pool = stack.pjsua_pool_create(b"layout", ctypes.c_size_t(8000), ctypes.c_size_t(8000))
    try:
        yield pool
    finally:
        stack.pj_pool_release(Pointer(pool))


stack.pjsua_pool_create.restype = Pointer
stack.pjsip_parse_rdata.restype = Pointer
