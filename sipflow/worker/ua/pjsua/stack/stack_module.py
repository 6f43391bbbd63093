"""A module of the stack: sees each SIP message before the stack does, and as it is sent.

The stack passes a received message from module to module, the lowest priority first, and a sent one
the other way round. A module at ``FIRST`` stands before all of the stack's own: a message that it
consumes goes no further, and of a sent message it sees the final text. One at ``LAST`` gets the
requests that no other module has handled.

A Python function that the stack calls cannot raise: its exception is kept, and raised again by
``raise_failure`` in the loop.
"""

import ctypes
import struct
import sys
from collections.abc import Callable

from sipflow.worker.ua.pjsua.stack.layout import (
    MEMORY,
    LayoutError,
    Pointer,
    RxData,
    TxData,
    check_layout,
)
from sipflow.worker.ua.pjsua.stack.library import Text, check, stack

# Before the stack's own modules, the first of which, at 8, prints what is sent; and after them.
FIRST, LAST = 4, 99
_NOT_REGISTERED = -1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_size_t)
_PASS, _KEEP = 0, 1
_word = struct.Struct("=Q").unpack_from

Glances = Callable[[int], bool]
SeesReceived = Callable[[RxData], bool]
SeesSent = Callable[[TxData], None]


class _Module(ctypes.Structure):
    """``pjsip_module``."""

    _fields_ = (
        ("previous", Pointer),
        ("next", Pointer),
        ("name", Text),
        ("id", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("load", Pointer),
        ("start", Pointer),
        ("stop", Pointer),
        ("unload", Pointer),
        ("on_rx_request", _CALLBACK),
        ("on_rx_response", _CALLBACK),
        ("on_tx_request", _CALLBACK),
        ("on_tx_response", _CALLBACK),
        ("on_tsx_state", Pointer),
    )


class StackModule:
    """Calls one function for each message of a kind; a kind without one costs nothing.

    ``received_request``, ``received_response``: return whether the message goes no further.
    ``sent_request``, ``sent_response``: get retransmitted messages again.
    ``watches_responses``: sees each response before that, and consumes none.
    ``is_ordinary_…``: gets the address of a received message, and lets an ordinary one through.
    ``ordinary_sent``: beginnings of sent messages to let through; neither while ``looks_at_all``.
    All are set before ``register``; their arguments are valid only while they are called.
    """

    def __init__(self, priority: int = FIRST, shape: type[RxData] = RxData) -> None:
        self._priority = priority
        self.is_ordinary_request: Glances | None = None
        self.is_ordinary_response: Glances | None = None
        self.ordinary_sent: tuple[bytes, ...] = ()
        self.looks_at_all = False
        self._shape = shape
        self.received_request: SeesReceived | None = None
        self.received_response: SeesReceived | None = None
        self.watches_responses: Callable[[RxData], None] | None = None
        self.sent_request: SeesSent | None = None
        self.sent_response: SeesSent | None = None
        # The exception of a function; until it is raised again, later ones are not kept.
        self.failure: Exception | None = None
        self._module: _Module | None = None  # the stack has its address for as long as it lives

    def register(self) -> None:
        """Begin to see messages, unless the library has another memory layout.

        The worker's log says so then: the stack works without, but may crash at some messages.
        """
        endpoint = stack.pjsua_get_pjsip_endpt()
        try:
            check_layout(endpoint, self._shape)
        except LayoutError as error:
            sys.stderr.write(f"sipflow does not look at SIP messages before the stack: {error}\n")
            return
        name = b"mod-sipflow-%d" % self._priority
        module = _Module(
            name=Text(name, len(name)),
            id=_NOT_REGISTERED,
            priority=self._priority,
            on_rx_request=self._receiving(self.received_request, self.is_ordinary_request),
            on_rx_response=self._receiving(
                self.received_response, self.is_ordinary_response, self.watches_responses
            ),
            on_tx_request=self._sending(self.sent_request),
            on_tx_response=self._sending(self.sent_response),
        )
        status = stack.pjsip_endpt_register_module(Pointer(endpoint), ctypes.byref(module))
        check(status, "a module of the stack")
        self._module = module

    @property
    def is_registered(self) -> bool:
        """Whether it sees messages."""
        return self._module is not None

    def raise_failure(self) -> None:
        """Raise the kept exception of a function, if there is one."""
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure

    def _receiving(
        self,
        see: SeesReceived | None,
        glances: Glances | None,
        watch: Callable[[RxData], None] | None = None,
    ) -> object:
        if see is None and watch is None:
            return _CALLBACK()
        at = self._shape.from_address

        def received(address: int) -> int:
            try:
                if watch is not None:
                    watch(at(address))
                if see is None:
                    return _PASS
                if glances is not None and not self.looks_at_all and glances(address):
                    return _PASS
                return _KEEP if see(at(address)) else _PASS
            except Exception as failure:
                self.failure = self.failure or failure
                return _PASS

        return _CALLBACK(received)

    def _sending(self, see: SeesSent | None) -> object:
        if see is None:
            return _CALLBACK()
        seen, at, ordinary = see, TxData.from_address, self.ordinary_sent
        word, text = _word, TxData.start.offset
        beginning = struct.Struct(f"={_longest(ordinary)}s").unpack_from

        def sent(address: int) -> int:
            try:
                (start,) = beginning(MEMORY, *word(MEMORY, address + text))
                if start.startswith(ordinary) and not self.looks_at_all:
                    return _PASS
                seen(at(address))
            except Exception as failure:
                self.failure = self.failure or failure
            return _PASS

        return _CALLBACK(sent)


def _longest(ordinary: tuple[bytes, ...]) -> int:
    return max(map(len, ordinary), default=0)


stack.pjsua_get_pjsip_endpt.restype = Pointer
