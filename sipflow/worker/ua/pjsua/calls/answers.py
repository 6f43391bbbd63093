"""Stateless responses to requests, sent without the stack's own modules."""

import ctypes
from collections.abc import Iterable

from sipflow.worker.ua.pjsua.stack.layout import Header, Pointer, RxData, String
from sipflow.worker.ua.pjsua.stack.library import check, stack

# The methods that our user agents understand, as in their own INVITEs.
ALLOW = (
    "Allow",
    "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY, MESSAGE",
)
ACCEPT = ("Accept", "application/sdp, application/dtmf-relay, text/plain")
SUPPORTED = ("Supported", "replaces, 100rel, timer, norefersub")


def answer(
    request: RxData, code: int, phrase: str = "", headers: Iterable[tuple[str, str]] = ()
) -> None:
    """Answer a received request, with the code's usual phrase unless another is given."""
    first = Header()
    first.previous = first.next = first.address
    kept = [text.encode() for pair in headers for text in pair]
    strings = [_string(text) for text in kept]
    for name, value in zip(strings[::2], strings[1::2], strict=True):
        header = stack.pjsip_generic_string_hdr_create(
            Pointer(request.pool), ctypes.byref(name), ctypes.byref(value)
        )
        stack.pj_list_insert_before(ctypes.byref(first), Pointer(header))
    said = phrase.encode()
    status = stack.pjsip_endpt_respond_stateless(
        Pointer(stack.pjsua_get_pjsip_endpt()),
        ctypes.byref(request),
        code,
        ctypes.byref(_string(said)) if said else None,
        ctypes.byref(first) if kept else None,
        None,
    )
    check(status, "an answer")


def _string(text: bytes) -> String:
    return String(ctypes.cast(ctypes.c_char_p(text), Pointer), len(text))


stack.pjsip_generic_string_hdr_create.restype = Pointer
