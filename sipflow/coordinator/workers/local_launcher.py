"""Workers on this host: forked by a fork server process that this module starts and speaks with.

The fork server is a fresh interpreter, so that neither this process's threads nor its sockets
reach a worker, and it notices through its end of the socket when this process is gone.
"""

import os
import select
from collections import deque
from contextlib import suppress
from pathlib import Path

from sipflow.coordinator.workers.fork_server_process import fork_server_process
from sipflow.protocol.launch import (
    Ended,
    FromForkServer,
    Launch,
    Launched,
    RemoveAtEnd,
    Signal,
    ToForkServer,
)
from sipflow.protocol.wire import decode_from_fork_server, encode

MESSAGE_SIZE = 65_536
# It has only to see its workers gone, which they are by then.
EXIT_LIMIT = 3.0
# Workers whose fork server has died are killed by the kernel, which takes it a moment.
ORPHAN_LIMIT = 1.0


class LocalLaunch:
    """The coordinator's end of the fork server, which is to remove ``directory`` in the end.

    Raises ``ResourceError`` where there can be no process.
    """

    def __init__(self, directory: Path) -> None:
        self._process = fork_server_process()
        self.socket = self._process.socket
        self.socket.setblocking(False)
        self._unsent: deque[ToForkServer] = deque()
        self.lost = False
        self._pids: dict[str, int] = {}
        self._send(RemoveAtEnd(directory=str(directory)))

    def launch(self, launch: Launch) -> None:
        """Ask for a worker."""
        self._send(launch)

    def signal(self, worker: str, number: int) -> None:
        """Have a signal sent to a worker, if it still lives."""
        self._send(Signal(worker=worker, signal=number))

    def receive(self) -> list[FromForkServer]:
        """Return what has become of workers; ``lost`` is set if the fork server itself is gone."""
        self._flush()
        told: list[FromForkServer] = []
        while not self.lost:
            try:
                data = self.socket.recv(MESSAGE_SIZE)
            except BlockingIOError:
                break
            except ConnectionResetError:
                data = b""
            if data:
                told.append(self._noted(decode_from_fork_server(data)))
            else:
                self.lost = True
        return told

    def close(self) -> None:
        """Let the fork server end, with whatever still lives in it, and wait until it has."""
        self._process.end(EXIT_LIMIT)
        for pid in self._pids.values():
            _see_end(pid)
        self._pids.clear()

    def _noted(self, told: FromForkServer) -> FromForkServer:
        match told:
            case Launched(worker=worker, pid=pid):
                self._pids[worker] = pid
            case Ended(worker=worker):
                self._pids.pop(worker, None)
        return told

    def _send(self, message: ToForkServer) -> None:
        self._unsent.append(message)
        self._flush()

    def _flush(self) -> None:
        while self._unsent and not self.lost:
            try:
                self.socket.send(encode(self._unsent[0]))
            except BlockingIOError:
                return
            except (BrokenPipeError, ConnectionResetError):
                self.lost = True
                return
            self._unsent.popleft()


def _see_end(pid: int) -> None:
    """Wait until a process is gone, which need not be a child of this one."""
    with suppress(OSError):  # it is gone already
        process = os.pidfd_open(pid)
        try:
            poller = select.poll()
            poller.register(process, select.POLLIN)
            poller.poll(ORPHAN_LIMIT * 1000)
        finally:
            os.close(process)
