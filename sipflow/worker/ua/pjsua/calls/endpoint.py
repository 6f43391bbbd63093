"""The stack's endpoint, and the loop that polls it."""

import math
from collections.abc import Callable

import pjsua2 as pj

from sipflow import clock
from sipflow.worker.ua import Bell, UserAgentError
from sipflow.worker.ua.pjsua.calls.screening import Screening
from sipflow.worker.ua.pjsua.stack.wakeup import Wakeup


class Endpoint(pj.Endpoint):
    """The endpoint of the process.

    ``keep_room``: called after each poll of the stack, and in a poll for each connection: one poll
    may accept many.
    """

    def __init__(self, screening: Screening) -> None:
        super().__init__()
        self._screening = screening
        self._wakeup: Wakeup | None = None
        self.keep_room: Callable[[], None] = _nothing

    def onTransportState(self, prm: pj.OnTransportStateParam) -> None:
        """Handle a new connection, or the new state of another."""
        self.keep_room()

    def wake_on(self, bell: Bell) -> None:
        """Return from ``work`` when the bell rings; the stack has been started."""
        try:
            self._wakeup = Wakeup(bell)
        except pj.Error as error:
            raise UserAgentError(f"the SIP endpoint cannot be woken: {error.reason}") from error

    def work(
        self, timeout: float, has_news: Callable[[], bool], disturbed: Callable[[], bool]
    ) -> None:
        """Let the stack work for so many seconds, or until a poll of it brought an event.

        Where media flows, most polls only handle one of its packets, which is no event.
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
