"""The worker's two sockets and its journal: control in both directions, events outwards.

Control loses nothing and is what the verdict rests on. Events go out by PUB/SUB, and only after the
coordinator's subscription has been seen: a freshly connected publisher drops what nobody is yet
known to want. Each event is appended to the journal before it is sent: no socket keeps what is
queued in it when its process is killed, a file does.
"""

import os
from collections.abc import Sequence

import zmq

from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.launch import Launch
from sipflow.protocol.topics import topic
from sipflow.protocol.wire import decode_to_worker, encode, frame

# A last word that the coordinator is there for leaves at once; if it is not, nobody waits.
LINGER_MS = 1000
_SUBSCRIBED = 1


class Link:
    """The sockets of one worker process; made after the fork, used from one thread."""

    def __init__(self, launch: Launch) -> None:
        self._context = zmq.Context()
        self._control = self._context.socket(zmq.DEALER)
        self._control.linger = LINGER_MS
        self._control.setsockopt(zmq.IDENTITY, launch.worker.encode())
        self._control.connect(launch.control)
        self._events = self._context.socket(zmq.XPUB)
        self._events.linger = LINGER_MS
        self._events.sndhwm = 0
        self._events.connect(launch.events)
        self._journal = os.open(
            launch.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )

    def descriptor(self) -> int:
        """Return the file descriptor that becomes readable when control may have something."""
        return int(self._control.getsockopt(zmq.FD))

    def say(self, word: ToCoordinator) -> None:
        """Tell the coordinator something."""
        self._control.send(encode(word))

    def publish(self, events: Sequence[AnyEvent]) -> None:
        """Tell the world what belongs together: written down in one piece, then sent."""
        told = [(topic(event), encode(event)) for event in events]
        os.write(self._journal, b"".join(frame(data) for _, data in told))
        for frames in told:
            self._events.send_multipart(frames)

    def wait(self, timeout: float) -> None:
        """Wait for a command, at most ``timeout`` seconds."""
        self._control.poll(int(timeout * 1000))

    def receive(self) -> list[ToWorker]:
        """Return the commands that have arrived."""
        commands: list[ToWorker] = []
        while self._control.poll(0):
            data = self._control.recv(zmq.NOBLOCK)
            commands.append(decode_to_worker(data))
        return commands

    def await_subscription(self, timeout: float) -> bool:
        """Wait until the coordinator is seen to subscribe; False if it is not in time."""
        while self._events.poll(int(timeout * 1000)):
            if self._events.recv()[:1] == bytes([_SUBSCRIBED]):
                return True
        return False

    def close(self) -> None:
        """Send what is still to be sent, then close."""
        self._control.close()
        self._events.close()
        self._context.term()

    def abandon(self) -> None:
        """Close without sending anything: nobody is there."""
        self._context.destroy(linger=0)
