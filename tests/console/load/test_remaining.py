"""How long a load still begins runs."""

import pytest

from sipflow.console.load.remaining import time_left
from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.projections.load import LoadProjection
from sipflow.protocol.events import AnyEvent, RunCounts
from tests.projections.load_events import load_numbers, load_state
from tests.projections.transcript import START

MINUTE = Profile(stages=(Stage(50.0, 50.0, 60.0),), duration=60.0)
COUNTED = Profile(stages=(Stage(50.0, 50.0, float("inf")),), calls=3000)
AT_ONCE = Profile(concurrency=8, calls=1000)


def projection(*events: AnyEvent) -> LoadProjection:
    """Return the picture after events."""
    seen = LoadProjection()
    for event in events:
        seen.apply(event)
    return seen


def running(started: int, asked: float | None = 50.0) -> LoadProjection:
    """Return a load that has begun 10 s ago."""
    total = RunCounts(started=started)
    return projection(
        load_state("running", rate=asked), load_numbers(10, total, total, asked=asked)
    )


@pytest.mark.parametrize(
    ("profile", "load", "text"),
    [
        (MINUTE, running(500), "about 50 s left"),
        (Profile(stages=(Stage(0.0, 50.0, 600.0),)), running(500), "about 10 min left"),
        (COUNTED, running(500), "about 50 s left"),
        (COUNTED, running(500, asked=100.0), "about 25 s left"),
        (AT_ONCE, running(100, asked=None), "about 2 min left"),
        (AT_ONCE, running(0, asked=None), ""),
        (Profile(concurrency=8), running(100, asked=None), ""),
        (Profile(concurrency=8, duration=10.0), running(100, asked=None), "the last runs end"),
        (AT_ONCE, projection(load_state("running", rate=None)), ""),
        (MINUTE, LoadProjection(), ""),
        (MINUTE, projection(load_state("running"), load_state("ending", at=10.0)), ""),
        (MINUTE, projection(load_state("running"), load_state("paused", at=10.0)), ""),
    ],
)
def test_the_rest_is_said_as_far_as_it_can_be_known(
    profile: Profile, load: LoadProjection, text: str
) -> None:
    assert time_left(profile, load, START + 10.0) == text


def test_a_pause_is_no_part_of_it() -> None:
    load = projection(
        load_state("running"),
        load_state("paused", at=10.0),
        load_state("paused", at=12.0),
        load_state("running", at=20.0),
        load_state("running", at=25.0),
    )

    assert time_left(MINUTE, load, START + 30.0) == "about 40 s left"


def test_a_load_that_is_paused_stands_still() -> None:
    load = projection(load_state("running"), load_state("paused", at=10.0))

    assert [load.active(START + at) for at in (10.0, 20.0)] == [10.0, 10.0]
