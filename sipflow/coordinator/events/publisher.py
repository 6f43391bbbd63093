"""The event publisher: sends events to outside subscribers, and answers replay requests.

Owns one XPUB socket in manual mode: this module decides what to register. A prefix of event topics
is registered. A replay request (see ``protocol/replay``) is answered at once and only to the
subscriber that sent it, so it is never registered. An empty subscription is registered as the
prefixes of all runs, so that it does not match the replays of others. All else is counted and
ignored.

A subscription that is registered applies to the connection that the frame last read came from. But
libzmq 4.3.5 miscounts there: a frame that is no subscription makes those that wait behind it apply
to each other's connections. Until the queue is empty again each of those connections is therefore
given every event, which its own socket filters, and no subscription is lost.
"""

import re
from typing import TYPE_CHECKING

import msgspec
import zmq

from sipflow.coordinator.events.allowance import Allowance
from sipflow.coordinator.events.stores import EventStores
from sipflow.errors import UsageError
from sipflow.protocol.replay import Replay, ReplayRequest, Runs, read_request
from sipflow.protocol.wire import encode

if TYPE_CHECKING:
    from sipflow.security.zap import CurveAllowList

# How long the socket still sends to connected subscribers after the run has ended.
LINGER_MS = 1000
# Messages that a subscriber may lag behind before events are dropped for it; about 6 MB.
MOST_WAITING = 10_000
# The greatest message accepted, in bytes: only subscriptions are received.
LARGEST_FRAME = 320
LONGEST_PREFIX = 256
# Subscriptions of a connection that libzmq may queue. It does not stop reading as long
# as there are more, and with its usual 1,000 there always are. With 1 the answer of a ZAP handler
# is never processed either, and no client with a key is accepted.
MOST_UNREAD = 4
# Frames handled in one turn, so that a flood of subscriptions cannot block a run.
SERVED_A_TURN = 64
# Answers to one connection that it has not confirmed by unsubscribing; each is up to 256 KiB.
MOST_UNCONFIRMED = 8

TOO_MANY_TOPICS = "a subscriber exceeded the limit for topics; further topics are ignored"

# Run ids begin with a hexadecimal digit; together these select every event and no replay.
_EVERY_RUN = tuple(b"%x" % digit for digit in range(16))
# Of a run, as in ``3f9a2c1b.alice.``, or of a load's runs, as in ``3f9a2c1b-`` and ``3f9a2c1b-7.``.
_PREFIX = re.compile(rb"([0-9a-f]+(\..*|-([0-9]+(\..*)?)?)?)?", re.DOTALL)
_NO_DESCRIPTOR = -1


