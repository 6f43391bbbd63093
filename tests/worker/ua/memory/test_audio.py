"""Audio between user agents wired in memory: there is none, but what is told is told."""

import pytest

from sipflow.worker.ua.commands import (
    AudioOrder,
    Invite,
    Play,
    Record,
    Respond,
    SendDigits,
    StopTracks,
    WatchMedia,
)
from sipflow.worker.ua.events import (
    DigitReceived,
    Happening,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
)
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from tests.worker.plans import BOB, plan


class Pair:
    """Alice, who called Bob."""

    def __init__(self, *, answered: bool = True) -> None:
        exchange = Exchange()
        self.alice, self.bob = MemoryUserAgent(exchange), MemoryUserAgent(exchange)
        self.alice.open(plan("alice"))
        self.bob.open(plan("bob"))
        self.alice.carry_out(Invite("out-1", BOB))
        self.hear()
        if answered:
            self.bob.carry_out(Respond("in-1", 200))
            self.hear()

    def hear(self) -> tuple[list[Happening], list[Happening]]:
        """Return what Alice and what Bob saw."""
        seen: tuple[list[Happening], list[Happening]] = ([], [])
        for _ in range(4):
            seen[0].extend(self.alice.poll(0.0))
            seen[1].extend(self.bob.poll(0.0))
        return seen


@pytest.mark.parametrize(
    ("order", "track", "ends"),
    [
        (Play("out-1", "a.wav"), Track.PLAYING, True),
        (Play("out-1", "a.wav", loop=True), Track.PLAYING, False),
        (Record("out-1", "b.wav", 2.0), Track.RECORDING, True),
        (Record("out-1", "b.wav"), Track.RECORDING, False),
    ],
)
def test_what_has_an_end_by_itself_has_it_at_once(
    order: AudioOrder, track: Track, ends: bool
) -> None:
    pair = Pair()
    pair.alice.carry_out(order)

    end: list[Happening] = [TrackEnded("out-1", track)] if ends else []
    assert pair.hear() == ([TrackBegan("out-1", track), *end], [])


def test_what_is_stopped_is_told_to_have_ended() -> None:
    pair = Pair()
    pair.alice.carry_out(Play("out-1", "a.wav", loop=True))
    pair.hear()

    pair.alice.carry_out(StopTracks("out-1", (Track.PLAYING,)))

    assert pair.hear() == ([TrackEnded("out-1", Track.PLAYING)], [])


@pytest.mark.parametrize("order", [None, WatchMedia("out-1", listen=False)])
def test_tones_are_not_heard_where_nobody_listens(order: WatchMedia | None) -> None:
    pair = Pair()
    if order is not None:
        pair.alice.carry_out(order)
    pair.bob.carry_out(SendDigits("in-1", "1", 0.2, "inband"))

    assert pair.hear()[0] == []


def test_digits_arrive_in_order() -> None:
    pair = Pair()
    pair.alice.carry_out(WatchMedia("out-1", listen=True))
    pair.bob.carry_out(SendDigits("in-1", "1#", 0.2, "inband"))

    assert pair.hear() == (
        [DigitReceived("out-1", "1", "inband"), DigitReceived("out-1", "#", "inband")],
        [TrackBegan("in-1", Track.SENDING), TrackEnded("in-1", Track.SENDING)],
    )


def test_there_is_no_audio_before_the_answer() -> None:
    pair = Pair(answered=False)
    pair.alice.carry_out(SendDigits("out-1", "1", 0.2, "info"))

    refused = TrackRefused("out-1", Track.SENDING, "no audio flows on the leg")
    assert pair.hear() == ([refused], [])
