"""Messages that the stack cannot parse, before any module sees them: repaired, or reported.

The transport manager reports a dropped message while the datagram still lies in its buffer. If only
a header that is not needed is malformed, the message is put there without it, and is received anew.
"""

import ctypes
from collections.abc import Iterator

from sipflow.worker.ua.pjsua.calls.refusals import RejectedInvites
from sipflow.worker.ua.pjsua.stack.layout import Pointer, RxData, String, View
from sipflow.worker.ua.pjsua.stack.library import stack
from sipflow.worker.ua.pjsua.stack.stack_module import StackModule
from sipflow.worker.ua.refusal_reasons import sender
from sipflow.worker.ua.unreadable import (
    Readable,
    subject,
    what_is_wrong,
    with_other_target,
    without_unreadable,
)

_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_size_t)
_LONGEST = 65_535
# Keep-alive bytes of a connection may stand before a message.
_BLANK = b"\r\n\0 \t"
_MOST_BLANKS = 64


class _Dropped(View):
    """``pjsip_tp_dropped_data``."""

    _fields_ = (
        ("transport", Pointer),
        ("data", Pointer),
        ("length", ctypes.c_size_t),
        ("status", ctypes.c_int),
    )


class _ParseError(View):
    """``pjsip_parser_err_report``."""

    _fields_ = (
        ("previous", Pointer),
        ("next", Pointer),
        ("exception", ctypes.c_int),
        ("line", ctypes.c_int),
        ("column", ctypes.c_int),
        ("name", String),
    )


class Dropped:
    """Handles dropped messages; ``mended``: how the current message was repaired, if it was."""

    def __init__(self, refusals: RejectedInvites, module: StackModule) -> None:
        self._refusals = refusals
        self._module = module
        self.mended: Readable | None = None
        # An error raised while a message was examined, until it is raised again.
        self.failure: Exception | None = None
        self._callback: object = None  # the stack has its address for as long as it lives
        self._manager = Pointer()

    def begin(self) -> None:
        """Begin to receive dropped messages; the layout of messages has been checked."""
        self._callback = _CALLBACK(self._received)
        self._manager = Pointer(stack.pjsip_endpt_get_tpmgr(Pointer(stack.pjsua_get_pjsip_endpt())))
        stack.pjsip_tpmgr_set_drop_data_cb(self._manager, self._callback)

    def _received(self, address: int) -> None:
        try:
            self._look(_Dropped.from_address(address))
        except Exception as failure:
            self.failure = self.failure or failure

    def _look(self, dropped: _Dropped) -> None:
        text = ctypes.string_at(dropped.data, min(dropped.length, _LONGEST))
        if not text.strip(_BLANK):
            return
        packet = _packet(dropped)
        errors = list(_errors(packet)) if packet and packet.message else []
        if packet and self.mended is None:
            has_line = bool(packet.message)
            mended = without_unreadable(text, errors) if has_line else with_other_target(text)
            if mended is not None and len(mended.text) < ctypes.sizeof(packet.packet):
                self._receive(packet, mended)
                return
        method, response = subject(text)
        peer = packet.peer if packet else sender(text.decode("utf-8", "backslashreplace"))
        self._refusals.unreadable(peer, method, response, what_is_wrong(text, errors), text)

    def _receive(self, packet: RxData, readable: Readable) -> None:
        ctypes.memmove(ctypes.addressof(packet.packet), readable.text, len(readable.text))
        packet.packet_length = len(readable.text)
        self.mended = readable
        self._module.looks_at_all = True
        try:
            stack.pjsip_tpmgr_receive_packet(self._manager, ctypes.byref(packet))
        finally:
            self.mended = None
            self._module.looks_at_all = False


def _packet(dropped: _Dropped) -> RxData | None:
    """Return the packet of the message, None if the message is not at its beginning."""
    for blanks in range(_MOST_BLANKS):
        packet = RxData.from_address(dropped.data - RxData.packet.offset - blanks)
        if packet.transport == dropped.transport:
            is_whole = packet.packet_length == dropped.length + blanks
            return packet if is_whole else None
        if ctypes.string_at(dropped.data - blanks - 1, 1) not in (b"\r", b"\n"):
            break
    return None


def _errors(packet: RxData) -> Iterator[tuple[bytes, int]]:
    end = packet.address + RxData.parse_errors_previous.offset
    at = packet.parse_errors_next
    while at and at != end:
        error = _ParseError.from_address(at)
        yield error.name.raw(), error.line
        at = error.next


stack.pjsip_endpt_get_tpmgr.restype = Pointer
stack.pjsip_tpmgr_receive_packet.restype = ctypes.c_ssize_t
