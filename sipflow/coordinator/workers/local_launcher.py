"""Launches workers on this host through a fork server, which this module starts.

The fork server is a fresh interpreter, so that a worker inherits neither threads nor sockets of
this process; it notices the exit of this process by its end of the socket.
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
# It only has to wait for its workers, which have exited by then.
EXIT_LIMIT = 3.0
# Workers whose fork server has died are killed by the kernel, which takes it a moment.
ORPHAN_LIMIT = 1.0


class LocalLaunch:
    """The coordinator's connection to the fork server, which removes ``directory`` at the end.

    Raises ``ResourceError`` if no process can be started.
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
        """Launch a worker."""
        self._send(launch)

    def signal(self, worker: str, number: int) -> None:
        """Send a signal to a worker, if it has not exited."""
        self._send(Signal(worker=worker, signal=number))

    def receive(self) -> list[FromForkServer]:
        """Return reports about workers; ``lost`` is set if the fork server itself has exited."""
        self._flush()
        reports: list[FromForkServer] = []
        while not self.lost:
            try:
                data = self.socket.recv(MESSAGE_SIZE)
            except BlockingIOError:
                break
            except ConnectionResetError:
                data = b""
            if data:
                reports.append(self._noted(decode_from_fork_server(data)))
            else:
                self.lost = True
        return reports

    def close(self) -> None:
        """End the fork server with its remaining workers, and wait until it has exited."""
        self._process.end(EXIT_LIMIT)
        for pid in self._pids.values():
            _see_end(pid)
        self._pids.clear()

    def _noted(self, report: FromForkServer) -> FromForkServer:
        match report:
            case Launched(worker=worker, pid=pid):
                self._pids[worker] = pid
            case Ended(worker=worker):
                self._pids.pop(worker, None)
        return report

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
    """Wait until a process has exited, which need not be a child of this one."""
    with suppress(OSError):  # it is gone already
        process = os.pidfd_open(pid)
        try:
            poller = select.poll()
            poller.register(process, select.POLLIN)
            poller.poll(ORPHAN_LIMIT * 1000)
        finally:
            os.close(process)
