"""The bytes of messages: plain msgpack maps that any language reads, and nothing that crashes."""

from collections.abc import Callable

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipflow.protocol import control, events, launch, requests, wire

NODE = events.NodeState(
    run="r1",
    instance="alice",
    seq=2,
    ts=1.5,
    cause="486 ended the leg",
    node="alice-1",
    previous="running",
    new="failed",
    reason=events.Reason(code=486, message="Busy Here"),
)
DECODERS: list[Callable[[bytes], object]] = [
    wire.decode_event,
    wire.decode_to_worker,
    wire.decode_to_coordinator,
    wire.decode_to_nursery,
    wire.decode_from_nursery,
    wire.decode_request,
    wire.decode_answer,
]


def test_an_event_is_a_msgpack_map_with_string_keys() -> None:
    assert msgpack.unpackb(wire.encode(NODE)) == {
        "type": "node-state",
        "v": 1,
        "run": "r1",
        "instance": "alice",
        "seq": 2,
        "g": 0,
        "ts": 1.5,
        "cause": "486 ended the leg",
        "node": "alice-1",
        "previous": "running",
        "new": "failed",
        "reason": {"code": 486, "message": "Busy Here"},
    }


def test_unknown_keys_are_ignored_and_missing_ones_take_their_defaults() -> None:
    written = msgpack.unpackb(wire.encode(NODE))
    del written["g"], written["v"], written["reason"]
    event = wire.decode_event(msgpack.packb({**written, "colour": "blue"}))
    assert isinstance(event, events.NodeState)
    assert (event.g, event.v, event.reason) == (0, 1, None)


@pytest.mark.parametrize(
    ("message", "decode"),
    [
        (NODE, wire.decode_event),
        (control.Halt(cause="stop"), wire.decode_to_worker),
        (control.CleanedUp(released=1, left=("x",)), wire.decode_to_coordinator),
        (launch.Signal(worker="w1", signal=9), wire.decode_to_nursery),
        (launch.Ended(worker="w1", exit_code=-9), wire.decode_from_nursery),
        (requests.StopRun(), wire.decode_request),
        (requests.Denied(detail="no"), wire.decode_answer),
    ],
)
def test_what_is_encoded_is_decoded_again(
    message: events.NodeState, decode: Callable[[bytes], object]
) -> None:
    assert decode(wire.encode(message)) == message


@pytest.mark.parametrize("decode", DECODERS, ids=lambda decode: decode.__name__)
@settings(deadline=None, derandomize=True, database=None)
@given(data=st.binary(max_size=64))
def test_bytes_that_are_no_message_are_malformed_and_nothing_else(
    decode: Callable[[bytes], object], data: bytes
) -> None:
    with pytest.raises(wire.MalformedError):
        decode(data)


def test_a_journal_gives_its_whole_messages_and_leaves_out_one_that_was_cut_off() -> None:
    journal = wire.frame(b"one") + wire.frame(b"") + wire.frame(b"three")
    assert wire.unframe(journal) == [b"one", b"", b"three"]
    assert wire.unframe(journal[:-1]) == [b"one", b""]
    assert wire.unframe(journal[:2]) == []
