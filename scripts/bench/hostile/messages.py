"""The test messages of RFC 4475 and RFC 5118, which lie beside this file as text."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from scripts.bench.hostile.peer import HOST

_FOLDER = Path(__file__).parent
_MARK = re.compile(r"^=== (.+)$", re.MULTILINE)
# What a dialog is known by, with the lines that continue it.
_OF_DIALOG = re.compile(
    rb"^(?:to|t|from|f|call-id|i|cseq)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
_METHOD = re.compile(rb"\A(\S+)")


class OfADialog(Protocol):
    """What says which lines make a request one of a dialog."""

    def identity(self, method: str) -> str:
        """Return them."""


def named(rfc: str) -> dict[str, str]:
    """Return the messages of ``rfc4475`` or ``rfc5118`` as they are written there."""
    _, *parts = _MARK.split((_FOLDER / f"{rfc}.txt").read_text("ascii"))
    return {
        name: "\r\n".join(text.removeprefix("\n").removesuffix("\n").split("\n")[:-1])
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def to_send(text: str, own: int, port: int) -> bytes:
    """Return a message as it is sent from one port to another."""
    places = {"@TARGET@": f"{HOST}:{port}", "@OWN@": f"{HOST}:{own}"}
    for mark, place in {**places, "@UNIQUE@": secrets.token_hex(4)}.items():
        text = text.replace(mark, place)
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def in_dialog(message: bytes, dialog: OfADialog) -> bytes:
    """Return a message as one of a dialog; a response stays what it is."""
    head, gap, body = message.partition(b"\r\n\r\n")
    if message.startswith(b"SIP/"):
        return message
    method = _METHOD.match(head)
    name = method[1].decode("latin-1") if method else "OPTIONS"
    first, _, others = (head + b"\r\n").partition(b"\r\n")
    kept = _OF_DIALOG.sub(b"", others)
    return (
        first
        + b"\r\n"
        + dialog.identity(name).encode("latin-1")
        + kept.rstrip(b"\r\n")
        + gap
        + body
    )


def all_named() -> Iterator[tuple[str, str]]:
    """Yield every message with its name."""
    for rfc in ("rfc4475", "rfc5118"):
        for name, text in named(rfc).items():
            yield f"{rfc} {name}", text
