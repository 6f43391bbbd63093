"""The stack's endpoint: what it tells of requests before they become calls."""

import math
from collections.abc import Callable

import pjsua2 as pj

from sipflow import clock
from sipflow.worker.ua import Bell, UserAgentError
from sipflow.worker.ua.pjsua.refusals import Refusals
from sipflow.worker.ua.pjsua.stack_module import StackModule
from sipflow.worker.ua.pjsua.wakeup import Wakeup


class Endpoint(pj.Endpoint):
    """The endpoint of the process: shows each INVITE to those who know what becomes of it.

    ``module`` sees the messages; what it fails at is raised by ``work``.
    """

    def __init__(self, refusals: Refusals) -> None:
        super().__init__()
        self._refusals = refusals
        self.module = StackModule()
        self._wakeup: Wakeup | None = None

    def wake_on(self, bell: Bell) -> None:
        """Come back from ``work`` when the bell rings; the stack has been started."""
        try:
            self._wakeup = Wakeup(bell)
        except pj.Error as error:
            raise UserAgentError(f"the SIP endpoint cannot be woken: {error.reason}") from error

    def onSelectAccount(self, prm: pj.OnSelectAccountParam) -> None:
        # Asked for every request outside a dialog, before the stack looks at what it offers.
        self._refusals.saw(prm.rdata.wholeMsg)

    def work(
        self, timeout: float, has_news: Callable[[], bool], disturbed: Callable[[], bool]
    ) -> None:
        """Let the stack work for so many seconds, or until a turn of it had to do with somebody.

        Where media flows, most turns are a packet of it each, and nobody has to be told of those.
        """
        end = clock.monotonic() + timeout
        while True:
            if self._wakeup is not None:
                self._wakeup.arm()
            # Rounded up: a timer that is due in half a millisecond must not be polled for busily.
            self.libHandleEvents(math.ceil(timeout * 1000))
            if self.module.failure is not None:
                self.module.raise_failure()
            if has_news() or disturbed():
                return
            timeout = end - clock.monotonic()
            if timeout <= 0:
                return