class EventPublisher:
    """The socket that publishes events and receives replay requests.

    ``gate``: the list of allowed clients, None for all that can reach the endpoint.
    """

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], gate: "CurveAllowList | None" = None
    ) -> None:
        self.socket = context.socket(zmq.XPUB)
        if gate is not None:
            gate.secure(self.socket)
        self.socket.setsockopt(zmq.XPUB_MANUAL, 1)
        self.socket.sndhwm = MOST_WAITING
        self.socket.linger = LINGER_MS
        self.socket.setsockopt(zmq.MAXMSGSIZE, LARGEST_FRAME)
        self.socket.rcvhwm = MOST_UNREAD
        self.subscribers = 0
        self.strays = 0
        self.asked = 0
        self._registered: dict[bytes, int] = {}
        self._unconfirmed: dict[bytes, int] = {}
        self._shifted = False
        self._allowance = Allowance()

    @property
    def exceeded(self) -> bool:
        """Whether a subscriber exceeded the limit for subscriptions."""
        return self._allowance.exceeded

    def open(self, endpoint: str | None) -> str:
        """Bind the socket and return its endpoint; raises ``UsageError``."""
        self.socket.ipv6 = endpoint is not None and "[" in endpoint
        try:
            self.socket.bind(endpoint or "tcp://127.0.0.1:*")
        except zmq.ZMQError as error:
            raise UsageError(
                f"--events {endpoint}: {zmq.strerror(error.errno or 0)}", code="bad-endpoint"
            ) from error
        except UnicodeEncodeError as error:
            raise UsageError(f"--events {endpoint!a}: not UTF-8", code="bad-endpoint") from error
        return self.socket.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0")

    def publish(self, topic: bytes, data: bytes) -> None:
        """Send an event to its subscribers; never waits for one."""
        self.socket.send(topic, zmq.SNDMORE)
        self.socket.send(data)

    def serve(self, records: EventStores) -> None:
        """Handle received subscriptions and replay requests, a limited number per call."""
        for _ in range(SERVED_A_TURN):
            try:
                frame = self.socket.recv(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                self._shifted = False
                return
            self._take(frame, records)

    def close(self) -> None:
        """Close; queued messages are still sent, in the background."""
        self.socket.close()

    def _take(self, frame: zmq.Frame, records: EventStores) -> None:
        several = frame.more
        while several and self.socket.recv(zmq.NOBLOCK, copy=False).more:
            pass
        data = frame.bytes
        kind, topic = data[:1], data[1:]
        if several or kind not in (b"\0", b"\1"):
            self._take_stray()
        elif not self._is_allowed(kind == b"\1", topic, _descriptor(frame)):
            pass
        elif (request := read_request(topic)) is not None:
            self._take_request(request, kind == b"\1", _descriptor(frame), records)
        elif len(topic) > LONGEST_PREFIX or _PREFIX.fullmatch(topic) is None:
            self.strays += kind == b"\1"  # its end is no second one
        elif kind == b"\1":
            self._register(topic)
        else:
            self._unregister(topic)

    def _is_allowed(self, subscribes: bool, topic: bytes, descriptor: int) -> bool:
        if subscribes:
            return self._allowance.take(topic, descriptor)
        self._allowance.give_back(topic, descriptor)
        return True

    def _take_stray(self) -> None:
        self.strays += 1
        # With nothing behind it, there was no subscription that it could have shifted.
        self._shifted = bool(self.socket.poll(0))
        if self._shifted:
            self._set(zmq.SUBSCRIBE, b"")

    def _register(self, topic: bytes) -> None:
        self.subscribers += 1
        self._registered[topic] = self._registered.get(topic, 0) + 1
        self._set(zmq.SUBSCRIBE, b"" if self._shifted else topic)

    def _unregister(self, topic: bytes) -> None:
        if topic in self._registered:
            self.subscribers -= 1
            self._registered[topic] -= 1
            if not self._registered[topic]:
                del self._registered[topic]
        if not self._shifted:
            self._set(zmq.UNSUBSCRIBE, topic)

    def _set(self, option: int, prefix: bytes) -> None:
        for one in (prefix,) if prefix else _EVERY_RUN:
            self.socket.setsockopt(option, one)

    def _take_request(
        self, request: ReplayRequest, asks: bool, descriptor: int, records: EventStores
    ) -> None:
        topic = request.topic
        if not asks:
            self._unconfirmed.pop(topic, None)
        elif self._shifted:
            self._set(zmq.SUBSCRIBE, b"")  # who asked is not known; it will ask again
        elif topic in self._unconfirmed or self._lags(descriptor):
            self.strays += 1
        else:
            self.asked += 1
            self._unconfirmed[topic] = descriptor
            self.socket.setsockopt(zmq.SUBSCRIBE, topic)
            self.publish(topic, _answer(request, records))
            self.socket.setsockopt(zmq.UNSUBSCRIBE, topic)

    def _lags(self, descriptor: int) -> bool:
        return list(self._unconfirmed.values()).count(descriptor) >= MOST_UNCONFIRMED


def _answer(request: ReplayRequest, records: EventStores) -> bytes:
    if not request.run:
        return encode(Runs(runs=records.known(), more=records.more))
    record = records.get(request.run)
    if record is None:
        return encode(Replay(run=request.run, first=request.first, last=0))
    events = tuple(map(msgspec.Raw, record.read(request.first)))
    return encode(Replay(run=request.run, first=request.first, last=record.last, events=events))


def _descriptor(frame: zmq.Frame) -> int:
    """Return the descriptor of a frame's connection; ``_NO_DESCRIPTOR`` once it is closed."""
    try:
        return int(frame.get(zmq.MessageOption.SRCFD))
    except zmq.ZMQError:
        return _NO_DESCRIPTOR
