"""The summary of a load for people: its outcome, rates, durations and failures.

Pure. It judges nothing: the outcome is the result's, the names are the scenario's.
"""

from collections.abc import Iterator, Sequence

from sipflow.console.folding import fitted
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import RunReason
from sipflow.protocol.load_result import METRICS, FailureGroup, LoadResult
from sipflow.text import counted, duration, one_line
from sipflow.wording.load import (
    LATENCY_HEAD,
    counts,
    criteria,
    failure,
    generator,
    latency_row,
    media,
    rates,
    ratios,
)
from sipflow.wording.suite import blame

# The end of a load must stay on one screen.
_MOST_FAILURES = 8
_LABEL = 8
# Columns of the durations that a narrow terminal goes without, in this order.
_EXPENDABLE = ("p99.9", "mean", "min", "p90", "count", "p95")


def load_summary(
    result: LoadResult,
    names: RunProjection,
    width: int | None = None,
    *,
    ascii_only: bool = False,
) -> str:
    """Return the summary of a load: some lines, without the last line end.

    The most important lines are the last, where a terminal shows them: warnings, criteria, reason.
    ``width``: the width of a line in characters, None if unlimited.
    """
    lines = [*_lines(result, names, width), *_judgement(result, names, ascii_only=ascii_only)]
    return "\n".join(fitted((one_line(line.rstrip()) for line in lines), width))


def latency_table(result: LoadResult, width: int | None = None) -> list[str]:
    """Return the table of measured durations: a head and aligned lines.

    If there is no room, columns are left out, the least important ones first.
    """
    rows = [
        latency_row(name, result.latency_ms[name])
        for name in METRICS
        if name in result.latency_ms and result.latency_ms[name].count
    ]
    if not rows:
        return []
    rows.insert(0, LATENCY_HEAD)
    for left_out in range(len(_EXPENDABLE) + 1):
        kept = [n for n, name in enumerate(LATENCY_HEAD) if name not in _EXPENDABLE[:left_out]]
        shown = [[row[n] for n in kept] for row in rows]
        widths = [max(len(cell) for cell in column) for column in zip(*shown, strict=True)]
        lines = [_aligned(row, widths) for row in shown]
        if width is None or max(map(len, lines)) <= width:
            break
    return lines


def _lines(result: LoadResult, names: RunProjection, width: int | None) -> Iterator[str]:
    yield f"{result.verdict}  {result.scenario}  {duration(result.duration_s)}"
    yield _labelled("runs", counts(result.runs))
    yield _labelled("rate", rates(result.rate.asked, result.rate.achieved))
    yield _labelled("workers", _workers(result))
    for label, text in (
        ("machine", generator(result.generator)),
        ("ratios", ratios(result.ratios)),
        ("media", media(result.media)),
    ):
        if text:
            yield _labelled(label, text)
    room = None if width is None else width - 2
    yield from (f"  {line}" for line in latency_table(result, room))
    yield from _failures(result.failures, names)


def _judgement(result: LoadResult, names: RunProjection, *, ascii_only: bool) -> Iterator[str]:
    yield from (f"  warning: {warning}" for warning in result.warnings)
    if result.criteria:
        yield "  --fail-if"
        yield from (f"    {line}" for line in criteria(result.criteria, ascii_only=ascii_only))
    why = blame(result.reason, names)
    # A violated criterion is the load's reason as well, and is shown once.
    if why and not any(broken in why for broken in result.broken):
        yield f"  {why}"


def _workers(result: LoadResult) -> str:
    restarts = counted(result.restarts, "restart")
    return f"{result.workers}, {restarts}" if result.restarts else str(result.workers)


def _failures(groups: Sequence[FailureGroup], names: RunProjection) -> Iterator[str]:
    if not groups:
        return
    yield "  failures"
    width = len(str(groups[0].count))
    for group in groups[:_MOST_FAILURES]:
        example = f"  for example run {group.example}" if group.example else ""
        yield f"    {group.count:{width}}  {failure(reason_of(group), names)}{example}"
    rest = groups[_MOST_FAILURES:]
    if rest:
        runs = counted(sum(group.count for group in rest), "run")
        yield f"    {runs} more, in {counted(len(rest), 'other way')}"


def reason_of(group: FailureGroup) -> RunReason:
    """Return the common reason of a group of failures."""
    return RunReason(
        instance=group.instance,
        node=group.node,
        code=group.code,
        message=group.message,
        local=group.local,
    )


def _labelled(label: str, text: str) -> str:
    return f"  {label:{_LABEL}}{text}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first = f"{row[0]:{max(_LABEL - 2, widths[0])}}"
    rest = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join((first, *rest))
