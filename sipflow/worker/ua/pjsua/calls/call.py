"""One call of the stack: passes its callbacks to the user agent."""

import ctypes
import re
from typing import TYPE_CHECKING

import pjsua2 as pj

from sipflow.sip.sdp import MediaDirection
from sipflow.sip.session_answer import fault_of
from sipflow.sip.uri import party
from sipflow.worker.ua.pjsua.calls.account import Account
from sipflow.worker.ua.pjsua.calls.causes import Cause, ending
from sipflow.worker.ua.pjsua.stack.late_offer import prepare_media
from sipflow.worker.ua.pjsua.stack.library import stack
from sipflow.worker.ua.pjsua.stack.received import received_message, received_text

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

_TRYING = 100
_LOWEST_FINAL = 200
_OF_TRANSFERS = ("REFER", "NOTIFY")
# The methods that negotiate media.
OFFERING = ("INVITE", "UPDATE")
# The most places that a call is sent to: each is tried once, but the peers that redirect it may
# make up new addresses without end.
_MOST_REDIRECTIONS = 10
_NOT_ACCEPTABLE = 488
_CONNECTING, _CONFIRMED = pj.PJSIP_INV_STATE_CONNECTING, pj.PJSIP_INV_STATE_CONFIRMED
# The codes with which the stack itself ends a call that has no audio.
_WITHOUT_MEDIA = (406, 415, 488)
# An object of the stack has the number of its slot behind two addresses.
_SLOT_OF_OBJECT = 16
# The header of a provisional response that is acknowledged by a PRACK (RFC 3262 §7.1).
_RELIABLE = "\r\nrseq:"
# Requests that begin or end a dialog, or belong to such; all others are requests in one.
_OF_THE_CALL = ("INVITE", "CANCEL", "ACK")
_BYE = "BYE"
_CONTACT = re.compile(r"^(?:contact|m)[ \t]*:(.*)", re.IGNORECASE | re.MULTILINE)
_ROUTE = re.compile(r"^Route[ \t]*:[ \t]*<(.*?)>", re.IGNORECASE | re.MULTILINE)
_URI = re.compile(r"sips?:[^\s<>,]+", re.IGNORECASE)


def _carries_sdp(message: str) -> bool:
    head, _, body = message.partition("\r\n\r\n")
    return bool(body) and "application/sdp" in head.lower()


def _places(message: str) -> list[str]:
    """Return the URIs of the Contacts of a message."""
    return [uri for line in _CONTACT.findall(message) for uri in _URI.findall(line)]


stack.pjsua_call_get_user_data.restype = ctypes.c_void_p


def _is_bye_received(event: pj.SipEvent) -> bool:
    if event.type != pj.PJSIP_EVENT_TSX_STATE:
        return False
    transaction = event.body.tsxState.tsx
    return bool(transaction.role == pj.PJSIP_ROLE_UAS and transaction.method == _BYE)


def _unsent(event: pj.SipEvent) -> str:
    """Return where an ACK could not be sent, empty if it was: it has an address then."""
    if event.type != pj.PJSIP_EVENT_TX_MSG:
        return ""
    ack = event.body.txMsg.tdata
    if ack.dstAddress:
        return ""
    text = received_text(ack.wholeMsg)
    route = _ROUTE.search(text)
    return route[1] if route is not None else text.split(" ", 2)[1]


