"""The fork server's process, as the coordinator starts and ends it.

It takes as long to be ready as the coordinator takes to read a scenario, so it can be started
before anything is known of what it is for: ``start_early`` forks this process while that has
neither threads nor sockets. Later it is a fresh interpreter. This module must stay quick to import.
"""

import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from sipflow.errors import ResourceError

_STANDARD_INPUT = 0
# Not -m: the module that finds and runs modules takes longer to import than this. Imports leave no
# garbage, and looking for some takes a twentieth of their time.
_PROGRAM = (
    "import gc, sys; gc.disable(); "
    "from sipflow.worker.fork_server import main; main(int(sys.argv[1]))"
)
# The function to run in the process, with the descriptor of its socket.
Serve = Callable[[int], NoReturn]


class ForkServerProcess:
    """A process that waits for messages; ``socket`` is the coordinator's end.

    ``serve``: the function that a fork of this process runs; without it, the process is a fresh
    interpreter.

    Raises ``ResourceError`` if no process can be started.
    """

    def __init__(self, serve: Serve | None = None) -> None:
        try:
            self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._pid: int | None = _fork(theirs, serve) if serve else _spawn(theirs)
        except OSError as error:
            raise ResourceError(f"no process for the workers: {error.strerror}") from error

    def end(self, limit: float) -> None:
        """End the process with its children, and wait until it has exited.

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
        """Return whether the process exits in time, which closes its end of the socket."""
        poller = select.poll()
        poller.register(self.socket, 0)  # a hang-up is reported whatever is asked for
        return bool(poller.poll(limit * 1000))


_early: list[ForkServerProcess] = []


def start_early(serve: Serve) -> None:
    """Fork the process that ``fork_server_process`` will return; without it, that starts one.

    Only where this process has no threads and no sockets yet.
    """
    with suppress(ResourceError):  # reported when it is needed
        _early.append(ForkServerProcess(serve))


def fork_server_process() -> ForkServerProcess:
    """Return the process that was started early, else a new one."""
    return _early.pop() if _early else ForkServerProcess()


def discard_early() -> None:
    """End the process that was started early, if nothing needed it."""
    while _early:
        _early.pop().end(0.0)


def _fork(theirs: socket.socket, serve: Serve) -> int:
    pid = os.fork()
    if pid == 0:
        _become(theirs, serve)
    return pid


def _become(theirs: socket.socket, serve: Serve) -> NoReturn:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.setsid()  # a Ctrl-C at the terminal is not for it
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, _STANDARD_INPUT)
        serve(theirs.detach())
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:  # never back into the program of the process that this is a copy of
        os._exit(1)


def _spawn(theirs: socket.socket) -> int:
    os.set_inheritable(theirs.fileno(), True)
    command = [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno())]
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    # In a session of its own: a Ctrl-C at the terminal is not for it.
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=[nothing], setsid=True)
