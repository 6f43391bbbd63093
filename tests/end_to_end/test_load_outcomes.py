"""Loads that run by themselves: how many runs, of what shape, and what they came to."""

from pathlib import Path

import pytest

from tests.end_to_end.harness import Event, is_free, survivors
from tests.end_to_end.load_driver import PORTS, QUICK, Load, LoadOutcome, load
from tests.end_to_end.load_scenarios import BY_ROW, HALF_A_SECOND, LEFT_BY_ROW, write_rows
from tests.end_to_end.scenarios import write

LATENCY = ["count", "min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"]
RUNS = ["started", "completed", "failed", "stopped", "late"]
METRICS = ["srd", "sdd", "rrd", "answer", "run"]


def check_numbered(events: list[Event]) -> None:
    """Require that the events of one run, or of a load, have no hole in any count."""
    assert [event["g"] for event in events] == list(range(1, len(events) + 1))
    for instance in {event["instance"] for event in events}:
        own = [event["seq"] for event in events if event["instance"] == instance]
        assert own == list(range(1, len(own) + 1))


def check_load(outcome: LoadOutcome) -> None:
    """Require that what a load told as it ran agrees with its result, without a hole."""
    own = outcome.of_run(outcome.load)
    check_numbered(own)
    assert {event["type"] for event in own} <= {"load-state", "load-numbers", "load-failure"}
    assert own[0]["new"] == "running"
    assert (own[-1]["type"], own[-1]["new"]) == ("load-state", outcome.result["verdict"])
    numbers = outcome.of_type("load-numbers")
    assert numbers[-1]["total"] == outcome.result["runs"]
    assert [one["second"] for one in numbers] == sorted({one["second"] for one in numbers})
    for name in RUNS:
        assert sum(one["runs"][name] for one in numbers) == outcome.result["runs"][name]
    measured = {name: one for name, one in outcome.result["latency_ms"].items() if one["count"]}
    rounded = {
        name: {key: round(value, 3) for key, value in one.items()}
        for name, one in numbers[-1]["total_ms"].items()
    }
    assert rounded == measured


@pytest.mark.parametrize(
    ("options", "runs"),
    [
        (["--rate", "40", "--duration", "1s"], 40),
        (["--rate", "100", "--calls", "30"], 30),
        (["--rate", "40", "--ramp", "1s", "--duration", "1500ms"], 40),
        (["--stages", "20/s for 500ms, 20/s to 60/s for 500ms"], 30),
        (["--concurrency", "2", "--calls", "40"], 40),
        (["--rate", "50", "--concurrency", "1", "--calls", "20"], 20),
    ],
    ids=["rate and duration", "rate and calls", "ramp", "stages", "at once", "rate and at once"],
)
def test_as_many_runs_as_were_asked_for_complete(
    tmp_path: Path, options: list[str], runs: int
) -> None:
    with Load(QUICK, tmp_path, *options) as running:
        running.wait_for_state("running")
        fork_server = running.fork_server()
        outcome = running.end()
    assert (outcome.exit_code, outcome.result["verdict"]) == (0, "completed"), outcome.stderr
    assert outcome.runs == {"started": runs, "completed": runs}
    assert outcome.result["latency_ms"]["run"]["count"] == runs
    asked = [one["asked"] for one in outcome.of_type("load-numbers") if one["runs"]["started"]]
    assert all(asked) or outcome.result["rate"]["asked"] is None
    assert outcome.result["ratios"]["ser"] == outcome.result["ratios"]["scr"] == 100.0
    check_load(outcome)
    assert outcome.known_runs() == []
    assert survivors(fork_server.pid) == []
    assert all(is_free(port) for port in PORTS)


def test_a_closed_load_of_some_time_begins_runs_until_then(tmp_path: Path) -> None:
    path = write(HALF_A_SECOND, tmp_path)
    outcome = load(path, tmp_path, "--concurrency", "2", "--ramp", "300ms", "--duration", "1s")
    assert outcome.exit_code == 0
    assert outcome.result["rate"]["asked"] is None
    assert outcome.result["runs"]["started"] == outcome.result["runs"]["completed"] > 2
    assert outcome.result["workers"] == 4
    check_load(outcome)


def test_the_result_has_what_it_promises(tmp_path: Path) -> None:
    outcome = load(QUICK, tmp_path, "--rate", "50", "--calls", "20")
    result = outcome.result
    assert outcome.stdout.count("\n") == 1
    assert list(result)[:8] == [
        *("verdict", "exit_code", "duration_s", "runs", "rate", "workers", "latency_ms"),
        "failures",
    ]
    assert result["exit_code"] == outcome.exit_code == 0
    assert list(result["runs"]) == RUNS
    assert result["rate"]["asked"] == 50.0
    assert list(result["rate"]) == ["asked", "achieved"]
    assert list(result["latency_ms"]) == METRICS
    for name, latency in result["latency_ms"].items():
        assert list(latency) == LATENCY
        assert latency["count"] == (0 if name == "rrd" else 20)
    assert result["latency_ms"]["rrd"]["p99.9"] is None
    run = result["latency_ms"]["run"]
    figures = [run[name] for name in ("min", "p50", "p90", "p95", "p99", "p99.9", "max")]
    assert figures == sorted(figures)
    assert (result["failures"], result["reason"], result["broken"]) == ([], None, [])
    assert (result["scenario"], result["file"]) == ("basic load", str(QUICK))


