"""One call of the stack: what happens on it is handed to the user agent."""

from typing import TYPE_CHECKING

import pjsua2 as pj

from sipflow.protocol.sdp import MediaDirection
from sipflow.worker.ua.pjsua.account import Account

if TYPE_CHECKING:
    from sipflow.worker.ua.pjsua.agent import PjsuaUserAgent

_TRYING = 100


class Call(pj.Call):
    """One call of the stack: hands what happens on it to the user agent."""

    def __init__(
        self, agent: "PjsuaUserAgent", account: Account, key: str, slot: int = pj.PJSUA_INVALID_ID
    ) -> None:
        super().__init__(account, slot)
        self._agent = agent
        self._heard = False
        self.key = key
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

    @property
    def negotiating(self) -> bool:
        """Whether a re-INVITE is under way, on which no other may follow (RFC 3261 §14.1)."""
        return self.invited or self.inviting > 0

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        self._agent.state_changed(self, self.getInfo())

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:
        # A 3xx is an answer like any other; the stack would report 487 for one not followed.
        transaction = prm.e.body.tsxState.tsx
        self.redirection = transaction.statusCode, transaction.statusText
        return int(pj.PJSIP_REDIRECT_STOP)

    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:
        # Half a minute after its answer a transaction times out, and is told of at whatever call
        # has the slot by then: only what is received counts.
        change = prm.e.body.tsxState
        if self.confirmed:
            self._agent.reinvites.transaction(self, change)
        if self._heard or change.type != pj.PJSIP_EVENT_RX_MSG:
            return
        transaction = change.tsx
        if transaction.role == pj.PJSIP_ROLE_UAC and transaction.statusCode >= _TRYING:
            self._heard = True
            if transaction.statusCode == _TRYING:
                self._agent.heard(self)
