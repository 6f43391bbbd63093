"""Reads the journals of workers: their events, written to a file before they were sent."""

from pathlib import Path

from sipflow.protocol.events import AnyEvent
from sipflow.protocol.wire import MalformedError, decode_event, unframe

# The length of what follows in a recorder.
RECORDER_HEADER = 8


def read_journal(path: Path) -> list[AnyEvent]:
    """Return the events of a journal in order, as far as it is whole; none if there is no file."""
    try:
        return _events(path.read_bytes())
    except OSError:
        return []


def read_recorder(path: Path) -> list[AnyEvent]:
    """Return the events that a worker of a load recorded of its last run; none without a file."""
    try:
        data = path.read_bytes()
    except OSError:
        return []
    length = int.from_bytes(data[:RECORDER_HEADER], "little")
    return _events(data[RECORDER_HEADER : RECORDER_HEADER + length])


def _events(data: bytes) -> list[AnyEvent]:
    events: list[AnyEvent] = []
    for message in unframe(data):
        try:
            events.append(decode_event(message))
        except MalformedError:
            break
    return events
