"""The conversation between the coordinator and the fork server, the process that forks the workers.

It runs over a pair of connected sockets that keep message boundaries; the end of the stream means
that the other side is gone. Types only.
"""

from msgspec import Struct


class Message(Struct, frozen=True, kw_only=True, tag_field="message", tag=True):
    """A tagged message of this conversation."""


class Launch(Message, frozen=True, kw_only=True):
    """Fork a worker.

    ``control`` and ``events`` are the endpoints of the coordinator's sockets, ``key`` is what the
    worker shows there, so that nobody else is taken for one. ``log`` is the file that its standard
    output and error go to until it is assigned a part.
    """

    worker: str
    key: str
    control: str
    events: str
    log: str


class RemoveAtEnd(Message, frozen=True, kw_only=True):
    """Remove a directory once the coordinator is gone and every worker is."""

    directory: str


class Signal(Message, frozen=True, kw_only=True):
    """Send a signal to a worker, if it still lives."""

    worker: str
    signal: int


ToForkServer = Launch | RemoveAtEnd | Signal


class Launched(Message, frozen=True, kw_only=True):
    """The worker's process exists."""

    worker: str
    pid: int


class Ended(Message, frozen=True, kw_only=True):
    """The worker's process is gone; ``exit_code`` is negative for the signal that ended it.

    ``cause``: the error that ended it, in a line, where it is known; ``trace`` where that came
    from, several lines.
    """

    worker: str
    exit_code: int
    cause: str = ""
    trace: str = ""


FromForkServer = Launched | Ended
