"""Texts for the events of a load, one line each. Pure."""

from sipflow.protocol.events import Latency, LoadNumbers, LoadState, RunCounts, RunFailed
from sipflow.protocol.load_result import METRICS
from sipflow.wording.load import milliseconds
from sipflow.wording.run import run_outcome

# Shown only if there are any.
_ODD = ("failed", "stopped", "late")


def rate(runs_a_second: float) -> str:
    """Return a rate: ``50/s``, ``0.5/s``."""
    return f"{runs_a_second:g}/s"


def load_state(event: LoadState) -> str:
    """Return the text for a state of a load: the requested rate, and the event's message."""
    parts = [f"{rate(event.rate)} asked"] if event.rate is not None else []
    return ", ".join([*parts, *([event.message] if event.message else [])])


def run_failed(event: RunFailed) -> str:
    """Return why a run failed, and the run that has its events if it is an example."""
    why = run_outcome(event.reason)
    return f"{why}  (its events: run {event.of})" if event.example else why


def counts(runs: RunCounts) -> str:
    """Return the number of runs by outcome: ``47 completed, 1 failed``, zeros left out."""
    odd = (f"{count} {name}" for name in _ODD if (count := getattr(runs, name)))
    return ", ".join([f"{runs.completed} completed", *odd])


def percentiles(name: str, latency: Latency) -> str:
    """Return a distribution in short: ``srd p50 1.90 p95 3.00 p99 4.40 ms``."""
    if latency.p50 is None or latency.p95 is None or latency.p99 is None:
        return f"{name} -"
    shown = (("p50", latency.p50), ("p95", latency.p95), ("p99", latency.p99))
    figures = " ".join(f"{at} {milliseconds(value)}" for at, value in shown)
    return f"{name} {figures} ms"


def numbers(event: LoadNumbers) -> str:
    """Return one second of a load in a line, beginning with the requested rate."""
    asked = [f"{rate(event.asked)} asked"] if event.asked is not None else []
    durations = [
        percentiles(name, event.latency_ms[name]) for name in METRICS if name in event.latency_ms
    ]
    return ", ".join([*asked, counts(event.runs), f"{event.in_flight} in flight", *durations])
