"""Real sound between real endpoints: what is counted and heard of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sipflow.media.level import AUDIBLE, SILENCE
from sipflow.media.stream_stats import MediaFigures
from sipflow.worker.ua.commands import DropRtp, HangUp, Invite, MeasureMedia, Respond, WatchMedia
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DigitReceived,
    Happening,
    MediaMeasured,
    OrderRefused,
    RtpDropping,
)
from tests.worker.ua.phone import Phone, phones
from tests.worker.ua.sounds import PlayDigits, PlayTone


class Talk:
    """A call from Alice to Bob that is answered; Bob is the one who listens."""

    def __init__(self, alice: Phone, bob: Phone, listen: bool, number: int = 1) -> None:
        self.alice = alice
        self.bob = bob
        self._out, self._in = f"out-{number}", f"in-{number}"
        alice.order(Invite(self._out, bob.uri))
        bob.hear()
        bob.order(WatchMedia(self._in, listen), Respond(self._in, 200))
        assert alice.hear(3)[-1] == DialogConfirmed(self._out, 200, "OK")
        assert bob.hear() == [DialogConfirmed(self._in, 200, "OK")]

    def measured(self, window: float | None = None) -> MediaFigures:
        """Have Bob's media measured."""
        self.bob.order(MeasureMedia(self._in, window))
        (measured,) = self.bob.hear()
        assert isinstance(measured, MediaMeasured)
        assert (measured.dialog, measured.window) == (self._in, window)
        return measured.figures

    def end(self) -> list[Happening]:
        """End the call; return what Bob tells until its end."""
        self.alice.order(HangUp(self._out))
        told = self.bob.hear()
        while not isinstance(told[-1], DialogEnded):
            told += self.bob.hear()
        assert self.alice.hear() == [DialogEnded(self._out, 200, "Normal call clearing")]
        return told


def open_files(pid: int) -> list[str]:
    """Return the names of the files that a process has open."""
    return [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]


@pytest.fixture
def talk() -> Iterator[Talk]:
    with phones(2) as (alice, bob):
        yield Talk(alice, bob, listen=True)


def test_a_tone_is_heard_with_its_frequency_and_nothing_is_lost(talk: Talk) -> None:
    talk.alice.play(PlayTone("out-1", 1000))

    figures = talk.measured(1.0)

    assert figures.tone == pytest.approx(1000, abs=1)
    assert figures.level is not None
    assert figures.level > AUDIBLE
    assert (figures.lost, figures.discarded, figures.duplicated) == (0, 0, 0)
    assert figures.packets >= 20
    assert (figures.codec, figures.direction) == ("PCMU", "sendrecv")
    assert figures.mos is not None
    assert figures.mos > 4


def test_of_what_is_dropped_on_purpose_as_much_is_counted_as_lost(talk: Talk) -> None:
    talk.alice.play(PlayTone("out-1", 440))
    talk.bob.order(DropRtp("in-1", 10))
    assert talk.bob.hear() == [RtpDropping("in-1", 10)]

    figures = talk.measured(2.0)

    assert figures.loss == pytest.approx(10, abs=2)
    assert figures.mos is not None
    assert 3 < figures.mos < 4
    assert figures.tone == pytest.approx(440, abs=10)

    talk.bob.order(DropRtp("in-1", 0))
    assert talk.bob.hear() == [RtpDropping("in-1", 0)]
    assert talk.measured(1.0).lost <= 1  # one that was under way as its window began


def test_a_window_has_only_what_came_in_it_and_a_whole_has_all(talk: Talk) -> None:
    talk.alice.play(PlayTone("out-1", 1000))
    first = talk.measured(1.0)
    talk.alice.play(PlayTone("out-1", 0))
    talk.measured(0.5)

    quiet, whole = talk.measured(1.0), talk.measured()

    assert (quiet.level, quiet.tone) == (SILENCE, None)
    assert whole.level == pytest.approx(first.level, abs=0.5)
    assert whole.tone == pytest.approx(1000, abs=1)
    assert whole.packets >= first.packets + quiet.packets


def test_digits_are_heard_in_their_order(talk: Talk) -> None:
    digits = "1590D*#"
    talk.alice.play(PlayDigits("out-1", digits, on=50, off=50))

    heard = talk.bob.hear(len(digits))

    assert heard == [DigitReceived("in-1", digit, "inband") for digit in digits]


