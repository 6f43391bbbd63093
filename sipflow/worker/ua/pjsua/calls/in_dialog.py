"""Requests in a dialog that the stack does not answer correctly: INFO, OPTIONS and others."""

import ctypes
from typing import TYPE_CHECKING

import pjsua2 as pj

from sipflow.sip.info_digit import carries_digit, read_digit
from sipflow.worker.ua.pjsua.calls.answers import ACCEPT, ALLOW, SUPPORTED, answer
from sipflow.worker.ua.pjsua.calls.refusals import RejectedInvites
from sipflow.worker.ua.pjsua.stack.layout import Pointer, RxData, call_id
from sipflow.worker.ua.pjsua.stack.library import stack

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

_OK, _BAD_REQUEST, _NO_METHOD, _BAD_MEDIA_TYPE, _BAD_EVENT = 200, 400, 405, 415, 489
# The methods that the stack handles by itself in a dialog.
_OF_THE_STACK = (b"UPDATE", b"PRACK", b"REFER", b"NOTIFY", b"MESSAGE")
_REMEMBERED = 64


class InDialog:
    """Answers these requests; a digit in a repeated INFO is reported once."""

    def __init__(self, agent: "PjsuaUserAgent", refusals: RejectedInvites) -> None:
        self._agent = agent
        self._refusals = refusals
        self._infos: dict[tuple[bytes, int], None] = {}

    def handles(self, request: RxData, raw: bytes) -> bool:
        """Answer a request other than INVITE, ACK, BYE and CANCEL if it is one of those."""
        name = request.message.contents.line.request.method.name.raw()
        if name in _OF_THE_STACK or not _has_dialog(request):
            return False
        match name:
            case b"OPTIONS":
                answer(request, _OK, headers=(ALLOW, ACCEPT, SUPPORTED))
            case b"INFO":
                self._info(request, raw)
            case b"SUBSCRIBE":
                self._refusals.refuse(request, _BAD_EVENT, "no event package is supported")
            case _:
                self._refusals.refuse(
                    request, _NO_METHOD, "its method is not supported in a dialog"
                )
        return True

    def _info(self, request: RxData, raw: bytes) -> None:
        head, _, body = raw.partition(b"\r\n\r\n")
        if not body.strip():
            answer(request, _OK)
            return
        if not carries_digit(head):
            why = "its body is no application/dtmf-relay"
            self._refusals.refuse(request, _BAD_MEDIA_TYPE, why)
            return
        digit = read_digit(body)
        if digit is None:
            self._refusals.refuse(request, _BAD_REQUEST, "its Signal is missing or unknown")
            return
        answer(request, _OK)
        identity = request.call_id.contents.id.raw(), request.cseq.contents.number
        if digit and identity not in self._infos:
            self._infos[identity] = None
            for call in self._agent.with_call_id(call_id(request)):
                self._agent.digit_received(call, digit, pj.PJSUA_DTMF_METHOD_SIP_INFO)
        while len(self._infos) > _REMEMBERED:
            del self._infos[next(iter(self._infos))]


def _has_dialog(request: RxData) -> bool:
    local, remote = request.to.contents.tag, request.from_.contents.tag
    if not local.length:
        return False
    identity = request.call_id.contents.id
    return bool(
        stack.pjsip_ua_find_dialog(
            ctypes.byref(identity), ctypes.byref(local), ctypes.byref(remote), 0
        )
    )


stack.pjsip_ua_find_dialog.restype = Pointer
