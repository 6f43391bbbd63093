"""What the other side wrote, in whatever encoding."""

import pytest

from sipflow.worker.ua.pjsua.stack.received import received_text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"Busy Here", "Busy Here"),
        ("Besetzt, später".encode(), "Besetzt, später"),
        ("später".encode("latin-1"), "sp\\xe4ter"),
        (b"", ""),
    ],
)
def test_what_is_no_utf_8_is_shown_as_its_bytes(said: bytes, told: str) -> None:
    assert received_text(said.decode("utf-8", "surrogateescape")) == told
