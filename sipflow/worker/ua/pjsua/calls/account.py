"""The account of the instance: requests received outside of a call."""

from typing import TYPE_CHECKING

import pjsua2 as pj

from sipflow.worker.ua.pjsua.calls.causes import answer
from sipflow.worker.ua.pjsua.stack.received import received_message

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent


class Account(pj.Account):
    """The account of the instance: passes its callbacks to the user agent."""

    def __init__(self, agent: "PjsuaUserAgent") -> None:
        super().__init__()
        self._agent = agent

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        message = prm.rdata.wholeMsg if self._agent.wants_messages else ""
        self._agent.incoming(self, prm.callId, message)

    def onInstantMessage(self, prm: pj.OnInstantMessageParam) -> None:
        self._agent.text_received(prm, None)

    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        self._agent.registrations.answered(prm)

    def onSendRequest(self, prm: pj.OnSendRequestParam) -> None:
        transaction = prm.e.body.tsxState.tsx
        message = received_message(prm.e)
        cause = answer(transaction.statusCode, transaction.statusText, "MESSAGE", message)
        self._agent.text_answered(prm.userData, cause)
