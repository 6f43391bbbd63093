"""The options that shape a load: what they mean, and what is wrong with them in one line."""

import math
from pathlib import Path

import pytest

from sipflow.coordinator.load.plan.options import parse_rate, profile
from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.coordinator.options import LoadOptions
from sipflow.errors import UsageError, UsageErrors


@pytest.mark.parametrize(
    ("shape", "stages"),
    [
        (LoadOptions(rate="50", duration="60s"), [Stage(50, 50, 60)]),
        (LoadOptions(rate="50/s", calls=7), [Stage(50, 50, math.inf)]),
        (LoadOptions(rate="30/m", duration="1m"), [Stage(0.5, 0.5, 60)]),
        (
            LoadOptions(rate="50", ramp="10s", duration="60s"),
            [Stage(0, 50, 10), Stage(50, 50, 50)],
        ),
        (LoadOptions(rate="50", ramp="10s", duration="10s"), [Stage(0, 50, 10)]),
        (LoadOptions(rate="5", ramp="1s", calls=3), [Stage(0, 5, 1), Stage(5, 5, math.inf)]),
        (
            LoadOptions(stages="10/s for 30s,  50 to 0/s for 1m"),
            [Stage(10, 10, 30), Stage(50, 0, 60)],
        ),
    ],
)
def test_rates_become_stages(shape: LoadOptions, stages: list[Stage]) -> None:
    assert profile(shape).stages == tuple(stages)


def test_the_end_is_where_any_of_them_says_so() -> None:
    both = profile(LoadOptions(rate="1", calls=10, duration="2s"))
    assert (both.calls, both.duration) == (10, 2)
    assert profile(LoadOptions(rate="1", calls=10), rows=3).calls == 3
    assert profile(LoadOptions(rate="1"), rows=3).calls == 3
    assert profile(LoadOptions(stages="1/s for 9s", calls=2, concurrency=4)) == Profile(
        stages=(Stage(1, 1, 9),), calls=2, duration=9, concurrency=4
    )


def test_so_many_at_once_need_no_rate() -> None:
    assert profile(LoadOptions(concurrency=5, calls=10)) == Profile(concurrency=5, calls=10)
    ramp = profile(LoadOptions(concurrency=5, ramp="2s", duration="10s"))
    assert (ramp.ramp, ramp.stages) == (2, ())
    assert profile(LoadOptions(concurrency=5, rate="1", ramp="2s", duration="10s")).ramp == 0


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (LoadOptions(calls=1), "say how many runs: --rate 50 a second"),
        (LoadOptions(rate="5"), "the load has no end: give --duration 60s, --calls 1000 or"),
        (LoadOptions(rate="five", calls=1), '--rate: "five" is no rate; write runs a second: 50'),
        (LoadOptions(rate="-5", calls=1), '--rate: "-5" is no rate; '),
        (LoadOptions(rate="0", calls=1), "no run would ever be due at 0; ask for a higher rate"),
        (LoadOptions(rate="1000000", calls=1), '--rate: "1000000" is too much; at most 100000/s'),
        (LoadOptions(rate="0.0001", calls=1), '--rate: "0.0001" is too little; at least 0.001/s'),
        (LoadOptions(rate="5", calls=0), "--calls 0: give a whole number from 1 to 1,000,000,000"),
        (LoadOptions(concurrency=-1, calls=1), "--concurrency -1: give a whole number from 1"),
        (
            LoadOptions(rate="5", duration="60"),
            '--duration: "60" is a text without a unit; write it with its unit: 500ms, 60s, 2m',
        ),
        (LoadOptions(rate="5", duration="0s"), '--duration: "0s" is not above 0; '),
        (
            LoadOptions(rate="5", ramp="2m", duration="60s"),
            "--ramp 2m is longer than --duration 60s, which counts from the beginning of the "
            "ramp, so the rate would never be reached; shorten the ramp",
        ),
        (LoadOptions(concurrency=5, ramp="2m", duration="60s"), "--ramp 2m is longer than"),
        (LoadOptions(stages="1/s for 1s", rate="5"), "--stages says it all: leave out --rate"),
        (LoadOptions(stages="1/s for 1s", ramp="5s"), "--stages says it all: leave out --ramp"),
        (LoadOptions(stages="1/s for 1s", duration="5s"), "--stages says it all: leave out --dur"),
        (
            LoadOptions(stages="1/s for 1s,"),
            '--stages, stage 2: "" is no stage; write for example "10/s for 30s',
        ),
        (LoadOptions(stages="1/s for 1s, x/s for 1s"), '--stages, stage 2: "x/s" is no rate; '),
        (LoadOptions(stages="1/s for 1"), '--stages, stage 1: "1" is a text without a unit; '),
        (LoadOptions(stages="0/s for 1s"), "no run would ever be due at 0/s for 1s; "),
    ],
)
def test_what_is_wrong_is_one_line(shape: LoadOptions, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        profile(shape)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_all_that_is_wrong_is_said() -> None:
    shape = LoadOptions(rate="x", duration="60", calls=0, concurrency=0, ramp="y", data=Path("z"))
    assert said(shape) == ["--calls", "--concurrency", "--duration:", "--ramp:", "--rate:"]
    assert said(LoadOptions()) == ["say", "the"]
    shape = LoadOptions(stages="1/s, x/s for 2s", rate="1", ramp="1s", calls=-1)
    assert said(shape) == ["--calls", "--stages,", "--stages,", "--stages"]
    with pytest.raises(UsageError, match=r"^--stages says it all: leave out --rate and --ramp$"):
        profile(LoadOptions(stages="1/s for 2s", rate="1", ramp="1s"))


def said(shape: LoadOptions) -> list[str]:
    """Return how each line begins that says what is wrong."""
    with pytest.raises(UsageErrors) as caught:
        profile(shape)
    return [str(one).split()[0] for one in caught.value.errors]


def test_a_rate_that_is_changed_to_may_be_0() -> None:
    assert parse_rate(" 0 ", "rate") == 0
