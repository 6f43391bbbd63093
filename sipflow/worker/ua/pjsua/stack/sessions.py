"""The invite session and the dialog behind each call, in the stack's own tables, and their end.

The stack identifies a call by the number of its slot, which the next call gets, but parts of the
call live longer: a request without an answer for half a minute, a dialog for as long as its last
transaction. Law: before a dialog is released its requests are withdrawn, it has no credentials left
to repeat one with, and nothing in it refers to a slot any more. So late messages touch no call.

The structures read here are those of pjproject 2.15 as it is built for the package. Whether they
are laid out so is checked at the start (``find``); otherwise nothing is read.

Sources: pjproject's ``pjsua-lib/pjsua_internal.h``, ``pjsip-ua/sip_inv.h``, ``pjsip/sip_dialog.h``
and ``sip_transaction.h``.
"""

import ctypes
import struct
import sys
from collections.abc import Iterator

from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.pjsua.stack.layout import MEMORY, Pointer, TxData
from sipflow.worker.ua.pjsua.stack.library import stack

_INVITE = 0
_UAC = 0
# The states of a transaction that has begun and has no final response yet: Calling to Proceeding.
_PENDING = range(1, 4)
_WITHDRAWN = 487
_NOTIFY = 1
_PJSUA_MODULE_ID = 0x418
_TRANSACTIONS = 0x88


class _Call(ctypes.Structure):
    """The beginning of a ``pjsua_call``, and how large all of it is."""

    _fields_ = (
        ("index", ctypes.c_uint),
        ("setting", ctypes.c_byte * 108),
        ("session", Pointer),
        ("user_data", Pointer),
        ("rest", ctypes.c_byte * 21376),
    )


_SESSION, _SIZE = _Call.session.offset, ctypes.sizeof(_Call)
_CALLS = 0xDC60
_DIALOG_OF_SESSION = 0x78
_word = struct.Struct("=Q").unpack_from
_LAST_ACK = 0xB0
_AUTHENTICATION = 0x238


class _Transaction(ctypes.Structure):
    """The beginning of a ``pjsip_transaction``."""

    _fields_ = (
        ("until_role", ctypes.c_byte * 0x50),
        ("role", ctypes.c_int),
        ("until_method", ctypes.c_byte * 4),
        ("method", ctypes.c_int),
        ("until_state", ctypes.c_byte * 0x6C),
        ("state", ctypes.c_int),
    )


class _Iterator(ctypes.Structure):
    """``pj_hash_iterator_t``."""

    _fields_ = (("index", ctypes.c_uint32), ("entry", Pointer))


