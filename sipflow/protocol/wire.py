"""The bytes of every message between processes; the only module that knows msgpack.

A message is a msgpack map with string keys, so that any language can read it. Bytes that are no
message of the kind that was asked for raise ``MalformedError``, and nothing else does. Keys that a
type does not know are ignored, keys that are missing take the type's defaults.
"""

from typing import TypeVar

import msgspec

from sipflow.protocol.control import ToCoordinator, ToWorker
from sipflow.protocol.events import AnyEvent, Envelope
from sipflow.protocol.launch import FromForkServer, ToForkServer
from sipflow.protocol.replay import AnyAnswer as ReplayAnswer
from sipflow.protocol.requests import Answer, Request

T = TypeVar("T")
_LENGTH_SIZE = 4

_encoder = msgspec.msgpack.Encoder()
_event: msgspec.msgpack.Decoder[AnyEvent] = msgspec.msgpack.Decoder(AnyEvent)
_envelope: msgspec.msgpack.Decoder[Envelope] = msgspec.msgpack.Decoder(Envelope)
_to_worker: msgspec.msgpack.Decoder[ToWorker] = msgspec.msgpack.Decoder(ToWorker)
_to_coordinator: msgspec.msgpack.Decoder[ToCoordinator] = msgspec.msgpack.Decoder(ToCoordinator)
_to_fork_server: msgspec.msgpack.Decoder[ToForkServer] = msgspec.msgpack.Decoder(ToForkServer)
_from_fork_server: msgspec.msgpack.Decoder[FromForkServer] = msgspec.msgpack.Decoder(FromForkServer)
_request: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_replay: msgspec.msgpack.Decoder[ReplayAnswer] = msgspec.msgpack.Decoder(ReplayAnswer)
_answer: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


class MalformedError(Exception):
    """Bytes that are not a message of the kind that was asked for."""


def encode(message: msgspec.Struct) -> bytes:
    """Return a message as one msgpack map.

    A peer's bytes that are no UTF-8 come as halves of surrogate pairs in a text, which msgpack has
    not: each is U+FFFD.
    """
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        return _encoder.encode(_readable(msgspec.to_builtins(message)))


def frame(data: bytes) -> bytes:
    """Return a message as a journal holds it: its length in four bytes, then itself."""
    return len(data).to_bytes(_LENGTH_SIZE, "big") + data


def unframe(journal: bytes) -> list[bytes]:
    """Return the whole messages of a journal; one that was cut off at its end is left out."""
    messages: list[bytes] = []
    at = 0
    while at + _LENGTH_SIZE <= len(journal):
        begin = at + _LENGTH_SIZE
        at = begin + int.from_bytes(journal[at:begin], "big")
        if at <= len(journal):
            messages.append(journal[begin:at])
    return messages


def decode_event(data: bytes) -> AnyEvent:
    """Return an event; raises ``MalformedError``."""
    return _decode(_event, data)


def decode_envelope(data: bytes) -> Envelope:
    """Return what every version of an event has, of any type; raises ``MalformedError``."""
    return _decode(_envelope, data)


def decode_to_worker(data: bytes) -> ToWorker:
    """Return what the coordinator says to a worker; raises ``MalformedError``."""
    return _decode(_to_worker, data)


def decode_to_coordinator(data: bytes) -> ToCoordinator:
    """Return what a worker says to the coordinator; raises ``MalformedError``."""
    return _decode(_to_coordinator, data)


def decode_to_fork_server(data: bytes) -> ToForkServer:
    """Return what the coordinator says to the fork server; raises ``MalformedError``."""
    return _decode(_to_fork_server, data)


def decode_from_fork_server(data: bytes) -> FromForkServer:
    """Return what the fork server says to the coordinator; raises ``MalformedError``."""
    return _decode(_from_fork_server, data)


def decode_request(data: bytes) -> Request:
    """Return what a user's program asks of a coordinator; raises ``MalformedError``."""
    return _decode(_request, data)


def decode_answer(data: bytes) -> Answer:
    """Return what a coordinator answers; raises ``MalformedError``."""
    return _decode(_answer, data)


def decode_replay(data: bytes) -> ReplayAnswer:
    """Return what a coordinator sends to one who catches up; raises ``MalformedError``."""
    return _decode(_replay, data)


def _readable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_readable(key): _readable(one) for key, one in value.items()}
    return [_readable(one) for one in value] if isinstance(value, list) else value


def _decode(decoder: msgspec.msgpack.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(str(error)) from error
