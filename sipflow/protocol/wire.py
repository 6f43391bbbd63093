"""Encoding and decoding of all messages between processes; the only module that uses msgpack.

A message is a msgpack map with string keys, so that any language can read it. Bytes that are not a
message of the expected kind raise ``MalformedError``, and nothing else does. Unknown keys are
ignored, missing keys get the type's defaults.
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
    """Bytes that are not a message of the expected kind."""


def encode(message: msgspec.Struct) -> bytes:
    """Return a message as one msgpack map.

    A peer's bytes that are not UTF-8 are lone surrogates in a text, which msgpack cannot encode:
    each becomes U+FFFD.
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
    """Return the envelope of an event of any type and version; raises ``MalformedError``."""
    return _decode(_envelope, data)


def decode_to_worker(data: bytes) -> ToWorker:
    """Return a message from the coordinator to a worker; raises ``MalformedError``."""
    return _decode(_to_worker, data)


def decode_to_coordinator(data: bytes) -> ToCoordinator:
    """Return a message from a worker to the coordinator; raises ``MalformedError``."""
    return _decode(_to_coordinator, data)


def decode_to_fork_server(data: bytes) -> ToForkServer:
    """Return a message from the coordinator to the fork server; raises ``MalformedError``."""
    return _decode(_to_fork_server, data)


def decode_from_fork_server(data: bytes) -> FromForkServer:
    """Return a message from the fork server to the coordinator; raises ``MalformedError``."""
    return _decode(_from_fork_server, data)


def decode_request(data: bytes) -> Request:
    """Return a request of the control API; raises ``MalformedError``."""
    return _decode(_request, data)


def decode_answer(data: bytes) -> Answer:
    """Return an answer of the control API; raises ``MalformedError``."""
    return _decode(_answer, data)


def decode_replay(data: bytes) -> ReplayAnswer:
    """Return the answer to a replay request; raises ``MalformedError``."""
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
