"""Texts about a load: numbers, rates, durations in milliseconds, failures.

Pure; used by the plain lines, the live view, the summary and the page.
"""

from collections.abc import Sequence

from sipflow.projections.run import RunProjection
from sipflow.protocol.events import Latency, RunCounts, RunReason
from sipflow.protocol.load_result import Generator, JudgedCriterion, Media, Ratios
from sipflow.text import column_width, counted
from sipflow.wording.suite import blame

# Shown if nothing was measured.
NOTHING = "-"
# Definitions of the durations, as in RFC 6076 §4 where it has them.
MEANINGS = {
    "srd": "session request delay: from an INVITE to the first 18x or the final response",
    "sdd": "session disconnect delay: from a BYE to its answer",
    "rrd": "registration request delay: from a REGISTER to its 2xx",
    "answer": "from an INVITE to its 2xx",
    "run": "a whole run, from the moment at which it was due",
}
# The same in a few letters, for the live view.
SHORT_MEANINGS = {
    "srd": "INVITE to 18x",
    "sdd": "BYE to its answer",
    "rrd": "REGISTER to 2xx",
    "answer": "INVITE to 2xx",
    "run": "whole run",
}
PERCENTILES = ("p50", "p95", "p99")
_COLUMNS = ("min", "mean", "p50", "p90", "p95", "p99", "p99_9", "max")
# The head of a table of durations.
LATENCY_HEAD = ("ms", "count", *(name.replace("_", ".") for name in _COLUMNS))
_TENTHS_BELOW = 1000
_HUNDREDTHS_BELOW = 10
_ALL = 100


def milliseconds(value: float | None) -> str:
    """Return a duration without its unit: ``0.42``, ``1.90``, ``31.4``, ``1204``."""
    if value is None:
        return NOTHING
    if value < _HUNDREDTHS_BELOW:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < _TENTHS_BELOW else f"{value:.0f}"


def rate(value: float | None) -> str:
    """Return runs a second: ``0.50``, ``49.9``, ``1500``."""
    return milliseconds(value)


def percent(value: float | None) -> str:
    """Return a share that is given in percent: ``99.93 %``; 100 and 0 only if it is all or none."""
    if value is None:
        return NOTHING
    # A small share, or a small rest, must not be rounded away.
    shown = max(0.01, value) if value > 0 else value
    shown = min(99.99, shown) if value < _ALL else shown
    return f"{shown:.2f} %"


def counts(runs: RunCounts) -> str:
    """Return the number of runs by outcome: ``600 started, 597 completed, 2 failed, 1 late``."""
    parts = [f"{runs.started} started", f"{runs.completed} completed", f"{runs.failed} failed"]
    if runs.stopped:
        parts.append(f"{runs.stopped} stopped")
    return ", ".join([*parts, f"{runs.late} late"])


def rates(asked: float | None, achieved: float) -> str:
    """Return the requested rate, if there is one, and the achieved rate."""
    said = f"{rate(achieved)} runs/s"
    return said if asked is None else f"{rate(asked)} runs/s asked, {rate(achieved)} achieved"


def latency_row(name: str, latency: Latency) -> tuple[str, ...]:
    """Return the cells of a duration's row below ``LATENCY_HEAD``."""
    values = (milliseconds(getattr(latency, column)) for column in _COLUMNS)
    return (name, str(latency.count), *values)


def percentiles(latency: Latency | None) -> tuple[str, ...]:
    """Return p50, p95 and p99."""
    if latency is None:
        return (NOTHING,) * len(PERCENTILES)
    return tuple(milliseconds(getattr(latency, name)) for name in PERCENTILES)


def ratios(figures: Ratios) -> str:
    """Return RFC 6076's ratios on one line; an empty text where there was no INVITE."""
    if not figures.attempts:
        return ""
    named = (
        ("SER", figures.ser),
        ("SEER", figures.seer),
        ("ISA", figures.isa),
        ("SCR", figures.scr),
    )
    said = "  ".join(f"{name} {percent(value)}" for name, value in named)
    return f"{said}  of {counted(figures.attempts, 'INVITE')}"


def media(figures: Media) -> str:
    """Return the ``CheckMedia`` measurements on one line; an empty text without a checked leg."""
    if not figures.checked:
        return ""
    packets = f"{counted(figures.packets, 'packet')}, {figures.lost} lost"
    parts = [f"{counted(figures.checked, 'leg')} checked", packets]
    if figures.mos_min is not None and figures.mos_mean is not None:
        parts.append(f"MOS {figures.mos_mean:.2f} (lowest {figures.mos_min:.2f})")
    if figures.jitter_ms_max is not None:
        parts.append(f"jitter up to {milliseconds(figures.jitter_ms_max)} ms")
    return ", ".join(parts)


def generator(figures: Generator) -> str:
    """Return the utilisation of the load's own machine; an empty text if it was not measured."""
    if figures.cpu_percent_mean is None:
        return ""
    cores = counted(figures.cores, "core")
    return (
        f"CPU {figures.cpu_percent_mean:.0f} % on average of {cores}, "
        f"{figures.cpu_percent_max:.0f} % at most"
    )


def criteria(judged: Sequence[JudgedCriterion], *, ascii_only: bool = False) -> list[str]:
    """Return a line for each ``--fail-if``: whether it held, what it is, and its figure."""
    good, bad = ("ok ", "NOT") if ascii_only else ("✓", "✗")
    width = column_width(one.text for one in judged)
    return [f"{good if one.held else bad} {one.text:{width}}  {one.said}" for one in judged]


def failure(reason: RunReason, names: RunProjection) -> str:
    """Return where and why a run failed: ``bob bob-2 Answer 408 Request Timeout``."""
    return blame(reason, names) or "unknown reason"
