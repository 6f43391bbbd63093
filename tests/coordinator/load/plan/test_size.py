"""How large a pool is to be, how that is said, and when there can be none."""

import pytest

from sipflow.coordinator.load.plan.capacity import MIB, Machine
from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.coordinator.load.plan.size import Size, size, size_text
from sipflow.errors import ResourceError, UsageError
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.reader import read_text

LARGE = Machine(memory=8192 * MIB, descriptors=1 << 20, processes=30_000, ports=1138, cores=2)
# 600 MiB have room for 41 workers.
SMALL = Machine(memory=600 * MIB, descriptors=1 << 20, processes=30_000, ports=1138, cores=2)


def scenario(wait: str = "0s") -> Scenario:
    """Return one of two instances and one call, during which somebody waits."""
    text = (
        'instances: {alice: {number: "100"}, bob: {number: "200"}}\n'
        f"flow:\n  alice: [MakeCall: bob, TIMEOUT: {wait}, Release]\n"
        "  bob: [INCOMING, Answer, DISCONNECTED]\n"
    )
    reading = read_text(text.encode(), "call.yaml")
    assert reading.scenario is not None, reading.problems
    return reading.scenario


def open_profile(
    rate: float, seconds: float = 10.0, calls: int | None = None, concurrency: int | None = None
) -> Profile:
    stages = (Stage(rate, rate, seconds),)
    return Profile(stages=stages, duration=seconds, calls=calls, concurrency=concurrency)


@pytest.mark.parametrize(
    ("profile", "slots"),
    [
        (open_profile(40), 2),  # 0.03 s each, and 40 calls a second an endpoint
        (open_profile(400), 15),
        (open_profile(400, concurrency=4), 4),
        (open_profile(400, calls=3), 3),
        (open_profile(0.1), 1),
        (open_profile(0), 1),
        (Profile(concurrency=7, duration=1.0), 7),
        (Profile(concurrency=7, calls=2), 2),
        (Profile(calls=5), 1),
    ],
)
def test_slots_for_a_profile_of_short_runs(profile: Profile, slots: int) -> None:
    found = size(scenario(), profile, LARGE, None)

    assert found == Size(slots=slots, most=312, instances=2, legs=1, shortest=0.0)


def test_runs_that_wait_take_more_slots() -> None:
    found = size(scenario("2s"), open_profile(10), LARGE, None)

    assert (found.slots, found.shortest) == (25, 2.0)


def test_workers_are_the_most_that_there_may_be() -> None:
    found = size(scenario("2s"), open_profile(10), LARGE, 21)

    assert (found.slots, found.most) == (10, 10)
    assert size(scenario(), open_profile(10), LARGE, 21).slots == 1


def test_too_few_workers_for_a_single_run_are_refused() -> None:
    with pytest.raises(UsageError, match=r"--workers 1: a run takes 2, .* give 2 at least"):
        size(scenario(), open_profile(10), LARGE, 1)


def test_a_machine_without_room_for_what_is_asked_for_is_refused_with_what_would_fit() -> None:
    with pytest.raises(ResourceError, match=r"too small for the load: memory.*--workers 40"):
        size(scenario("2s"), open_profile(10), SMALL, None)
    with pytest.raises(ResourceError, match="too small"):
        size(scenario("2s"), open_profile(10), SMALL, 44)
    assert size(scenario("2s"), open_profile(10), SMALL, 40).slots == 20


def test_there_are_never_more_slots_than_the_machine_can_hold() -> None:
    assert size(scenario(), open_profile(10), SMALL, 1000).most == 20


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        (open_profile(50), "50 runs/s, for 10 s"),
        (open_profile(0.5, calls=3), "0.5 runs/s, for 10 s, 3 runs in all"),
        (
            Profile(stages=(Stage(0, 50, 5.0), Stage(50, 50, 5.0)), concurrency=9, duration=10.0),
            "up to 50 runs/s, at most 9 at once, for 10 s, 375 runs in all",
        ),
        (Profile(concurrency=9, calls=100), "9 at once, 100 runs in all"),
        (Profile(concurrency=9), "9 at once"),
    ],
)
def test_a_profile_is_said_in_a_line(profile: Profile, says: str) -> None:
    found = size(scenario(), profile, LARGE, None)

    assert size_text(found, profile)[0].startswith(says)


def test_what_it_takes_is_said_beforehand() -> None:
    fixed = Size(slots=1, most=1, instances=2, legs=1, shortest=0.0)
    growing = Size(slots=10, most=20, instances=2, legs=1, shortest=0.0)

    assert size_text(fixed, open_profile(1))[1] == (
        "2 workers in 1 slot: about 90 MiB, 2 SIP ports, 72 file descriptors, "
        "26 processes and threads"
    )
    assert size_text(growing, open_profile(1))[1] == (
        "20 workers in 10 slots: about 324 MiB, 20 SIP ports, 144 file descriptors, "
        "116 processes and threads, more if its runs take long, 20 slots at most"
    )
