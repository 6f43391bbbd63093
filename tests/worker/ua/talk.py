"""An answered call between two real endpoints, and what can be heard of it."""

import struct
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sipflow.worker.ua.commands import HangUp, Invite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    TrackBegan,
    TrackEnded,
    TryingReceived,
)
from tests.worker.ua.phone import Phone, phones

CLEARED = "Normal call clearing"


class Talk:
    """Alice and Bob, who are talking: ``out-1`` at her, ``in-1`` at him."""

    def __init__(self, alice: Phone, bob: Phone) -> None:
        self.alice = alice
        self.bob = bob

    def begin(self, number: int = 1) -> None:
        """Bring a call to its answer."""
        self.alice.order(Invite(f"out-{number}", self.bob.uri))
        assert self.bob.hear() == [InviteReceived(f"in-{number}", self.alice.uri)]
        assert self.alice.hear(2) == [InviteSent(f"out-{number}"), TryingReceived(f"out-{number}")]
        self.bob.order(Respond(f"in-{number}", 200))
        assert self.alice.hear() == [DialogConfirmed(f"out-{number}", 200, "OK")]
        assert self.bob.hear() == [DialogConfirmed(f"in-{number}", 200, "OK")]

    def end(self) -> None:
        """Let Alice hang up."""
        self.alice.order(HangUp("out-1"))
        assert until_end(self.alice)[-1] == DialogEnded("out-1", 200, CLEARED)
        assert until_end(self.bob)[-1] == DialogEnded("in-1", 200, CLEARED)


@contextmanager
def talking() -> Iterator[Talk]:
    """Give a call that is answered."""
    with phones(2) as (alice, bob):
        talk = Talk(alice, bob)
        talk.begin()
        yield talk


def until_end(phone: Phone) -> list[Happening]:
    """Return what happens until a dialog has ended."""
    heard: list[Happening] = []
    while not (heard and isinstance(heard[-1], DialogEnded)):
        heard += phone.hear()
    return heard


def done(dialog: str, track: object) -> list[Happening]:
    """Return that something on a track began and ended."""
    return [TrackBegan(dialog, track), TrackEnded(dialog, track)]  # type: ignore[arg-type]


def threads(phone: Phone) -> int:
    """Return how many threads an endpoint has."""
    return len(list(Path(f"/proc/{phone.process.pid}/task").iterdir()))


def wakings(phone: Phone, name: str) -> int:
    """Return how often a thread of an endpoint went to sleep, to be woken again."""
    (thread,) = (
        task
        for task in Path(f"/proc/{phone.process.pid}/task").iterdir()
        if (task / "comm").read_text().strip() == name
    )
    lines = (thread / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))


def loudness(path: Path) -> list[int]:
    """Return how loud each 50 ms of a recording are, at their loudest."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        data = file.readframes(file.getnframes())
    samples = struct.unpack(f"<{len(data) // 2}h", data)
    return [max(map(abs, samples[at : at + 400])) for at in range(0, len(samples) - 399, 400)]
