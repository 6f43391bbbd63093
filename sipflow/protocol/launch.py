"""Messages between the coordinator and the fork server, the process that forks the workers.

They go over a pair of connected sockets that keep message boundaries; end of file means that the
other process has exited. Types only.
"""

from msgspec import Struct


class Message(Struct, frozen=True, kw_only=True, tag_field="message", tag=True):
    """A tagged message of this conversation."""


class Launch(Message, frozen=True, kw_only=True):
    """Fork a worker.

    ``key``: identifies the worker to the coordinator; other peers are rejected.
    ``control`` and ``events``: the endpoints of the coordinator's sockets.
    ``log``: the file for standard output and error until an instance is assigned.
    """

    worker: str
    key: str
    control: str
    events: str
    log: str


class RemoveAtEnd(Message, frozen=True, kw_only=True):
    """Remove a directory once the coordinator and all workers have exited."""

    directory: str


class Signal(Message, frozen=True, kw_only=True):
    """Send a signal to a worker, if it has not exited."""

    worker: str
    signal: int


ToForkServer = Launch | RemoveAtEnd | Signal


class Launched(Message, frozen=True, kw_only=True):
    """The worker's process was forked."""

    worker: str
    pid: int


class Ended(Message, frozen=True, kw_only=True):
    """The worker's process has exited; ``exit_code`` is negative for the signal that ended it.

    ``cause``: the error that ended it, in one line, where known.
    ``trace``: the traceback of that error, several lines.
    """

    worker: str
    exit_code: int
    cause: str = ""
    trace: str = ""


FromForkServer = Launched | Ended
