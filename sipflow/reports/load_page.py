"""Makes the page of a load: its events and its result, as one self-contained HTML file.

Pure except for reading its own template. All text from outside is escaped, the page has no script
and forbids any, and it loads nothing. Imported only when a page is written.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from sipflow.console.load.summary import reason_of
from sipflow.console.run.plain import Plain
from sipflow.projections.load import Example, LoadProjection
from sipflow.projections.load_series import LoadSeries
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import Latency
from sipflow.protocol.load_result import METRICS, FailureGroup, LoadResult, Ratios
from sipflow.reports.charts import charts
from sipflow.scenario.model.graph import Scenario
from sipflow.text import duration, one_line
from sipflow.wording.load import (
    LATENCY_HEAD,
    MEANINGS,
    failure,
    generator,
    latency_row,
    media,
    percent,
    rate,
)
from sipflow.wording.suite import blame

_TEMPLATE = "load_page.html"
# The most groups on the page, to keep it readable; the result's JSON has all of them.
_MOST_FAILURES = 100


# Explanations of the terms on the page.
_LEGEND = (
    *MEANINGS.items(),
    ("p50, p95, p99", "half, 95 % and 99 % of what was measured took at most so long"),
    ("asked for", "the runs a second that the load was to begin"),
    ("started, achieved", "the runs a second that did begin"),
    ("in flight", "runs that have begun and not ended"),
    ("late", "runs that could not begin at the moment at which they were due"),
    ("workers", "processes that play the instances of the scenario, one for each"),
)


class Failure(Struct, frozen=True):
    """A kind of failure on the page, with the events of its example, one line each."""

    count: int
    text: str
    example: str
    number: int | None
    lines: tuple[str, ...]
    left_out: int


def load_page(
    projection: LoadProjection,
    series: LoadSeries,
    result: LoadResult,
    scenario: Scenario,
    plan: Sequence[str],
) -> str:
    """Return the page."""
    names = RunProjection(scenario)
    groups = result.failures[:_MOST_FAILURES]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = one_line
    return environment.get_template(_TEMPLATE).render(
        result=result,
        load=result.load or projection.load,
        began=_moment(projection.began),
        duration=duration(result.duration_s),
        reason=blame(result.reason, names),
        plan=plan,
        figures=_figures(result),
        charts=charts(series.points()),
        point_seconds=series.seconds,
        latency_head=LATENCY_HEAD,
        latency_rows=_latency_rows(result.latency_ms),
        ratios=_ratios(result.ratios),
        media=media(result.media),
        machine=generator(result.generator),
        legend=_LEGEND,
        failures=[_failure(group, projection, scenario, names) for group in groups],
        more_failures=sum(group.count for group in result.failures[_MOST_FAILURES:]),
    )


def _moment(began: float | None) -> str:
    """Return a moment in UTC, because the page is read in other time zones."""
    if began is None:
        return ""
    return f"{datetime.fromtimestamp(began, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _figures(result: LoadResult) -> list[tuple[str, str, str]]:
    """Return the main figures: name, value, and whether it is good or bad."""
    runs = result.runs
    asked = [("asked for", f"{rate(result.rate.asked)}/s", "")] if result.rate.asked else []
    return [
        ("runs started", f"{runs.started:,}", ""),
        ("completed", f"{runs.completed:,}", ""),
        ("failed", f"{runs.failed:,}", "bad" if runs.failed else ""),
        ("broken off", f"{runs.stopped:,}", "") if runs.stopped else ("late", f"{runs.late:,}", ""),
        *asked,
        ("achieved", f"{rate(result.rate.achieved)}/s", ""),
        ("workers", f"{result.workers:,}", ""),
    ]


def _latency_rows(durations: dict[str, Latency]) -> list[tuple[tuple[str, ...], str]]:
    return [
        (latency_row(name, durations[name]), MEANINGS[name])
        for name in METRICS
        if name in durations and durations[name].count
    ]


def _ratios(figures: Ratios) -> list[tuple[str, str, str]]:
    if not figures.attempts:
        return []
    return [
        ("SER", percent(figures.ser), "session establishment ratio, RFC 6076 §4.6"),
        ("SEER", percent(figures.seer), "session establishment effectiveness ratio, §4.7"),
        ("ISA", percent(figures.isa), "ineffective session attempts, §4.8"),
        ("SCR", percent(figures.scr), "session completion ratio, §4.9"),
    ]


def _failure(
    group: FailureGroup, projection: LoadProjection, scenario: Scenario, names: RunProjection
) -> Failure:
    example = projection.examples.get(group.example)
    return Failure(
        count=group.count,
        text=failure(reason_of(group), names),
        example=group.example,
        number=example.number if example is not None else None,
        lines=_lines(example, scenario) if example is not None else (),
        left_out=example.left_out if example is not None else 0,
    )


def _lines(example: Example, scenario: Scenario) -> tuple[str, ...]:
    stream = io.StringIO()
    plain = Plain(stream, scenario)
    for event in example.events:
        plain.handle(event)
    plain.close()
    return tuple(stream.getvalue().splitlines())
