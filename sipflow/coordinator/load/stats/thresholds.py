"""The thresholds of ``--fail-if``: parsed, and compared with a load's figures. Pure.

A threshold on a figure without samples counts as violated.
"""

import operator
import re
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Literal

from msgspec import Struct

from sipflow.errors import UsageError
from sipflow.protocol.events import Latency
from sipflow.protocol.load_result import METRICS, JudgedCriterion, LoadResult
from sipflow.text import listed, shown

# The figures of a load's result, by the names that thresholds use.

Look = Callable[[LoadResult], float | None]
# Figures that may be given without a comparison: the name alone means "more than 0".
COUNTS = ("failed", "stopped", "late", "restarts")
_LATENCY = {
    "count": "count",
    "min": "min",
    "mean": "mean",
    "p50": "p50",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "p99.9": "p99_9",
    "max": "max",
}


class Figure(Struct, frozen=True):
    """One figure: the function that looks it up (None: not measured), and its unit.

    ``whole``: the figure that it can be a percentage of.
    """

    of: Look
    unit: str = ""
    whole: Look | None = None


def _latency(metric: str, field: str, result: LoadResult) -> float | None:
    found: float | None = getattr(result.latency_ms.get(metric, Latency()), field)
    return found


def _loss(result: LoadResult) -> float | None:
    expected = result.media.packets + result.media.lost
    return result.media.lost / expected * 100 if expected else None


_STARTED: Look = attrgetter("runs.started")
FIGURES: dict[str, Figure] = {
    "started": Figure(_STARTED),
    **{
        name: Figure(attrgetter(f"runs.{name}"), whole=_STARTED)
        for name in ("completed", "failed", "stopped", "late")
    },
    "restarts": Figure(attrgetter("restarts")),
    "rate.achieved": Figure(attrgetter("rate.achieved"), "/s", attrgetter("rate.asked")),
    **{name: Figure(attrgetter(f"ratios.{name}"), "%") for name in ("ser", "seer", "isa", "scr")},
    "mos.min": Figure(attrgetter("media.mos_min")),
    "mos.mean": Figure(attrgetter("media.mos_mean")),
    "jitter.max": Figure(attrgetter("media.jitter_ms_max"), "ms"),
    "loss": Figure(_loss, "%"),
    **{
        f"{metric}.{name}": Figure(
            partial(_latency, metric, field), "" if field == "count" else "ms"
        )
        for metric in METRICS
        for name, field in _LATENCY.items()
    },
}


Operator = Literal[">", ">=", "<", "<=", "==", "!="]
_OPERATORS: dict[Operator, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_TEXT = re.compile(
    r"\s*([a-z][a-z0-9.]*)\s*"
    r"(?:(>=|<=|==|!=|>|<|=)\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*([a-z/%]*))?\s*"
)
# Factors from a unit to milliseconds.
_DURATIONS = {"": 1.0, "us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Threshold(Struct, frozen=True):
    """One threshold. ``share``: the value is a percentage of another figure."""

    text: str
    figure: str
    operator: Operator
    value: float
    share: bool = False

    def broken(self, result: LoadResult) -> str | None:
        """Return the text about a violation, None if the threshold is not violated."""
        return what_broke(self.judged(result))

    def judged(self, result: LoadResult) -> JudgedCriterion:
        """Return the result of the threshold."""
        figure = FIGURES[self.figure]
        found = figure.of(result)
        shown_as = figure.unit
        counted = ""
        if self.share and found is not None:
            whole = figure.whole(result) if figure.whole is not None else None
            counted = f" ({found:g} of {whole:g})" if whole is not None else ""
            found = found / whole * 100 if whole else None
            shown_as = "%"
        if found is None:
            said, held = "nothing was measured", False
        else:
            said = f"{_number(found)}{_SUFFIXES[shown_as]}{counted}"
            held = not _OPERATORS[self.operator](found, self.value)
        return JudgedCriterion(text=self.text, held=held, value=found, unit=shown_as, said=said)


def what_broke(judged: JudgedCriterion) -> str | None:
    """Return the text about a violated criterion, None if it is not violated."""
    if judged.held:
        return None
    return f"{judged.text}: {'it was ' if judged.value is not None else ''}{judged.said}"


_SUFFIXES = {"": "", "%": " %", "ms": " ms", "/s": "/s"}


def parse(text: str) -> Threshold:
    """Parse a threshold; raises ``UsageError`` that lists the possible figures."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise _wrong(text, "is no comparison of a figure with a number")
    name, sign, number, unit = match.groups()
    figure = FIGURES.get(name)
    if figure is None:
        raise _wrong(text, f"asks for {shown(name)}, which is no figure of a load")
    written = text.strip()
    if sign is None:
        if name not in COUNTS:
            raise _wrong(text, f"has nothing that {name} is compared with")
        return Threshold(written, name, ">", 0.0)
    comparison: Operator = "==" if sign == "=" else sign  # type: ignore[assignment]
    if unit == "%" and figure.whole is not None:
        return Threshold(written, name, comparison, float(number), share=True)
    return Threshold(written, name, comparison, _value(text, figure, number, unit))


def _value(text: str, figure: Figure, number: str, unit: str) -> float:
    if figure.unit == "ms":
        if unit in _DURATIONS:
            return float(number) * _DURATIONS[unit]
        raise _unit(text, unit, "a duration: ms (also without any), s, m or us")
    if unit in ("", figure.unit):
        return float(number)
    right = "%" if figure.whole is not None else figure.unit
    raise _unit(text, unit, f"a plain number, or one with {right}" if right else "a plain number")


def _unit(text: str, unit: str, right: str) -> UsageError:
    return UsageError(
        f"--fail-if {shown(text)}: {shown(unit)} does not fit; it takes {right}", code="bad-option"
    )


def _wrong(text: str, message: str) -> UsageError:
    plain = [name for name in FIGURES if name.partition(".")[0] not in METRICS]
    return UsageError(
        f"--fail-if {shown(text)} {message}; write for example failed>1%, srd.p99>200ms or "
        f"rate.achieved<90%; there are {', '.join(plain)}, and of {listed(METRICS)} "
        "count, min, mean, p50, p90, p95, p99, p99.9, max, as in run.max",
        code="bad-option",
    )


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