class Call(pj.Call):
    """One call of the stack: passes its callbacks to the user agent.

    ``message``: the message received with its latest state; ``last_received``: the latest received.
    ``unsent``: where its ACK could not be sent, empty if it was.
    """

    def __init__(
        self, agent: "PjsuaUserAgent", account: Account, key: str, slot: int = pj.PJSUA_INVALID_ID
    ) -> None:
        super().__init__(account, slot)
        self._agent = agent
        # Whether the first response to our INVITE has come; True where the INVITE was not ours.
        self._responded = slot != pj.PJSUA_INVALID_ID
        self.account = account
        self.key = key
        self.peer = ""
        self.slot = slot
        self.makes = slot == pj.PJSUA_INVALID_ID
        self.confirmed = False
        # The stack's own code of its latest state.
        self.last_code = 0
        # Requests of ours in the dialog that may have no final response yet, BYEs left out.
        self.requests: set[int] = set()
        self.asks_early = False
        # In the confirmed dialog: our pending requests that offer media, by method, whether an
        # INVITE of the peer is not complete yet, and the offer that was received.
        self.inviting: dict[str, int] = {}
        self.invited = False
        self.offered = False
        self.offer: MediaDirection | None = None
        self.closing = False
        # The dialog of a closing call, where the stack keeps it until the call is over.
        self.dialog: int | None = None
        self.over = False
        self.identity = b""
        self.cause = Cause()
        # The failure that it ends with unless it is redirected once more.
        self.redirection: Cause | None = None
        self.sends_info = False
        # For transfers; see ``transfers``.
        self.predecessor: Call | None = None
        self.successor: Call | None = None
        self.leaving = False
        self.bye_sent: float | None = None
        self.unsent = ""
        # Whether a 2xx of ours has been sent, and a BYE came before its ACK.
        self.awaits_ack = self.bye_for_ack = False
        self.referring = False
        self.refer_answer: int | None = None
        self.follows = False
        self._redirections = 0
        # All Contacts of a 3xx: after a failure the next of them is tried.
        self._contacts: list[str] = []
        # Whether a response of ours has carried SDP, and whether the last received one did.
        self.early_media = False
        self.sdp_received = False
        self.message = ""
        self.last_received = ""
        # The 2xx or ACK with the SDP answer, and why that led to no audio, if it did not.
        self.answered_by = ""
        self.fault = ""

    @property
    def was_redirected(self) -> bool:
        """Whether its INVITE has been redirected and has no 2xx yet."""
        return self._redirections > 0 and not self.confirmed

    @property
    def negotiating(self) -> bool:
        """Whether a re-INVITE is under way, on which no other may follow (RFC 3261 §14.1)."""
        return self.invited or bool(self.inviting)

    def has_call_id(self, call_id: str) -> bool:
        """Return whether its dialog has this Call-ID; False before and after the dialog."""
        try:
            return bool(self.getInfo().callIdString == call_id)
        except pj.Error:
            return False

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        state, keeps_messages = info.state, self._agent.wants_messages
        self.last_code = info.lastStatusCode
        early = state == pj.PJSIP_INV_STATE_EARLY
        # In these states a 2xx has come, or an ACK; the others of the two come with what is sent.
        answering = state == (_CONNECTING if self.makes else _CONFIRMED)
        wanted = (early and self.makes) or answering or keeps_messages
        message = received_message(prm.e) if wanted else ""
        if answering and message:
            self.answered_by = message
        if state == _CONFIRMED and self.makes:
            self.unsent = _unsent(prm.e)
        self.sdp_received = early and _carries_sdp(message)
        self.asks_early = self.asks_early or (early and _RELIABLE in message.lower())
        self.message = message if keeps_messages else ""
        self.last_received = self.message or self.last_received
        if state == _CONNECTING:
            self.awaits_ack = not self.makes
        if state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.closing:
            waited = self.awaits_ack and not self.confirmed
            self.bye_for_ack = waited and _is_bye_received(prm.e)
            cause = ending(prm.e, info.lastStatusCode, received_text(info.lastReason))
            no_media = cause.code is None and info.lastStatusCode in _WITHOUT_MEDIA
            fault = (self.fault or self.answer_fault()) if no_media else ""
            self.cause = cause._replace(text=fault) if fault else cause
        self._agent.state_changed(self, info)

    def answer_fault(self) -> str:
        """Return what is wrong with the SDP answer in the 2xx or ACK, as far as is known."""
        return fault_of(self.answered_by, self._agent.reinvites.codecs)

    def onCallRxOffer(self, prm: pj.OnCallRxOfferParam) -> None:
        info = self.getInfo()
        early = info.state == pj.PJSIP_INV_STATE_EARLY
        if early and not info.media and not info.provMedia and not prepare_media(info):
            prm.statusCode = _NOT_ACCEPTABLE

    def onInstantMessage(self, prm: pj.OnInstantMessageParam) -> None:
        self._agent.text_received(prm, self)

    def onStreamDestroyed(self, prm: pj.OnStreamDestroyedParam) -> None:
        self._agent.meter.stream_ends(self, prm.streamIdx)

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:
        if self.follows and not self.closing and self._redirections < _MOST_REDIRECTIONS:
            self._redirections += 1
            self.redirection = None
            self._agent.redirected(self, self._place(prm))
            return int(pj.PJSIP_REDIRECT_ACCEPT)
        # A 3xx is a response like any other; the stack would report 487 for one not followed.
        transaction = prm.e.body.tsxState.tsx
        self.redirection = Cause(transaction.statusCode, received_text(transaction.statusText))
        return int(pj.PJSIP_REDIRECT_STOP)

    def _place(self, prm: pj.OnCallRedirectedParam) -> str:
        """Return where the call is redirected; the stack's own text for that lacks the port."""
        self._contacts += _places(received_message(prm.e))
        target = next(iter(_URI.findall(prm.targetUri)), prm.targetUri)
        return next((uri for uri in self._contacts if party(uri) == party(target)), target)

    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:
        self._agent.transfers.requested(self, prm)

    def onCallTransferStatus(self, prm: pj.OnCallTransferStatusParam) -> None:
        if prm.finalNotify:
            self._agent.transfers.refer_decided(self, prm.statusCode, prm.reason)

    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:
        self._agent.transfers.replacement_requested(self, prm)

    def onCallReplaced(self, prm: pj.OnCallReplacedParam) -> None:
        self._agent.transfers.replaced(self, prm.newCallId)

    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:
        if self._responded and not (self.confirmed or self.sends_info or self.asks_early):
            return  # before there is a dialog there are no requests in it
        change = prm.e.body.tsxState
        transaction = change.tsx
        method = transaction.method
        if method != _BYE and (self.confirmed or method not in _OF_THE_CALL):
            self._follow(change)
        if self.confirmed and method in OFFERING:
            self._agent.reinvites.transaction(self, change)
        # Half a minute after its answer a transaction times out, and is reported at the call that
        # has the slot by then: only received messages count.
        if change.type != pj.PJSIP_EVENT_RX_MSG:
            return
        if self.sends_info:
            self._look_for_answered_info(transaction)
        if method in _OF_TRANSFERS:
            message = received_message(prm.e)
            self._agent.transfers.received(self, method, transaction.statusCode, message)
        if self._responded:
            return
        if transaction.role == pj.PJSIP_ROLE_UAC and transaction.statusCode >= _TRYING:
            self._responded = True
            if transaction.statusCode == _TRYING:
                self._agent.trying_received(self)

    def _follow(self, change: pj.TsxStateEvent) -> None:
        """Record a request of ours in the dialog while it may be without a response."""
        transaction = change.tsx
        if transaction.role != pj.PJSIP_ROLE_UAC:
            return
        identity = int(transaction.pjTransaction)
        if transaction.state < pj.PJSIP_TSX_STATE_PROCEEDING:
            self.requests.add(identity)
        elif transaction.state >= pj.PJSIP_TSX_STATE_COMPLETED:
            self.requests.discard(identity)
        if transaction.method == "MESSAGE":
            self._agent.text_progressed(change)

    def detach(self) -> None:
        """Let the object forget its slot, which belongs, or will belong, to another call.

        Else its end would end that call. No method of the call may be used any more.
        """
        slot, address = self.getId(), int(self.this)
        place = ctypes.c_int.from_address(address + _SLOT_OF_OBJECT)
        if slot == pj.PJSUA_INVALID_ID or place.value != slot:
            return
        if stack.pjsua_call_get_user_data(slot) == address:
            stack.pjsua_call_set_user_data(slot, None)
        place.value = pj.PJSUA_INVALID_ID

    def _look_for_answered_info(self, transaction: pj.SipTransaction) -> None:
        answered = transaction.statusCode >= _LOWEST_FINAL
        if answered and transaction.role == pj.PJSIP_ROLE_UAC and transaction.method == "INFO":
            self._agent.info_answered(self, transaction.statusCode, transaction.statusText)

    # Called for each call several times, and not needed: without these the stack's own would be
    # called through Python and back.

    def onCallMediaTransportState(self, prm: pj.OnCallMediaTransportStateParam) -> None:
        pass

    def onCallSdpCreated(self, prm: pj.OnCallSdpCreatedParam) -> None:
        pass

    def onStreamPreCreate(self, prm: pj.OnStreamPreCreateParam) -> None:
        pass

    def onStreamCreated(self, prm: pj.OnStreamCreatedParam) -> None:
        pass

    def onCreateMediaTransport(self, prm: pj.OnCreateMediaTransportParam) -> None:
        pass

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:
        self._agent.media_changed(self)

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        self._agent.digit_received(self, prm.digit, prm.method)
