"""The keys of a load's live view, read from the terminal without waiting and without an echo.

Says what each key asks for and when the process has to stand still; how the terminal is set is the
business of ``terminal``. It must not know what becomes of a wish.
"""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import TextIO

from sipflow.console.terminal import Terminal, terminal_of
from sipflow.protocol.requests import ScaleRate, StopLoad, TogglePause, Wish

# One press of a key.
_STEP = 0.1
_ESCAPE = 0x1B
_INTRODUCERS = b"[O"
# ECMA-48 §5.4: what ends a control sequence.
_FINAL_BYTES = range(0x40, 0x7F)


_FASTER, _SLOWER = ScaleRate(1 + _STEP), ScaleRate(1 - _STEP)
# The same keys with and without shift.
_WISHES: dict[str, Wish] = {
    "+": _FASTER,
    "=": _FASTER,
    "-": _SLOWER,
    "_": _SLOWER,
    "p": TogglePause(),
    "P": TogglePause(),
    "q": StopLoad(),
    "Q": StopLoad(),
}


def wishes(keys: bytes) -> list[Wish]:
    """Return what keys ask for; arrows and the like, which are sequences of bytes, ask nothing."""
    found: list[Wish] = []
    place = 0
    while place < len(keys):
        if keys[place] == _ESCAPE:
            place = _after_sequence(keys, place)
            continue
        wish = _WISHES.get(chr(keys[place]))
        if wish is not None:
            found.append(wish)
        place += 1
    return found


def _after_sequence(keys: bytes, place: int) -> int:
    place += 1
    if place < len(keys) and keys[place] in _INTRODUCERS:
        place += 1
        while place < len(keys) and keys[place] not in _FINAL_BYTES:
            place += 1
        place += 1
    return place


class Keys:
    """The keys that are pressed at a terminal, while this is entered.

    ``descriptor`` is readable when ``read`` has something to do; None where there is no terminal.
    ``read`` wants to be called a few times a second besides: a shell does not tell when it puts a
    process into the foreground.
    """

    def __init__(self, stream: TextIO) -> None:
        self._terminal: Terminal | None = terminal_of(stream)
        self._epoll: select.epoll | None = None
        self._suspended = -1
        self._old_handler: object = None
        self.descriptor: int | None = None

    @property
    def has_terminal(self) -> bool:
        """Whether somebody can press keys."""
        return self._terminal is not None

    def __enter__(self) -> "Keys":
        if self._terminal is None:
            return self
        self._epoll = select.epoll()
        # On an edge: keys that are for the shell, while this is in the background, are no news.
        self._epoll.register(self._terminal.descriptor, select.EPOLLIN | select.EPOLLET)
        self._suspended = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._suspended, select.EPOLLIN)
        self.descriptor = self._epoll.fileno()
        if signal.getsignal(signal.SIGTSTP) is not signal.SIG_IGN:
            self._old_handler = signal.signal(signal.SIGTSTP, self._note)
        self._terminal.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._terminal is not None:
            self._terminal.give_back()
        if self._old_handler is not None:
            signal.signal(signal.SIGTSTP, self._old_handler)  # type: ignore[arg-type]
        if self._epoll is not None:
            self._epoll.close()
            os.close(self._suspended)
        self._epoll = self.descriptor = None

    def read(self) -> list[Wish]:
        """Return what was asked for since the last time; after a Ctrl-Z, stand still first."""
        if self._epoll is None or self._terminal is None:
            return []
        events = dict(self._epoll.poll(0))
        if self._suspended in events:
            os.eventfd_read(self._suspended)
            self._stand_still(self._terminal)
        if events.get(self._terminal.descriptor, 0) & (select.EPOLLHUP | select.EPOLLERR):
            return self._lost(self._epoll, self._terminal)
        self._terminal.take()
        try:
            return wishes(self._terminal.pressed())
        except OSError:
            return self._lost(self._epoll, self._terminal)

    def _stand_still(self, terminal: Terminal) -> None:
        terminal.give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # Stops the process until somebody continues it.
        signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._note)

    def _lost(self, epoll: select.epoll, terminal: Terminal) -> list[Wish]:
        """The terminal is gone: there are no keys any more, and nothing to give back."""
        epoll.unregister(terminal.descriptor)
        self._terminal = None
        return []

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        os.eventfd_write(self._suspended, 1)
