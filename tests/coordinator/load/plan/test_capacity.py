"""What a load needs, whether a machine has it, and how long a run takes at least."""

import pytest

from sipflow.coordinator.load.plan.capacity import (
    MIB,
    Machine,
    fitting,
    legs_per_run,
    need,
    problems,
    shortest,
    slots_for,
)
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given

LARGE = Machine(memory=8192 * MIB, descriptors=1 << 20, processes=30_000, ports=1138, cores=2)


def scenario(alice: str, bob: str = "INCOMING") -> Scenario:
    """Return a scenario with the steps of two instances, each a list in brackets without them."""
    text = (
        'instances: {alice: {number: "100"}, bob: {number: "200"}}\n'
        f"flow:\n  alice: [{alice}]\n  bob: [{bob}]\n"
    )
    reading = read_text(text.encode(), "call.yaml", Given(columns=frozenset({"x"})))
    assert reading.scenario is not None, reading.problems
    return reading.scenario


def test_what_slots_take_grows_with_their_workers() -> None:
    one, two = need(10, 2), need(20, 2)
    assert (one.workers, one.ports) == (20, 20)
    assert two.memory - one.memory == 20 * 13 * MIB
    assert two.descriptors - one.descriptors == 80
    assert two.processes - one.processes == 100


def test_a_machine_that_has_it_all_has_no_problem() -> None:
    most = fitting(LARGE, 2)
    assert problems(need(most, 2), LARGE) == []
    assert len(problems(need(most + 1, 2), LARGE)) == 1


@pytest.mark.parametrize(
    ("machine", "says"),
    [
        (
            {"memory": 600 * MIB},
            "memory: 1364 MiB needed for 50 slots of 2 workers each, 600 MiB there; 20 slots would "
            "fit: --workers 40",
        ),
        (
            {"descriptors": 256},
            "file descriptors (ulimit -Hn): 464 needed for 50 slots of 2 workers each, 256 there; "
            "24 slots would fit: --workers 48",
        ),
        (
            {"processes": 100},
            "processes and threads (ulimit -Hu): 516 needed for 50 slots of 2 workers each, 100 "
            "there; 8 slots would fit: --workers 16",
        ),
        (
            {"ports": 18},
            "ports, for so many workers: 100 needed for 50 slots of 2 workers each, 18 there; 9 "
            "slots would fit: --workers 18",
        ),
        (
            {"ports": 1},
            "ports, for so many workers: 100 needed for 50 slots of 2 workers each, 1 there; none "
            "fits",
        ),
    ],
)
def test_what_is_missing_is_told_with_what_would_fit(machine: dict[str, int], says: str) -> None:
    has = {name: getattr(LARGE, name) for name in LARGE.__struct_fields__} | machine
    assert problems(need(50, 2), Machine(**has)) == [says]


def test_a_machine_with_nothing_fits_nothing() -> None:
    assert fitting(Machine(memory=0, descriptors=0, processes=0, ports=0, cores=1), 2) == 0


@pytest.mark.parametrize(
    ("rate", "seconds", "legs", "slots"),
    [
        (1, 0.1, 1, 1),
        (10, 10, 1, 125),
        (400, 0.005, 1, 10),
        (400, 0.005, 2, 20),
        (0, 5, 1, 1),
        (0.8, 3, 0, 3),
    ],
)
def test_slots_follow_from_what_is_under_way_and_from_what_an_endpoint_can_begin(
    rate: float, seconds: float, legs: int, slots: int
) -> None:
    assert slots_for(rate, seconds, legs) == slots


@pytest.mark.parametrize(
    ("alice", "bob", "legs"),
    [
        ('MakeCall: {to: "200"}', "INCOMING", 1),
        ("TIMEOUT: 1s", "TIMEOUT: 1s", 0),
        ('MakeCall: {to: "200", follow: true}', "INCOMING", 2),
        ('MakeCall: {to: "200"}', "INCOMING, {INCOMING: {leg: b}}", 2),
        ('MakeCall: {to: "200"}', "INCOMING: {must_not: true, timeout: 2s}", 1),
        ('{MakeCall: {to: "200"}}, {BlindTransfer: {to: "200"}}', "INCOMING", 2),
    ],
)
def test_the_dialogs_of_a_run_are_those_of_the_busiest_instance(
    alice: str, bob: str, legs: int
) -> None:
    assert legs_per_run(scenario(alice, bob)) == legs


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [
        ("Release", 0),
        ("{TIMEOUT: 1s}, {TIMEOUT: 500ms}", 1.5),
        ("{TIMEOUT: 1s, on_failure: [TIMEOUT: 9s]}", 1),
        ('{TIMEOUT: "${x}"}', 0),
        ("{CheckMedia: {window: 2s}}", 2),
        ("CheckMedia", 0),
        ("{RecordAudio: {file: a.wav, duration: 3s}}", 3),
        ("{RecordAudio: {file: a.wav, duration: 3s, background: true}}", 0),
        ("{RecordAudio: {file: a.wav}}", 0),
        ('{SendDTMF: {digits: "1234", interval: 200ms}}', 0.6),
        ('{SendDTMF: {digits: "${x}"}}', 0),
        ("{CONNECTED: {must_not: true, timeout: 4s}}", 4),
        ('{CONNECTED: {must_not: true, timeout: "${x}"}}', 0),
        ("{CONNECTED: {timeout: 4s}}", 0),
    ],
)
def test_a_run_takes_at_least_as_long_as_its_waits(steps: str, seconds: float) -> None:
    assert shortest(scenario('{MakeCall: {to: "200"}}, ' + steps)) == pytest.approx(seconds)
