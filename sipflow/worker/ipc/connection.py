"""The worker's two sockets and its journal: control in both directions, events outwards.

Control loses nothing and is what the verdict rests on. Events go out by PUB/SUB, and only after the
coordinator's subscription has been seen: a freshly connected publisher drops messages until it
knows a subscription. Each event is appended to the journal of its run before it is sent: a socket
loses its queue when its process is killed, a file does not.

On both sockets the worker shows its key: in its identity on the one, as the first frame of each
message on the other. The frames after that are events, those that belong together in one message.
"""

import math
import os
from collections.abc import Sequence

import zmq

from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.launch import Launch
from sipflow.protocol.wire import decode_to_worker, encode, frame

# At the end, the last message leaves at once if the coordinator is there; if not, nothing waits.
LINGER_MS = 1000
# A plan holds all nodes of an instance, so it may be big; larger messages are rejected.
MAX_MESSAGE = 16 * 1024 * 1024
# Limits a message to what its reader receives in one call.
MOST_EVENTS = 100
_SUBSCRIBED = 1
_READABLE = int(zmq.POLLIN)  # as a plain number: asked for on every turn of the loop


class CoordinatorConnection:
    """The sockets of one worker process; made after the fork, used from one thread.

    ``uncertain``: a command may be here although the descriptor is not readable: it becomes
    readable once for each new state, and sending a message uses that up.
    """

    def __init__(self, launch: Launch) -> None:
        self._context = zmq.Context()
        self._control = self._context.socket(zmq.DEALER)
        self._control.linger = LINGER_MS
        self._control.sndhwm = 0  # a coordinator that is slow must not stop the loop
        self._control.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
        self._control.setsockopt(zmq.IDENTITY, f"{launch.worker}:{launch.key}".encode())
        self._control.connect(launch.control)
        self._key = launch.key.encode()
        self._events = self._context.socket(zmq.XPUB)
        self._events.linger = LINGER_MS
        self._events.sndhwm = 0
        self._events.connect(launch.events)
        self._journal: int | None = None
        self._journal_path = ""
        self._is_broken = False  # the journal: it has a hole, behind which nothing could be read
        self.uncertain = True

    def descriptor(self) -> int:
        """Return the file descriptor that becomes readable when control may have a message."""
        return int(self._control.getsockopt(zmq.FD))

    def keep_journal(self, path: str) -> None:
        """Write the events from now on to this file; raises ``OSError``."""
        journal = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if self._journal is not None:
            os.close(self._journal)
        self._journal = journal
        self._journal_path = path
        self._is_broken = False

    def say(self, word: ToCoordinator) -> None:
        """Send a message to the coordinator."""
        self._control.send(encode(word))
        self.uncertain = True

    def publish(self, events: Sequence[AnyEvent]) -> None:
        """Publish events that belong together: written to the journal in one piece, then sent.

        Raises ``OSError``, once for a journal, if they cannot be written; they were sent.
        """
        if not events:
            return
        encoded = [encode(event) for event in events]
        failure = self._write_down(b"".join(map(frame, encoded)))
        for first in range(0, len(encoded), MOST_EVENTS):
            self._events.send_multipart([self._key, *encoded[first : first + MOST_EVENTS]])
        if failure is not None:
            raise OSError(failure.errno, failure.strerror, self._journal_path) from failure

    def wait(self, timeout: float) -> None:
        """Wait for a command, at most ``timeout`` seconds."""
        self._control.poll(_milliseconds(timeout))

    def receive(self) -> list[ToWorker]:
        """Return the commands that have arrived."""
        commands: list[ToWorker] = []
        while int(self._control.get(zmq.EVENTS)) & _READABLE:
            commands.append(decode_to_worker(self._control.recv(zmq.NOBLOCK)))
        self.uncertain = False
        return commands

    def await_subscription(self, timeout: float) -> bool:
        """Wait until the coordinator's subscription is seen; False if it is not in time."""
        while self._events.poll(_milliseconds(timeout)):
            notice = self._events.recv()
            if notice[:1] == bytes([_SUBSCRIBED]) and self._key.startswith(notice[1:]):
                return True
        return False

    def close(self) -> None:
        """Send the queued messages, then close."""
        self._control.close()
        self._events.close()
        self._context.term()

    def abandon(self) -> None:
        """Close without sending anything: the coordinator is gone."""
        self._context.destroy(linger=0)

    def _write_down(self, record: bytes) -> OSError | None:
        assert self._journal is not None, "events belong to a run, and a run has a journal"
        try:
            while record and not self._is_broken:  # a disk that is nearly full takes a part
                record = record[os.write(self._journal, record) :]
        except OSError as error:
            self._is_broken = True
            return error
        return None


def _milliseconds(seconds: float) -> int:
    # Rounded up: a timer due in half a millisecond must not be polled for busily.
    return math.ceil(seconds * 1000)
