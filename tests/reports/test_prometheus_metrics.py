"""What Prometheus is told of a load: names, labels, units, and that nothing falls that must not."""

import pytest
from prometheus_client import CollectorRegistry

from sipflow.protocol.events import AnyEvent, Latency, RunCounts, RunReason
from sipflow.reports.prometheus_metrics import LoadExposition
from tests.projections.load_events import latency, load_numbers, load_state, run_failed
from tests.projections.transcript import basic_call

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(*events: AnyEvent) -> Samples:
    exposition = LoadExposition()
    registry = CollectorRegistry()
    registry.register(exposition)
    for event in events:
        exposition.handle(event)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in registry.collect()
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((f"sipflow_load_{name}", frozenset(labels.items())))


def test_before_the_load_has_said_anything_there_is_nothing() -> None:
    assert samples() == {}


def test_events_of_runs_change_nothing() -> None:
    assert samples(*basic_call().events) == {}


def test_a_state_says_which_load_it_is_and_the_rate() -> None:
    found = samples(load_state("running"), load_state("ending", rate=20.0))

    assert value(found, "info", load="l1", scenario="busy callee") == 1.0
    assert value(found, "state", sipflow_load_state="ending") == 1.0
    assert value(found, "state", sipflow_load_state="running") == 0.0
    assert value(found, "asked_runs_per_second") == 20.0


def test_without_a_rate_none_is_exposed() -> None:
    found = samples(load_state("running", rate=None))

    assert value(found, "asked_runs_per_second") is None


def test_a_second_gives_counts_by_outcome() -> None:
    total = RunCounts(started=150, completed=140, failed=3, stopped=1, late=2)
    found = samples(load_numbers(3, RunCounts(started=50), total, asked=75.0))

    assert value(found, "runs_started_total") == 150
    assert value(found, "runs_late_total") == 2
    assert value(found, "runs_ended_total", outcome="completed") == 140
    assert value(found, "runs_ended_total", outcome="failed") == 3
    assert value(found, "runs_ended_total", outcome="stopped") == 1
    assert value(found, "runs_in_flight") == 4
    assert value(found, "workers") == 8
    assert value(found, "asked_runs_per_second") == 75.0


def test_durations_are_in_seconds_and_all_of_them_are_there() -> None:
    found = samples(load_numbers(1, RunCounts(), total_ms={"srd": latency(2.0)}))

    quantiles = {"0.5": 0.002, "0.9": 0.006, "0.95": 0.008, "0.99": 0.01, "0.999": 0.012}
    for quantile, seconds in quantiles.items():
        assert value(found, "srd_seconds", quantile=quantile) == pytest.approx(seconds)
    assert value(found, "srd_seconds_count") == 100
    for name in ("sdd", "rrd", "answer", "run"):
        assert value(found, f"{name}_seconds_count") == 0
        assert value(found, f"{name}_seconds_sum") == 0
        assert value(found, f"{name}_seconds", quantile="0.5") is None


def test_a_sum_adds_the_seconds_up_and_never_falls() -> None:
    """The mean of all may be rounded down between two seconds; its product with the count falls."""
    first = load_numbers(
        1,
        RunCounts(),
        latency_ms={"srd": Latency(count=1000, mean=2.001)},
        total_ms={"srd": Latency(count=1000, mean=2.001)},
    )
    second = load_numbers(
        2,
        RunCounts(),
        latency_ms={"srd": Latency(count=1, mean=0.001), "run": Latency(count=2, mean=1000.0)},
        total_ms={"srd": Latency(count=1001, mean=1.998)},
    )

    assert value(samples(first), "srd_seconds_sum") == pytest.approx(2.001)
    found = samples(first, second, load_numbers(3, RunCounts()))
    assert value(found, "srd_seconds_sum") == pytest.approx(2.001_001)
    assert value(found, "run_seconds_sum") == pytest.approx(2.0)


def test_failures_are_counted_by_who_where_and_code_and_by_no_text_of_a_peer() -> None:
    found = samples(
        run_failed(1),
        run_failed(2, RunReason(instance="bob", node="bob-2", code=486, message="another text")),
        run_failed(3, RunReason(message="the worker died")),
    )

    assert found == {
        (
            "sipflow_load_failures_total",
            frozenset({("instance", "bob"), ("node", "bob-2"), ("code", "486")}),
        ): 2.0,
        (
            "sipflow_load_failures_total",
            frozenset({("instance", ""), ("node", ""), ("code", "")}),
        ): 1.0,
    }
