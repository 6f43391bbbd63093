"""MESSAGE requests between user agents in memory, and the texts of received messages. Pure."""

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from sipflow.worker.ua.memory.agent import End, MemoryUserAgent


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


# The texts that user agents without SIP report where real ones report received messages. Pure.
#
# They hold only what a scenario can examine: the start line, From, To and Contact.


def request(method: str, sender: str, receiver: str) -> str:
    """Return a request from one SIP URI to another."""
    lines = [f"{method} {receiver} SIP/2.0", *_addresses(sender, receiver)]
    return _joined(lines)


def response(code: int, reason: str, sender: str, receiver: str) -> str:
    """Return a response to the sender of a request."""
    return _joined([f"SIP/2.0 {code} {reason}", *_addresses(sender, receiver)])


def _addresses(sender: str, receiver: str) -> list[str]:
    return [f"From: <{sender}>;tag=1", f"To: <{receiver}>", f"Contact: <{sender}>"]


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\r\n" for line in [*lines, "Content-Length: 0", ""])
