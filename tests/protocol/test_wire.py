"""The bytes between processes: readable by anybody's msgpack, tolerant of what is new, never of
what is broken."""

from collections.abc import Callable

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from sipflow.protocol.events import WIRE_VERSION, ActionLog, AnyEvent, Envelope, NodeState
from sipflow.protocol.wire import (
    MalformedError,
    decode_answer,
    decode_envelope,
    decode_event,
    decode_from_fork_server,
    decode_replay,
    decode_request,
    decode_to_coordinator,
    decode_to_fork_server,
    decode_to_worker,
    encode,
    frame,
    unframe,
)
from tests.protocol.examples import (
    ANSWERS,
    EVENTS,
    FROM_FORK_SERVER,
    REQUESTS,
    TO_COORDINATOR,
    TO_FORK_SERVER,
    TO_WORKER,
)

ANY = settings(deadline=None, derandomize=True, database=None)
Decode = Callable[[bytes], Struct]
DECODERS: tuple[Decode, ...] = (
    decode_event, decode_to_worker, decode_to_coordinator, decode_to_fork_server,
    decode_from_fork_server, decode_request, decode_answer, decode_replay, decode_envelope,
)  # fmt: skip
MESSAGES: list[tuple[Decode, Struct]] = [
    *((decode_event, event) for event, _ in EVENTS),
    *((decode_to_worker, message) for message in TO_WORKER),
    *((decode_to_coordinator, message) for message in TO_COORDINATOR),
    *((decode_to_fork_server, message) for message in TO_FORK_SERVER),
    *((decode_from_fork_server, message) for message in FROM_FORK_SERVER),
    *((decode_request, message) for message in REQUESTS),
    *((decode_answer, message) for message in ANSWERS),
]
LEAST: dict[str, object] = {
    "type": "node-state", "run": "r1", "instance": "alice", "seq": 1, "ts": 1.5, "cause": "go",
    "node": "alice-1", "previous": "pending", "new": "running",
}  # fmt: skip


def name(value: object) -> str | None:
    return type(value).__name__ if isinstance(value, Struct) else getattr(value, "__name__", None)


@pytest.mark.parametrize(("decode", "message"), MESSAGES, ids=name)
def test_every_message_comes_back_as_it_was(decode: Decode, message: Struct) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize(("decode", "message"), MESSAGES, ids=name)
def test_every_message_is_a_map_with_text_keys_for_any_other_program(
    decode: Decode, message: Struct
) -> None:
    read = msgpack.unpackb(encode(message))

    assert isinstance(read, dict)
    assert all(isinstance(key, str) for key in read)


@pytest.mark.parametrize(("event", "golden"), EVENTS, ids=name)
def test_an_event_is_what_a_subscriber_in_another_language_expects(
    event: AnyEvent, golden: dict[str, object]
) -> None:
    assert msgpack.unpackb(encode(event)) == golden
    assert decode_event(msgpack.packb(golden)) == event


def test_the_bytes_of_an_event_stay_what_they_are() -> None:
    event = NodeState(
        run="r1", instance="a", seq=1, ts=1.5, cause="go", g=2, node="a-1",
        previous="pending", new="running",
    )  # fmt: skip

    assert encode(event) == (
        b"\x8c\xa4type\xaanode-state\xa3run\xa2r1\xa8instance\xa1a\xa3seq\x01"
        b"\xa2ts\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa5cause\xa2go\xa1g\x02\xa1v\x01"
        b"\xa4node\xa3a-1\xa8previous\xa7pending\xa3new\xa7running\xa6reason\xc0"
    )


def test_keys_that_are_missing_take_their_defaults() -> None:
    event = decode_event(msgpack.packb(LEAST))

    assert isinstance(event, NodeState)
    assert (event.g, event.v, event.reason) == (0, WIRE_VERSION, None)


def test_keys_that_are_unknown_are_ignored() -> None:
    newer = LEAST | {"v": 2, "mood": "good", "more": {"a": [1, 2]}}

    event = decode_event(msgpack.packb(newer))

    assert (event.run, event.v) == ("r1", 2)


def test_of_an_event_of_an_unknown_type_the_number_can_be_read() -> None:
    newer = LEAST | {"type": "never-heard-of", "v": 3, "g": 9}

    assert decode_envelope(msgpack.packb(newer)) == Envelope(run="r1", g=9, v=3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc0",
        b"no message",
        b"\x80",
        b"\x91" * 100_000,
        msgpack.packb(LEAST)[:-1],
        msgpack.packb(LEAST) + b"\xc0",
        msgpack.packb(LEAST | {"type": "never-heard-of"}),
        msgpack.packb(LEAST | {"seq": "one"}),
        msgpack.packb(LEAST | {"new": "asleep"}),
        msgpack.packb(LEAST).replace(b"alice-1", b"alice-\xff"),
        msgpack.packb({key: value for key, value in LEAST.items() if key != "node"}),
        msgpack.packb([LEAST]),
    ],
    ids=["nothing", "null", "text", "empty map", "deep", "cut off", "too long", "unknown type",
         "wrong type", "unknown state", "not UTF-8", "missing key", "list"],
)  # fmt: skip
def test_what_is_no_event_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_event(data)


def test_a_message_of_one_conversation_is_malformed_in_another() -> None:
    with pytest.raises(MalformedError):
        decode_to_worker(encode(TO_COORDINATOR[0]))


@ANY
@given(st.binary(max_size=200), st.sampled_from(DECODERS))
def test_any_bytes_are_a_message_or_malformed(data: bytes, decode: Decode) -> None:
    try:
        decode(data)
    except MalformedError:
        return


@ANY
@given(st.sampled_from(MESSAGES), st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_message_is_a_message_or_malformed(
    example: tuple[Decode, Struct], place: int, value: int
) -> None:
    decode, message = example
    data = bytearray(encode(message))
    data[place % len(data)] = value

    try:
        decode(bytes(data))
    except MalformedError:
        return


@ANY
@given(st.lists(st.binary(max_size=300)))
def test_a_journal_gives_back_what_was_written_to_it(messages: list[bytes]) -> None:
    assert unframe(b"".join(map(frame, messages))) == messages


@ANY
@given(st.lists(st.binary(max_size=50), min_size=1), st.data())
def test_a_message_that_was_cut_off_at_the_end_of_a_journal_is_left_out(
    messages: list[bytes], data: st.DataObject
) -> None:
    last = frame(messages[-1])
    kept = data.draw(st.integers(0, len(last) - 1))
    whole = b"".join(map(frame, messages[:-1]))

    assert unframe(whole + last[:kept]) == messages[:-1]


def test_a_frame_is_four_bytes_of_length_and_the_message() -> None:
    assert frame(b"abc") == b"\x00\x00\x00\x03abc"


@pytest.mark.parametrize(
    ("text", "sent"),
    [("PCMU\udcff\udcfe", "PCMU\ufffd\ufffd"), ("\U0001f600\udcff.", "\U0001f600\ufffd.")],
)
def test_bytes_of_a_peer_that_are_no_text_can_be_sent(text: str, sent: str) -> None:
    event = next(one for one, _ in EVENTS if isinstance(one, ActionLog))

    assert decode_event(encode(replace(event, message=text))) == replace(event, message=sent)
