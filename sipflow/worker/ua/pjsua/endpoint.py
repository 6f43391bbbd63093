"""The stack's endpoint: what it tells of requests before they become calls."""

import pjsua2 as pj

from sipflow.worker.ua.pjsua.refusals import Refusals


class Endpoint(pj.Endpoint):
    """The endpoint of the process: shows each INVITE to those who know what becomes of it."""

    def __init__(self, refusals: Refusals) -> None:
        super().__init__()
        self._refusals = refusals

    def onSelectAccount(self, prm: pj.OnSelectAccountParam) -> None:
        # Asked for every request outside a dialog, before the stack looks at what it offers.
        self._refusals.saw(prm.rdata.wholeMsg)