def test_what_was_received_is_told_right_before_the_end_with_the_last_digits(talk: Talk) -> None:
    talk.alice.play(PlayDigits("out-1", "5", on=100, off=0))
    # By then the digit is recorded at the other end; that it is here too would take longer.
    assert talk.alice.is_quiet(0.2)

    *digits, measured, ended = talk.end()

    assert digits == [DigitReceived("in-1", "5", "inband")]
    assert isinstance(measured, MediaMeasured)
    assert measured.figures.packets >= 5
    assert (measured.figures.codec, measured.figures.direction) == ("PCMU", "sendrecv")
    assert isinstance(ended, DialogEnded)


def test_only_the_counts_of_a_call_that_is_watched_are_known() -> None:
    with phones(2) as (alice, bob):
        talk = Talk(alice, bob, listen=False)
        alice.play(PlayTone("out-1", 1000))

        figures = talk.measured(1.0)

        assert figures.packets >= 20
        assert figures.lost == 0
        assert (figures.level, figures.tone) == (None, None)
        measured, _ = talk.end()
        assert isinstance(measured, MediaMeasured)
        assert measured.figures.packets >= figures.packets


def test_nothing_is_told_of_a_call_that_nobody_watches() -> None:
    with phones(2) as (alice, bob):
        Talk(alice, bob, listen=False)

        alice.order(MeasureMedia("out-1"))
        (measured,) = alice.hear()
        assert isinstance(measured, MediaMeasured)
        assert (measured.figures.packets, measured.figures.codec) == (0, "PCMU")
        bob.order(HangUp("in-1"))

        assert [type(told) for told in alice.hear(2)] == [MediaMeasured, DialogEnded]


def test_a_call_that_was_never_answered_received_nothing() -> None:
    with phones(2) as (alice, bob):
        alice.order(Invite("out-1", bob.uri), WatchMedia("out-1", listen=True))
        bob.hear()
        alice.hear(2)
        bob.order(Respond("in-1", 486))

        measured, _ = alice.hear(2)

        assert measured == MediaMeasured("out-1", MediaFigures())


def test_a_call_without_media_cannot_lose_any() -> None:
    with phones(2) as (alice, bob):
        alice.order(Invite("out-1", bob.uri))
        bob.hear()
        alice.hear(2)
        alice.order(DropRtp("out-1", 10))

        assert alice.hear() == [OrderRefused("out-1", "the leg has no media yet")]


def test_what_is_asked_about_the_media_of_a_call_that_is_gone_is_passed_over() -> None:
    with phones(1) as (alice,):
        alice.order(DropRtp("in-9", 10), MeasureMedia("in-9"), WatchMedia("in-9", listen=True))

        assert alice.is_quiet(0.1)


def test_a_call_may_be_listened_to_when_it_has_media_already() -> None:
    with phones(2) as (alice, bob):
        talk = Talk(alice, bob, listen=False)
        alice.play(PlayTone("out-1", 1000))
        bob.order(WatchMedia("in-1", listen=True))

        assert talk.measured(0.5).tone == pytest.approx(1000, abs=1)


def test_the_next_run_of_an_endpoint_hears_nothing_of_the_one_before(talk: Talk) -> None:
    talk.alice.play(PlayTone("out-1", 1000))
    talk.measured(0.5)

    talk.bob.take_number("201")

    assert talk.bob.is_quiet(0.5)
    assert talk.alice.hear()[-1] == DialogEnded("out-1", 200, "Normal call clearing")
    later = Talk(talk.alice, talk.bob, listen=True, number=2)
    figures = later.measured(0.5)
    assert (figures.level, figures.tone) == (SILENCE, None)


def test_calls_that_are_listened_to_come_and_go_without_leaving_anything(talk: Talk) -> None:
    talk.end()
    for number in range(2, 8):
        talk = Talk(talk.alice, talk.bob, listen=True, number=number)
        talk.alice.play(PlayTone(f"out-{number}", 1000))
        assert talk.measured(0.3).tone == pytest.approx(1000, abs=1)
        talk.end()
    assert not [name for name in open_files(talk.bob.process.pid) if "sipflow-" in name]
