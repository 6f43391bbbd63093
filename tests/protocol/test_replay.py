"""Requests for what was missed, as they are written and as they are read."""

import msgpack
import msgspec
import pytest

from sipflow.protocol.replay import (
    KnownRun,
    Replay,
    ReplayRequest,
    Runs,
    read_request,
    request_topic,
)
from sipflow.protocol.wire import decode_replay, encode


@pytest.mark.parametrize(
    ("run", "first"), [("3f9a2c1b", 1), ("3f9a2c1b", 10**14), ("3f9a2c1b-1234567", 1), ("", 1)]
)
def test_a_request_is_read_as_it_was_written(run: str, first: int) -> None:
    topic = request_topic(run, first, "me-1")
    assert topic == f"replay/{run}/{first}/me-1".encode()
    assert read_request(topic) == ReplayRequest(topic, run, first)


def test_the_first_event_is_number_one() -> None:
    request = read_request(b"replay/a1/0/x")
    assert request is not None
    assert request.first == 1


@pytest.mark.parametrize(
    "topic",
    [
        b"",
        b"replay",
        b"replay/",
        b"replay/a1/1/",
        b"replay/a1/1",
        b"replay/a1//x",
        b"replay/a1/-1/x",
        b"replay/a1/1/x/y",
        b"replay/A1/1/x",
        b"replay/a.1/1/x",
        b"replay/-1/1/x",
        b"replay/a1-/1/x",
        b"replay/a1-b/1/x",
        b"replay/a1-1-1/1/x",
        b"replay/a1-f/1/x",
        b"replay/a1/1111111111111111/x",
        b"replay/a1/1/" + b"x" * 65,
        b"replay/" + b"a" * 128 + b"/1/x",
        b" replay/a1/1/x",
        b"a1.alice.node-state",
    ],
)
def test_what_is_no_request_is_none(topic: bytes) -> None:
    assert read_request(topic) is None


def test_an_answer_is_a_map_for_any_other_program() -> None:
    event = {"type": "cleanup", "g": 7}
    replay = Replay(run="a1", first=7, last=9, events=(msgspec.Raw(msgpack.packb(event)),))
    runs = Runs(runs=(KnownRun(run="a1", last=9, ended=True),), more=False)
    assert msgpack.unpackb(encode(replay)) == {
        "type": "replay", "v": 1, "run": "a1", "first": 7, "last": 9, "events": [event],
    }  # fmt: skip
    assert msgpack.unpackb(encode(runs)) == {
        "type": "runs", "v": 1, "runs": [{"run": "a1", "last": 9, "ended": True}], "more": False,
    }  # fmt: skip
    assert decode_replay(encode(runs)) == runs
