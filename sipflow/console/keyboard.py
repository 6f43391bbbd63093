"""The keys of a load's live view, read from the terminal without waiting and without an echo.

It maps keys to commands and suspends the process after Ctrl-Z; ``terminal`` sets the terminal's
mode. It must not know how commands are carried out.
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
    """Return the commands of keys; arrows and the like, which are control sequences, have none."""
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
    """Reads the keys pressed at a terminal, while it is entered as a context manager.

    ``descriptor``: readable when ``read`` has something to do; None without a terminal.
    ``read`` must also be called a few times a second, because a shell does not notify a process
    that it puts into the foreground.
    """

    def __init__(self, stream: TextIO) -> None:
        self._terminal: Terminal | None = terminal_of(stream)
        self._epoll: select.epoll | None = None
        self._suspended = -1
        self._old_handler: object = None
        self.descriptor: int | None = None

    @property
    def has_terminal(self) -> bool:
        """Whether there is a terminal to read keys from."""
        return self._terminal is not None

    def __enter__(self) -> "Keys":
        if self._terminal is None:
            return self
        self._epoll = select.epoll()
        # Edge-triggered: keys for the shell, while this is in the background, must not wake us.
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
        """Return the commands since the last call; after a Ctrl-Z, suspend the process first."""
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
        # Stops the process until SIGCONT.
        signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._note)

    def _lost(self, epoll: select.epoll, terminal: Terminal) -> list[Wish]:
        """Handle the loss of the terminal: no more keys, and no mode to restore."""
        epoll.unregister(terminal.descriptor)
        self._terminal = None
        return []

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        os.eventfd_write(self._suspended, 1)
