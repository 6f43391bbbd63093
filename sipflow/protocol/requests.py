"""What a user's other programs ask of a running coordinator, and what it answers. Types only.

One request, one answer, over a socket in the run's directory, which only its user can enter.
"""

from msgspec import Struct


class Message(Struct, frozen=True, kw_only=True, tag_field="message", tag=True):
    """A tagged message of this conversation."""


class StopRun(Message, frozen=True, kw_only=True):
    """Stop the run: end its calls and conclude ``stopped``."""


class AskStatus(Message, frozen=True, kw_only=True):
    """Say what the run is and how it stands."""


Request = StopRun | AskStatus


class Accepted(Message, frozen=True, kw_only=True):
    """What was asked for is being done."""


class Denied(Message, frozen=True, kw_only=True):
    """What was asked for cannot be done, and why."""

    detail: str


class Status(Message, frozen=True, kw_only=True):
    """The run's id, scenario, process, where its events are, and its state."""

    run: str
    scenario: str
    pid: int
    events: str
    state: str


Answer = Accepted | Denied | Status