def test_a_callee_that_refuses_some_is_reported_as_exactly_those(tmp_path: Path) -> None:
    answers = ["yes", "no", "yes", "yes", "no", "yes", "yes", "yes", "no", "yes"]
    rows = write_rows(tmp_path, "answer", *answers)
    outcome = load(write(BY_ROW, tmp_path), tmp_path, "--rate", "50", "--data", str(rows))
    assert (outcome.exit_code, outcome.result["verdict"]) == (1, "failed")
    assert outcome.runs == {"started": 10, "completed": 7, "failed": 3}
    failed = [event["number"] for event in outcome.of_type("load-failure")]
    assert sorted(failed) == [2, 5, 9]
    (group,) = outcome.result["failures"]
    example = f"{outcome.load}-2"
    assert group == {
        "count": 3,
        "instance": "alice",
        "node": "alice-1",
        "code": 486,
        "message": group["message"],
        "local": None,
        "example": example,
    }
    assert outcome.known_runs() == [example]
    assert [event["example"] for event in outcome.of_type("load-failure")] == [True, False, False]
    assert outcome.result["ratios"] == {
        "attempts": 10, "ser": 70.0, "seer": 100.0, "isa": 0.0, "scr": 70.0,
    }  # fmt: skip
    check_load(outcome)
    check_example(outcome.of_run(example))


def check_example(events: list[Event]) -> None:
    """Require the whole of a run whose call was refused: its states, nodes, legs and clean-up."""
    check_numbered(events)
    first, last = events[0], events[-1]
    assert (first["type"], first["new"]) == ("scenario-state", "running")
    assert (last["type"], last["new"]) == ("scenario-state", "failed")
    assert last["reason"]["code"] == 486
    nodes = {event["node"]: event["new"] for event in events if event["type"] == "node-state"}
    assert nodes == {"alice-1": "failed", "bob-1": "failed", "bob-2": "completed"}
    legs = {event["instance"]: event["new"] for event in events if event["type"] == "leg-state"}
    assert legs == {"alice": "terminated", "bob": "terminated"}
    phases = [event["phase"] for event in events if event["type"] == "cleanup"]
    assert phases == ["started", "finished"]
    assert [event["node"] for event in events if event["type"] == "error"] == ["alice-1"]


def test_all_events_of_all_runs_are_told_where_somebody_asks(tmp_path: Path) -> None:
    options = ["--rate", "50", "--calls", "12", "--events-detail", "all"]
    outcome = load(QUICK, tmp_path, *options)
    check_load(outcome)
    assert sorted(outcome.known_runs()) == sorted(f"{outcome.load}-{n}" for n in range(1, 13))
    for run in outcome.known_runs():
        events = outcome.of_run(run)
        check_numbered(events)
        assert [event["new"] for event in events if event["type"] == "scenario-state"] == [
            "running",
            "completed",
        ]
        nodes = {event["node"]: event["new"] for event in events if event["type"] == "node-state"}
        assert set(nodes.values()) == {"completed"}
        assert len(nodes) == 5


def test_each_row_is_given_to_one_run_of_its_own(tmp_path: Path) -> None:
    rows = write_rows(tmp_path, "answer", *(f"row {n}" for n in range(1, 9)))
    options = ["--concurrency", "2", "--data", str(rows), "--events-detail", "all"]
    outcome = load(write(BY_ROW, tmp_path), tmp_path, *options)
    assert outcome.runs == {"started": 8, "failed": 8}
    seen = [
        event["reason"]["message"] for event in outcome.of_type("node-state") if event["reason"]
    ]
    assert all(sum(f"row {n}" in text for text in seen) == 1 for n in range(1, 9)), seen


def test_a_run_knows_its_own_id(tmp_path: Path) -> None:
    path = write(BY_ROW.replace("== yes", "== ${run}").replace("${answer}", "${run}"), tmp_path)
    path.write_text(path.read_text().replace("variables: {answer: }\n", ""))
    outcome = load(path, tmp_path, "--concurrency", "2", "--calls", "10")
    assert outcome.runs == {"started": 10, "completed": 10}, outcome.stderr


@pytest.mark.parametrize(
    ("criterion", "exit_code", "broken"),
    [
        ("failed>20%", 1, "failed>20%: it was 25 % (2 of 8)"),
        ("failed>30%", 0, None),
        ("ser<80", 1, "ser<80: it was 75 %"),
        ("rrd.p99>1s", 1, "rrd.p99>1s: nothing was measured"),
        ("run.max>1m", 0, None),
    ],
)
def test_a_criterion_decides_whether_a_load_has_failed(
    tmp_path: Path, criterion: str, exit_code: int, broken: str | None
) -> None:
    rows = write_rows(tmp_path, "answer", *["yes", "yes", "yes", "no"] * 2)
    options = ["--rate", "100", "--data", str(rows), "--fail-if", criterion]
    outcome = load(write(BY_ROW, tmp_path), tmp_path, *options)
    assert outcome.exit_code == outcome.result["exit_code"] == exit_code
    assert outcome.result["broken"] == ([] if broken is None else [broken])
    assert outcome.result["runs"]["failed"] == 2
    if broken is not None:
        assert outcome.result["reason"]["message"] == broken


def test_a_run_that_fails_leaves_nothing_to_the_next_one_of_its_slot(tmp_path: Path) -> None:
    rows = write_rows(tmp_path, "patience", *["10ms", "5s"] * 4)
    options = ["--concurrency", "1", "--data", str(rows), "--events-detail", "all"]
    outcome = load(write(LEFT_BY_ROW, tmp_path), tmp_path, *options)
    assert outcome.runs == {"started": 8, "completed": 4, "failed": 4}, outcome.result["failures"]
    assert outcome.result["workers"] == 2
    failed = [event["number"] for event in outcome.of_type("load-failure")]
    assert failed == [1, 3, 5, 7]
    for number in range(1, 9):
        events = outcome.of_run(f"{outcome.load}-{number}")
        check_numbered(events)
        swept = [event for event in events if event["type"] == "cleanup"][-1]
        assert (swept["calls_released"], swept["calls_left"]) == (number % 2, 0)
