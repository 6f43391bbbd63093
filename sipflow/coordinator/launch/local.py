"""Workers on this host: forked by a nursery process that this module starts and speaks with.

The nursery is a fresh interpreter, so that neither this process's threads nor its sockets reach a
worker, and it notices through its end of the socket when this process is gone.
"""

import socket
import subprocess
import sys
from collections import deque
from pathlib import Path

from sipflow.errors import ResourceError
from sipflow.protocol.launch import FromNursery, Launch, Signal, ToNursery
from sipflow.protocol.wire import decode_from_nursery, encode

NURSERY = "sipflow.worker.nursery"
MESSAGE_SIZE = 65_536
# It has only to see its workers gone, which they are by then.
EXIT_LIMIT = 3.0


class LocalLaunch:
    """The coordinator's end of the nursery."""

    def __init__(self, directory: Path) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.setblocking(False)
        self._unsent: deque[ToNursery] = deque()
        self.lost = False
        command = [sys.executable, "-P", "-m", NURSERY, str(theirs.fileno()), str(directory)]
        try:
            with theirs:
                self._process = subprocess.Popen(
                    command,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,  # a Ctrl-C at the terminal is not for it
                )
        except OSError as error:
            raise ResourceError(f"no process for the workers: {error.strerror}") from error

    def launch(self, launch: Launch) -> None:
        """Ask for a worker."""
        self._send(launch)

    def signal(self, worker: str, number: int) -> None:
        """Have a signal sent to a worker, if it still lives."""
        self._send(Signal(worker=worker, signal=number))

    def receive(self) -> list[FromNursery]:
        """Return what has become of workers; ``lost`` is set if the nursery itself is gone."""
        self._flush()
        told: list[FromNursery] = []
        while not self.lost:
            try:
                data = self.socket.recv(MESSAGE_SIZE)
            except BlockingIOError:
                break
            except ConnectionResetError:
                data = b""
            if data:
                told.append(decode_from_nursery(data))
            else:
                self.lost = True
        return told

    def close(self) -> None:
        """Let the nursery end, with whatever still lives in it, and wait until it has."""
        self.socket.close()
        try:
            self._process.wait(EXIT_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, message: ToNursery) -> None:
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