class Sessions:
    """Finds the dialogs of the endpoint's calls, and ends them with their transactions."""

    def __init__(self) -> None:
        self._calls: ctypes.Array[_Call] | None = None
        self._start = self._module = 0

    def find(self) -> None:
        """Find the table of calls; called once the stack has one.

        If its layout is unknown, the worker's log says so, and all methods do nothing.
        """
        start = ctypes.addressof(ctypes.c_byte.in_dll(stack, "pjsua_var"))
        calls = (_Call * MAX_LEGS).from_address(start + _CALLS)
        if not all(_is_call(calls[slot], slot) for slot in range(MAX_LEGS)):
            sys.stderr.write("sipflow cannot end what calls leave in the stack: unknown layout\n")
            return
        self._calls = calls
        self._start = ctypes.addressof(calls)
        self._module = ctypes.c_int.from_address(start + _PJSUA_MODULE_ID).value

    def ack_left(self, slot: int) -> bool:
        """Return whether the last ACK of a slot's call could be sent.

        The stack serialises a message once it has a transport for it.
        """
        if self._dialog(slot) is None or self._calls is None:
            return True
        session = self._calls[slot].session
        ack = Pointer.from_address(session + _LAST_ACK).value
        return ack is None or bool(TxData.from_address(ack).start)

    def cut_off(self, slot: int, *, pending: bool) -> None:
        """End a slot's dialog before another call gets the slot.

        ``pending``: withdraw its requests without a final response.
        """
        dialog = self._dialog(slot)
        if dialog is not None:
            self._cut_off(dialog)
            if pending:
                _withdraw(dialog)

    def keep(self, slot: int, *, pending: bool) -> int | None:
        """Keep a slot's dialog until ``let_go``, and return it; ``pending``: as for ``cut_off``."""
        dialog = self._dialog(slot)
        if dialog is not None:
            stack.pjsip_dlg_inc_session(Pointer(dialog), _session_module())
            if pending:
                _withdraw(dialog)
        return dialog

    def let_go(self, dialog: int) -> None:
        """End a kept dialog; it is freed with its last transaction."""
        self._cut_off(dialog)
        _withdraw(dialog)
        stack.pjsip_dlg_dec_session(Pointer(dialog), _session_module())

    def abandon(self, slot: int) -> None:
        """End a slot's call at once, even if it waits for a response: its slot is free then.

        Its requests are not retransmitted, and later messages in its dialog reach no call.
        """
        dialog = self._dialog(slot)
        if dialog is None or self._calls is None:
            return
        session, module = Pointer(self._calls[slot].session), _session_module()
        stack.pjsip_dlg_inc_session(Pointer(dialog), module)
        stack.pjsip_inv_terminate(session, _WITHDRAWN, _NOTIFY)
        self._cut_off(dialog)
        _withdraw(dialog)
        stack.pjsip_dlg_dec_session(Pointer(dialog), module)

    def _dialog(self, slot: int) -> int | None:
        if self._calls is None or not 0 <= slot < MAX_LEGS:
            return None
        call = self._start + slot * _SIZE
        (session,) = _word(MEMORY, call + _SESSION)
        if not session:
            return None
        dialog: int = _word(MEMORY, session + _DIALOG_OF_SESSION)[0]
        if not dialog or _data(dialog, self._module) != call:
            return None
        return dialog

    def _cut_off(self, dialog: int) -> None:
        _set_data(dialog, self._module, None)
        _set_credentials(dialog + _AUTHENTICATION, 0, _NO_CREDENTIALS)


def _withdraw(dialog: int) -> None:
    """Give up the requests in a dialog that have no final response.

    An INVITE is only not retransmitted: a late response must be acknowledged (RFC 3261 §17.1.1).
    """
    for address in list(_transactions()):
        transaction = _Transaction.from_address(address)
        if transaction.role != _UAC or transaction.state not in _PENDING:
            continue
        if _dialog_of(address) != dialog:
            continue
        if transaction.method == _INVITE:
            stack.pjsip_tsx_stop_retransmit(Pointer(address))
        else:
            stack.pjsip_tsx_terminate(Pointer(address), _WITHDRAWN)


def _is_call(call: _Call, slot: int) -> bool:
    """Return whether the stack keeps a call's data where it is expected."""
    if call.index != slot or call.session:
        return False
    former, mark = call.user_data, ctypes.addressof(call)
    stack.pjsua_call_set_user_data(slot, Pointer(mark))
    found: bool = call.user_data == mark
    stack.pjsua_call_set_user_data(slot, Pointer(former))
    return found


def _transactions() -> Iterator[int]:
    """Yield the addresses of all transactions of the stack."""
    layer = stack.pjsip_tsx_layer_instance()
    table = Pointer.from_address(layer + _TRANSACTIONS)
    place = _Iterator()
    entry = stack.pj_hash_first(table, ctypes.byref(place))
    while entry:
        yield stack.pj_hash_this(table, ctypes.byref(place))
        entry = stack.pj_hash_next(table, ctypes.byref(place))


def _session_module() -> ctypes.c_void_p:
    return Pointer(stack.pjsip_inv_usage_instance())


# Never read, because there are none; the stack wants an address.
_NO_CREDENTIALS = ctypes.create_string_buffer(8)
_data = stack.pjsip_dlg_get_mod_data
_data.restype = Pointer
_data.argtypes = [Pointer, ctypes.c_int]
_set_data = stack.pjsip_dlg_set_mod_data
_set_data.argtypes = [Pointer, ctypes.c_int, Pointer]
_set_credentials = stack.pjsip_auth_clt_set_credentials
_set_credentials.argtypes = [Pointer, ctypes.c_int, Pointer]
_dialog_of = stack.pjsip_tsx_get_dlg
_dialog_of.restype = Pointer
_dialog_of.argtypes = [Pointer]
for _function in (
    stack.pjsip_tsx_layer_instance,
    stack.pjsip_inv_usage_instance,
    stack.pj_hash_first,
    stack.pj_hash_next,
    stack.pj_hash_this,
):
    _function.restype = Pointer
