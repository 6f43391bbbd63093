"""One call of the stack: what happens on it is handed to the user agent."""

import re
from typing import TYPE_CHECKING

import pjsua2 as pj

from sipflow.protocol.sdp import MediaDirection
from sipflow.protocol.sip import party
from sipflow.worker.ua.pjsua.account import Account
from sipflow.worker.ua.pjsua.late_offer import prepare_media
from sipflow.worker.ua.pjsua.received import received_text
from sipflow.worker.ua.pjsua.received_message import received_message

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

_TRYING = 100
_LOWEST_FINAL = 200
_OF_TRANSFERS = ("REFER", "NOTIFY")
# The methods that negotiate media.
OFFERING = ("INVITE", "UPDATE")
# As many as a call may be sent on: what has been tried does not come again, but who answers may
# make up new addresses without end.
_MOST_REDIRECTIONS = 10
_NOT_ACCEPTABLE = 488
_CONTACT = re.compile(r"^(?:contact|m)[ \t]*:(.*)", re.IGNORECASE | re.MULTILINE)
_URI = re.compile(r"sips?:[^\s<>,]+", re.IGNORECASE)


def _carries_sdp(message: str) -> bool:
    head, _, body = message.partition("\r\n\r\n")
    return bool(body) and "application/sdp" in head.lower()


def _contact(prm: pj.OnCallRedirectedParam) -> str:
    """Return where a call is sent on; what the stack itself says of that lacks the port."""
    target, message = str(prm.targetUri), received_message(prm.e)
    uris: list[str] = [uri for line in _CONTACT.findall(message) for uri in _URI.findall(line)]
    return next((uri for uri in uris if party(uri) == party(target)), target)


class Call(pj.Call):
    """One call of the stack: hands what happens on it to the user agent.

    ``message``: what was received with its latest state; ``heard_last``: what was received last.
    """

    def __init__(
        self, agent: "PjsuaUserAgent", account: Account, key: str, slot: int = pj.PJSUA_INVALID_ID
    ) -> None:
        super().__init__(account, slot)
        self._agent = agent
        # Whether the first answer to our INVITE has come; there is none where it was not ours.
        self._heard = slot != pj.PJSUA_INVALID_ID
        self.account = account
        self.key = key
        self.peer = ""
        self.slot = slot
        self.makes = slot == pj.PJSUA_INVALID_ID
        self.confirmed = False
        # In the confirmed dialog: INVITEs of ours that are not answered, whether one of the other
        # side's is not through yet, and the offer that came in.
        self.inviting = 0
        self.invited = False
        self.offered = False
        self.offer: MediaDirection | None = None
        self.closing = False
        self.over = False
        self.code: int | None = None
        self.reason = ""
        self.redirection: tuple[int, str] | None = None
        self.sends_info = False
        # What stands for transfers; see ``transfers``.
        self.predecessor: Call | None = None
        self.successor: Call | None = None
        self.leaving = False
        self.bye_sent: float | None = None
        self.referring = False
        self.follows = False
        self._redirections = 0
        # Whether an answer of ours has carried SDP, and whether the last one that came did.
        self.early_media = False
        self.sdp_heard = False
        self.message = ""
        self.heard_last = ""

    @property
    def negotiating(self) -> bool:
        """Whether a re-INVITE is under way, on which no other may follow (RFC 3261 §14.1)."""
        return self.invited or self.inviting > 0

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        early = info.state == pj.PJSIP_INV_STATE_EARLY
        message = received_message(prm.e) if early or self._agent.wants_messages else ""
        self.sdp_heard = early and _carries_sdp(message)
        self.message = message if self._agent.wants_messages else ""
        self.heard_last = self.message or self.heard_last
        self._agent.state_changed(self, info)

    def onCallRxOffer(self, prm: pj.OnCallRxOfferParam) -> None:
        info = self.getInfo()
        early = info.state == pj.PJSIP_INV_STATE_EARLY
        if early and not info.media and not info.provMedia and not prepare_media(info):
            prm.statusCode = _NOT_ACCEPTABLE

    def onInstantMessage(self, prm: pj.OnInstantMessageParam) -> None:
        self._agent.text_received(prm, self)

    def onInstantMessageStatus(self, prm: pj.OnInstantMessageStatusParam) -> None:
        self._agent.text_answered(prm.userData, prm.code, prm.reason)

    def onStreamDestroyed(self, prm: pj.OnStreamDestroyedParam) -> None:
        self._agent.ears.stream_ends(self, prm.streamIdx)

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:
        if self.follows and not self.closing and self._redirections < _MOST_REDIRECTIONS:
            self._redirections += 1
            self._agent.redirected(self, _contact(prm))
            return int(pj.PJSIP_REDIRECT_ACCEPT)
        # A 3xx is an answer like any other; the stack would report 487 for one not followed.
        transaction = prm.e.body.tsxState.tsx
        self.redirection = transaction.statusCode, received_text(transaction.statusText)
        return int(pj.PJSIP_REDIRECT_STOP)

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
        if self._heard and not (self.confirmed or self.sends_info):
            return  # before there is a dialog nobody transfers it
        change = prm.e.body.tsxState
        transaction = change.tsx
        method = transaction.method
        if self.confirmed and method in OFFERING:
            self._agent.reinvites.transaction(self, change)
        # Half a minute after its answer a transaction times out, and is told of at whatever call
        # has the slot by then: only what is received counts.
        if change.type != pj.PJSIP_EVENT_RX_MSG:
            return
        if self.sends_info:
            self._look_for_answered_info(transaction)
        if method in _OF_TRANSFERS:
            message = received_message(prm.e)
            self._agent.transfers.received(self, method, transaction.statusCode, message)
        if self._heard:
            return
        if transaction.role == pj.PJSIP_ROLE_UAC and transaction.statusCode >= _TRYING:
            self._heard = True
            if transaction.statusCode == _TRYING:
                self._agent.heard(self)

    def _look_for_answered_info(self, transaction: pj.SipTransaction) -> None:
        answered = transaction.statusCode >= _LOWEST_FINAL
        if answered and transaction.role == pj.PJSIP_ROLE_UAC and transaction.method == "INFO":
            self._agent.info_answered(self, transaction.statusCode, transaction.statusText)

    # Told of each call several times, and of no interest: without these the stack's own would be
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
