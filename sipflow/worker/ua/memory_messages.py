"""MESSAGE requests on their way between user agents in memory. Values only."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sipflow.worker.ua.memory import End, MemoryUserAgent


@dataclass(frozen=True, slots=True)
class Text:
    """A MESSAGE of an agent, which gets the answer; ``end`` is where it arrives in a dialog."""

    agent: "MemoryUserAgent"
    number: int
    body: str
    end: "End | None" = None


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """The final response to a MESSAGE."""

    number: int
    code: int
