"""The journals of workers: their events, as they wrote them down before they sent them."""

from pathlib import Path

from sipflow.protocol.events import AnyEvent
from sipflow.protocol.wire import MalformedError, decode_event, unframe


def read_journal(path: Path) -> list[AnyEvent]:
    """Return the events of a journal in order, as far as it is whole; none if there is no file."""
    try:
        data = path.read_bytes()
    except OSError:
        return []
    events: list[AnyEvent] = []
    for message in unframe(data):
        try:
            events.append(decode_event(message))
        except MalformedError:
            break
    return events
