"""The event log: what is in the file, when, and what happens when it cannot be."""

import json
import os
from pathlib import Path

import msgspec
import pytest

from sipflow.errors import ResourceError, UsageError
from sipflow.protocol.wire import encode
from sipflow.reports.event_log import EventLog
from tests.projections.transcript import START, basic_call


def test_every_event_is_a_line_with_the_keys_of_the_wire(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    events = basic_call().events
    log = EventLog(path)
    for event in events:
        log.handle(event)
    log.close()

    written = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    assert written == [msgspec.msgpack.decode(encode(event)) for event in events]
    assert [event["g"] for event in written] == list(range(1, len(events) + 1))
    assert written[0] == {
        "type": "scenario-state",
        "run": "r1",
        "instance": "-",
        "seq": 1,
        "ts": START,
        "cause": "test",
        "g": 1,
        "v": 1,
        "scenario": "busy callee",
        "previous": None,
        "new": "running",
        "reason": None,
    }


def test_an_event_is_in_the_file_before_the_next_one_comes(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)

    for count, event in enumerate(basic_call().events, 1):
        log.handle(event)
        assert path.read_bytes().count(b"\n") == count
    log.close()


def test_an_older_log_is_emptied_at_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("of yesterday\n", encoding="utf-8")

    EventLog(path).close()

    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("missing/events", "No such file or directory"),
        ("", "Is a directory"),
        ("null\0byte", "embedded null byte"),
    ],
)
def test_a_path_that_cannot_be_opened_is_the_users_mistake(
    tmp_path: Path, path: str, cause: str
) -> None:
    with pytest.raises(UsageError, match=f"cannot open the event log .*{cause}"):
        EventLog(tmp_path / path)


def test_a_full_disk_is_told_once() -> None:
    log = EventLog(Path("/dev/full"))
    first, second, *_ = basic_call().events

    with pytest.raises(ResourceError, match="cannot write the event log /dev/full: No space"):
        log.handle(first)

    log.handle(second)
    log.close()


def test_a_reader_that_has_gone_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    log = EventLog(path)
    os.close(reading)
    first, second, *_ = basic_call().events

    with pytest.raises(ResourceError, match="Broken pipe"):
        log.handle(first)

    log.handle(second)
    log.close()


def test_a_log_that_the_system_refuses_to_close_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    held = [link for link in Path("/proc/self/fd").iterdir() if os.path.realpath(link) == str(path)]
    os.close(int(held[0].name))

    with pytest.raises(ResourceError, match="cannot write the event log"):
        log.close()
