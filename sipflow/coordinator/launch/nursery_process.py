"""The process that workers are forked from, as the coordinator starts it and sees it end.

It takes as long to be ready as the coordinator takes to read a scenario, so it can be started
before anything is known of what it is for (``start_early``). This module must stay quick to import.
"""

import os
import select
import signal
import socket
import sys
from contextlib import suppress

from sipflow.errors import ResourceError

# Not -m: the module that finds and runs modules takes longer to import than this. Imports leave no
# garbage, and looking for some takes a twentieth of their time.
_PROGRAM = "import gc; gc.disable(); from sipflow.worker.nursery import main; main()"


class NurseryProcess:
    """A fresh interpreter that waits for messages; ``socket`` is this end of the conversation.

    Raises ``ResourceError`` where there can be no process.
    """

    def __init__(self) -> None:
        try:
            self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._pid: int | None = _spawn(theirs)
        except OSError as error:
            raise ResourceError(f"no process for the workers: {error.strerror}") from error

    def end(self, limit: float) -> None:
        """Let it end with everything that lives in it, and wait until it has.

        It is killed after ``limit`` seconds. Nothing is done if it was ended before.
        """
        if self._pid is None:
            return
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
        if not self._is_gone(limit):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._pid = None
        self.socket.close()

    def _is_gone(self, limit: float) -> bool:
        """Tell whether its end of the conversation is closed in time, which its exit does."""
        poller = select.poll()
        poller.register(self.socket, 0)  # a hang-up is reported whatever is asked for
        return bool(poller.poll(limit * 1000))


_early: list[NurseryProcess] = []


def start_early() -> None:
    """Start the process that ``nursery_process`` will return; without it, that starts one."""
    with suppress(ResourceError):  # who needs it says what is missing
        _early.append(NurseryProcess())


def nursery_process() -> NurseryProcess:
    """Return the process that was started early, else a new one."""
    return _early.pop() if _early else NurseryProcess()


def discard_early() -> None:
    """End the process that was started early, if nothing needed it."""
    while _early:
        _early.pop().end(0.0)


def _spawn(theirs: socket.socket) -> int:
    os.set_inheritable(theirs.fileno(), True)
    command = [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno())]
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    # In a session of its own: a Ctrl-C at the terminal is not for it.
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=[nothing], setsid=True)
