"""Signals of the coordinator process: counted here, handled by the event loop.

A handler only counts; a pipe makes the loop's poll return, so that no signal waits for a timer.
"""

import os
import signal
from contextlib import suppress
from types import FrameType, TracebackType

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Counts the signals that request a stop, while it is entered as a context manager."""

    def __init__(self) -> None:
        self.count = 0
        self.descriptor, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._before: dict[signal.Signals, object] = {}
        self._wakeup = -1

    def __enter__(self) -> "StopSignals":
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in _STOPPING:
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # started by nohup: a hangup is to be survived
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        signal.set_wakeup_fd(self._wakeup)
        os.close(self.descriptor)
        os.close(self._writer)

    def drain(self) -> None:
        """Empty the pipe, so that the next signal is noticed."""
        with suppress(BlockingIOError):
            os.read(self.descriptor, 512)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
