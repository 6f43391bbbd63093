"""Turns the command-line options of a load into its profile. Pure.

All checks are here, in one place, so that each mistake is reported in one line with its option.
"""

import math
import re

from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.coordinator.options import LoadOptions
from sipflow.errors import Mistakes, UsageError
from sipflow.scenario.model import duration
from sipflow.text import listed, shown

# Far beyond what one machine does, and far from where arithmetic would suffer.
HIGHEST_RATE = 100_000.0
LOWEST_RATE = 0.001
MOST_CALLS = 1_000_000_000
MOST_AT_ONCE = 100_000
_RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(/s|/m|)")
_UNITS = {"": 1.0, "/s": 1.0, "/m": 1 / 60}
_STAGE = re.compile(r"(\S+)(?:\s+to\s+(\S+))?\s+for\s+(\S+)")
# The calls, how many at once, seconds, those of the ramp, the rate, the stages.
_Understood = tuple[
    int | None, int | None, float | None, float | None, float | None, tuple[Stage, ...]
]
_RATE_RIGHT = "write runs a second: 50, 0.5, 50/s, or 30/m for runs a minute"
_STAGES_RIGHT = 'write for example "10/s for 30s, 10/s to 50/s for 60s"'
_UNIT_RIGHT = "write it with its unit: 500ms, 60s, 2m"


def profile(shape: LoadOptions, rows: int | None = None) -> Profile:
    """Return the profile; raises ``UsageError`` for invalid or contradictory options.

    ``rows``: how many rows the file of ``--data`` has, if there is one.
    """
    calls, concurrency, seconds, ramp, rate, stages = _understood(shape, rows)
    if rows is not None:
        calls = rows if calls is None else min(calls, rows)
    if stages:
        seconds = sum(one.seconds for one in stages)
    elif rate is not None:
        stages = _evenly(rate, ramp, seconds)
    made = Profile(
        stages=stages,
        calls=calls,
        duration=seconds,
        concurrency=concurrency,
        ramp=0.0 if stages or ramp is None else ramp,
    )
    if made.runs == 0:
        raise UsageError(
            f"no run would ever be due at {shape.stages or shape.rate}; ask for a higher rate",
            code="bad-option",
        )
    return made


def _understood(shape: LoadOptions, rows: int | None) -> _Understood:
    """Return the value of each option; raises ``UsageError`` that lists all mistakes."""
    mistakes = Mistakes()
    calls = concurrency = seconds = ramp = rate = None
    stages: tuple[Stage, ...] = ()
    with mistakes:
        calls = _whole("--calls", shape.calls, MOST_CALLS)
    with mistakes:
        concurrency = _whole("--concurrency", shape.concurrency, MOST_AT_ONCE)
    with mistakes:
        seconds = _seconds("--duration", shape.duration)
    with mistakes:
        ramp = _seconds("--ramp", shape.ramp)
    with mistakes:
        rate = parse_rate(shape.rate) if shape.rate is not None else None
    with mistakes:
        stages = parse_stages(shape.stages) if shape.stages is not None else ()
    with mistakes:
        _check_together(shape, rows)
    with mistakes:
        _check_ramp(shape, ramp, seconds)
    mistakes.raise_all()
    return calls, concurrency, seconds, ramp, rate, stages


def _check_ramp(shape: LoadOptions, ramp: float | None, seconds: float | None) -> None:
    if ramp is not None and seconds is not None and ramp > seconds:
        reached = "the rate" if shape.rate is not None else "--concurrency"
        raise UsageError(
            f"--ramp {shape.ramp} is longer than --duration {shape.duration}, which counts from "
            f"the beginning of the ramp, so {reached} would never be reached; shorten the ramp",
            code="conflicting-options",
        )


def parse_rate(text: str, option: str = "--rate") -> float:
    """Return runs a second, 0 included; raises ``UsageError``."""
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{option}: {shown(text)} is no rate; {_RATE_RIGHT}", code="bad-option")
    rate = float(match[1]) * _UNITS[match[2]]
    if rate > HIGHEST_RATE:
        raise UsageError(
            f"{option}: {shown(text)} is too much; at most {HIGHEST_RATE:g}/s", code="bad-option"
        )
    if 0 < rate < LOWEST_RATE:
        raise UsageError(
            f"{option}: {shown(text)} is too little; at least {LOWEST_RATE:g}/s", code="bad-option"
        )
    return rate


def parse_stages(text: str) -> tuple[Stage, ...]:
    """Return the stages of ``10/s for 30s, 10/s to 50/s for 60s``; raises ``UsageError``."""
    mistakes = Mistakes()
    stages: list[Stage] = []
    for number, one in enumerate(text.split(","), start=1):
        with mistakes:
            stages.append(_stage(one, number))
    mistakes.raise_all()
    return tuple(stages)


def _stage(text: str, number: int) -> Stage:
    where = f"--stages, stage {number}"
    match = _STAGE.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"{where}: {shown(text.strip())} is no stage; {_STAGES_RIGHT}", code="bad-option"
        )
    start = parse_rate(match[1], where)
    end = start if match[2] is None else parse_rate(match[2], where)
    seconds = _seconds(where, match[3])
    assert seconds is not None, "the text is there"
    return Stage(start, end, seconds)


def _evenly(rate: float, ramp: float | None, seconds: float | None) -> tuple[Stage, ...]:
    rest = math.inf if seconds is None else seconds
    if ramp is None:
        return (Stage(rate, rate, rest),)
    stages = (Stage(0.0, rate, ramp), Stage(rate, rate, rest - ramp))
    return tuple(one for one in stages if one.seconds)


def _check_together(shape: LoadOptions, rows: int | None) -> None:
    if shape.stages is not None:
        extra = {"--rate": shape.rate, "--ramp": shape.ramp, "--duration": shape.duration}
        written = [option for option, value in extra.items() if value is not None]
        if written:
            raise UsageError(
                f"--stages says it all: leave out {listed(written, 'and')}",
                code="conflicting-options",
            )
        return
    mistakes = Mistakes()
    with mistakes:
        if shape.rate is None and shape.concurrency is None:
            raise UsageError(
                "say how many runs: --rate 50 a second, --concurrency 10 at once, "
                'or --stages "10/s for 30s, 50/s for 60s"',
                code="missing-option",
            )
    with mistakes:
        # A file of --data that cannot be read is reported elsewhere.
        if (shape.duration, shape.calls, shape.data, rows) == (None, None, None, None):
            raise UsageError(
                "the load has no end: give --duration 60s, --calls 1000 or --data FILE",
                code="missing-option",
            )
    mistakes.raise_all()


def _whole(option: str, number: int | None, most: int) -> int | None:
    if number is not None and not 1 <= number <= most:
        raise UsageError(
            f"{option} {number}: give a whole number from 1 to {most:,}", code="bad-option"
        )
    return number


def _seconds(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    found = duration.seconds(text)
    if isinstance(found, str):
        raise UsageError(f"{option}: {shown(text)} {found}; {_UNIT_RIGHT}", code="bad-option")
    if found == 0:
        raise UsageError(
            f"{option}: {shown(text)} is not above 0; {_UNIT_RIGHT}", code="bad-option"
        )
    return found
