"""The stack's endpoint: how it is let work."""

import math
from collections.abc import Callable

import pjsua2 as pj

from sipflow import clock
from sipflow.worker.ua import Bell, UserAgentError
from sipflow.worker.ua.pjsua.calls.screening import Screening
from sipflow.worker.ua.pjsua.stack.wakeup import Wakeup


class Endpoint(pj.Endpoint):
    """The endpoint of the process.

    ``keep_room``: called after each turn of the stack, and in a turn for each connection: one turn
    may take in many.
    """

    def __init__(self, screening: Screening) -> None:
        super().__init__()
        self._screening = screening
        self._wakeup: Wakeup | None = None
        self.keep_room: Callable[[], None] = _nothing

    def onTransportState(self, prm: pj.OnTransportStateParam) -> None:
        """Take in that a connection has come in, or another one changed."""
        self.keep_room()

    def wake_on(self, bell: Bell) -> None:
        """Come back from ``work`` when the bell rings; the stack has been started."""
        try:
            self._wakeup = Wakeup(bell)
        except pj.Error as error:
            raise UserAgentError(f"the SIP endpoint cannot be woken: {error.reason}") from error

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
            self._screening.at_work = True
            self.libHandleEvents(math.ceil(timeout * 1000))
            self._screening.at_work = False
            self._screening.raise_failure()
            self.keep_room()
            if has_news() or disturbed():
                return
            timeout = end - clock.monotonic()
            if timeout <= 0:
                return


def _nothing() -> None:
    """Do nothing, as long as there is nothing to keep room for."""
