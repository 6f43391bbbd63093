"""What a leg received against the limits of a node."""

import pytest
from msgspec.structs import replace

from sipflow.media.stream_stats import MediaFigures
from sipflow.scenario.model.actions import CheckMedia
from sipflow.worker.actions import Failed, Step, Succeeded, begin, expire, observe, time_limit
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import MeasureMedia
from sipflow.worker.ua.events import MediaMeasured
from tests.worker.actions.telling import BUSY, CONFIRMED, REFUSED, calling
from tests.worker.plans import PEERS

# A tone as it comes in where nothing is wrong.
GOOD = MediaFigures(
    packets=100, jitter=0.5, delay=40, codec="PCMU", direction="sendrecv", level=-11.5, tone=1000.4
)
BAD = replace(GOOD, packets=90, lost=10, jitter=31.25)
CHECKED = Succeeded("media checked")


def measured(figures: MediaFigures, window: float | None = None) -> MediaMeasured:
    return MediaMeasured("out-1", figures, window)


def judged(action: CheckMedia, figures: MediaFigures) -> Step:
    legs = calling(CONFIRMED)
    begin(action, legs, PEERS)
    legs.apply(measured(figures))
    return observe(action, legs)


@pytest.mark.parametrize(
    ("window", "log"),
    [
        (None, "checking what leg call-1 receives"),
        (1.5, "checking what leg call-1 receives for 1.5 s"),
    ],
)
def test_figures_are_ordered(window: float | None, log: str) -> None:
    assert begin(CheckMedia(window=window), calling(CONFIRMED), PEERS) == Step(
        orders=(MeasureMedia("out-1", window),), log=log
    )


@pytest.mark.parametrize(
    "action",
    [
        CheckMedia(),
        CheckMedia(min_packets=100, max_loss=0, max_jitter=0.001, min_mos=4),
        CheckMedia(codec="pcmu", direction="sendrecv"),
        CheckMedia(sound=True, tone=1000),
        CheckMedia(tone=1010),
        CheckMedia(tone=990.5),
        CheckMedia(tone=900, tolerance=101),
    ],
)
def test_what_keeps_every_limit_succeeds_and_says_its_figures(action: CheckMedia) -> None:
    assert judged(action, GOOD) == Step(
        CHECKED,
        log="received 100 packets, loss 0.0 %, jitter 0.5 ms, MOS 4.41, PCMU, sendrecv, "
        "-11.5 dBov, 1000.4 Hz",
        figures=(GOOD, None),
    )


@pytest.mark.parametrize(
    ("action", "figures", "message"),
    [
        (CheckMedia(), MediaFigures(), "0 packets, fewer than 1"),
        (CheckMedia(min_packets=2), MediaFigures(packets=1), "1 packet, fewer than 2"),
        (CheckMedia(max_loss=1), BAD, "loss 10.0 %, more than 1 %"),
        (CheckMedia(max_jitter=0.02), BAD, "jitter 31.2 ms, more than 20 ms"),
        (CheckMedia(min_mos=4), BAD, "MOS 3.41, less than 4"),
        (CheckMedia(min_mos=2.5), replace(GOOD, codec="speex"),
         "no MOS, expected at least 2.5"),
        (CheckMedia(codec="PCMA"), GOOD, "codec PCMU, not PCMA"),
        (CheckMedia(codec="PCMA"), replace(GOOD, codec=None), "codec none, not PCMA"),
        (CheckMedia(direction="recvonly"), GOOD, "direction sendrecv, not recvonly"),
        (CheckMedia(direction="recvonly"), replace(GOOD, direction=None),
         "direction none, not recvonly"),
        (CheckMedia(sound=True), replace(GOOD, level=-50.1),
         "silence, expected sound"),
        (CheckMedia(sound=True), replace(GOOD, level=None),
         "silence, expected sound"),
        (CheckMedia(sound=False), replace(GOOD, level=-50.0),
         "sound of -50.0 dBov, expected silence"),
        (CheckMedia(tone=440), GOOD, "a tone of 1000.4 Hz, not 440 Hz ± 10 Hz"),
        (CheckMedia(tone=1000, tolerance=2.5), replace(GOOD, tone=None),
         "no tone, expected 1000 Hz ± 2.5 Hz"),
        (
            CheckMedia(min_packets=91, max_loss=1, max_jitter=0.02, min_mos=4, tone=440),
            BAD,
            "90 packets, fewer than 91; loss 10.0 %, more than 1 %; "
            "jitter 31.2 ms, more than 20 ms; MOS 3.41, less than 4; "
            "a tone of 1000.4 Hz, not 440 Hz ± 10 Hz",
        ),
    ],
)  # fmt: skip
def test_every_limit_that_is_broken_is_named_with_its_figure(
    action: CheckMedia, figures: MediaFigures, message: str
) -> None:
    step = judged(action, figures)

    assert step.outcome == Failed("media checked", message)
    assert step.figures == (figures, None)


def test_silence_is_what_nobody_heard_anything_in() -> None:
    assert judged(CheckMedia(sound=False), replace(GOOD, level=-140.0)).outcome == CHECKED
    assert judged(CheckMedia(sound=False), replace(GOOD, level=None)).outcome == CHECKED


def test_what_is_not_known_is_not_said() -> None:
    assert judged(CheckMedia(), MediaFigures(packets=1)).log == (
        "received 1 packet, loss 0.0 %, jitter 0.0 ms"
    )


def test_figures_of_before_are_forgotten() -> None:
    legs = calling(CONFIRMED, measured(GOOD), REFUSED)
    begin(CheckMedia(), legs, PEERS)

    assert observe(CheckMedia(), legs) == Step()


def test_figures_that_cannot_be_had_fail_the_check() -> None:
    legs = calling(CONFIRMED)
    begin(CheckMedia(), legs, PEERS)
    legs.apply(REFUSED)

    assert observe(CheckMedia(), legs).outcome == Failed("refused", "no media", 500)


def test_all_that_came_may_be_asked_for_when_the_leg_is_gone() -> None:
    legs = calling(CONFIRMED, measured(GOOD), BUSY)

    assert begin(CheckMedia(min_packets=100), legs, PEERS).outcome == CHECKED


def test_a_leg_that_is_gone_without_figures_received_nothing() -> None:
    step = begin(CheckMedia(), calling(BUSY), PEERS)

    assert step.outcome == Failed("media checked", "0 packets, fewer than 1")


def test_nothing_comes_in_a_window_when_the_leg_is_gone() -> None:
    failed = Failed("486 ended the leg", "Busy Here", 486)
    action = CheckMedia(window=2.0)

    assert begin(action, calling(CONFIRMED, measured(GOOD), BUSY), PEERS).outcome == failed
    legs = calling(CONFIRMED)
    begin(action, legs, PEERS)
    legs.apply(measured(GOOD))  # all of the call, told at its end: not what was asked for
    assert observe(action, legs) == Step()
    legs.apply(BUSY)
    assert observe(action, legs).outcome == failed


@pytest.mark.parametrize(("window", "limit"), [(None, 10.0), (2.5, 12.5)])
def test_a_window_is_on_top_of_the_time_limit(window: float | None, limit: float) -> None:
    action = CheckMedia(window=window)

    assert time_limit(action) == limit
    assert expire(action, Legs()).outcome == Failed(
        "time limit", f"no figures of leg call-1 within {limit:g} s"
    )
