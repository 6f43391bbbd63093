"""MESSAGE requests on their way between user agents in memory. Values only."""

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from sipflow.worker.ua.memory import End, MemoryUserAgent


class Text(Struct, frozen=True):
    """A MESSAGE of an agent, which gets the answer; ``end`` is where it arrives in a dialog."""

    agent: "MemoryUserAgent"
    number: int
    body: str
    end: "End | None" = None


class TextAnswer(Struct, frozen=True):
    """The final response to a MESSAGE."""

    number: int
    code: int
