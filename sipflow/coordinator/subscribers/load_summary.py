"""The last words of a load to a person: how it went, how fast, and what failed.

Pure. It judges nothing: the result says what happened, the scenario gives the names.
"""

from collections.abc import Iterator, Sequence

from sipflow.coordinator.subscribers.load_wording import (
    LATENCY_HEAD,
    counts,
    failure,
    latency_row,
    media,
    rates,
    ratios,
)
from sipflow.coordinator.subscribers.run_picture import RunPicture
from sipflow.coordinator.subscribers.suite_wording import blame
from sipflow.coordinator.subscribers.wording import counted, duration, one_line
from sipflow.protocol.events import RunReason
from sipflow.protocol.load_result import METRICS, FailureGroup, LoadResult

# The end of a load must stay on one screen.
_MOST_FAILURES = 20
_LABEL = 8


def load_summary(result: LoadResult, names: RunPicture) -> str:
    """Return the end text of a load: some lines, without the last line end."""
    return "\n".join(one_line(line.rstrip()) for line in _lines(result, names))


def latency_table(result: LoadResult) -> list[str]:
    """Return the lines of the durations that were measured, aligned, below a head."""
    rows = [
        latency_row(name, result.latency_ms[name])
        for name in METRICS
        if name in result.latency_ms and result.latency_ms[name].count
    ]
    if not rows:
        return []
    rows.insert(0, LATENCY_HEAD)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [_aligned(row, widths) for row in rows]


def _lines(result: LoadResult, names: RunPicture) -> Iterator[str]:
    yield f"{result.verdict}  {result.scenario}  {duration(result.duration_s)}"
    why = blame(result.reason, names)
    # What broke the load's conditions is its reason as well, and is told once.
    if why and not any(broken in why for broken in result.broken):
        yield f"  {why}"
    for broken in result.broken:
        yield f"  {broken}"
    yield _labelled("runs", counts(result.runs))
    yield _labelled("rate", rates(result.rate.asked, result.rate.achieved))
    yield _labelled("workers", _workers(result))
    for label, text in (("ratios", ratios(result.ratios)), ("media", media(result.media))):
        if text:
            yield _labelled(label, text)
    yield from (f"  {line}" for line in latency_table(result))
    yield from _failures(result.failures, names)


def _workers(result: LoadResult) -> str:
    restarts = counted(result.restarts, "restart")
    return f"{result.workers}, {restarts}" if result.restarts else str(result.workers)


def _failures(groups: Sequence[FailureGroup], names: RunPicture) -> Iterator[str]:
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
    """Return what the failures of a group have in common."""
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
