"""Actions carried out on real workers: each is heard, or seen in its process."""

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sipflow.coordinator import run_actions as act
from sipflow.coordinator.ports import PortBook
from sipflow.coordinator.supervisor import Supervisor
from sipflow.protocol.control import (
    ChainFinished,
    CleanedUp,
    Halted,
    Hello,
    LastWord,
    Ready,
)
from sipflow.protocol.plan import InstancePlan, MediaPorts
from tests.coordinator.events_of_workers import plan
from tests.coordinator.workshop import Workshop, open_workshop

BASE_PORT = 20_000


@pytest.fixture
def shop(directory: Path) -> Iterator[Workshop]:
    """Open the channels of a run."""
    with open_workshop(directory) as shop:
        yield shop


@pytest.fixture
def plans() -> Iterator[list[InstancePlan]]:
    """Lease ports and make a plan for alice and one for bob, with nothing to do."""
    with closing(PortBook()) as book:
        ports = book.lease(2, BASE_PORT)
        names = ("alice", "bob")
        yield [plan(name, own.sip, own.media) for name, own in zip(names, ports, strict=True)]


def supervise(shop: Workshop, plans: list[InstancePlan]) -> Supervisor:
    """Return the supervisor of workers for these plans."""
    return Supervisor(plans, shop.channels.control, shop.channels.launch, shop.directory)


def test_a_worker_does_its_part_as_it_is_told(shop: Workshop, plans: list[InstancePlan]) -> None:
    supervisor = supervise(shop, plans)
    supervisor.launch_all(None)
    for worker in ("w1", "w2"):
        shop.hear(worker, Hello)
    supervisor.do(act.Assign("alice"))
    shop.hear("w1", Ready)
    supervisor.do(act.Go("alice"))
    shop.hear("w1", ChainFinished)
    supervisor.do(act.Halt("alice", "stop"))
    shop.hear("w1", Halted)
    supervisor.do(act.CleanUp("alice", 1.0, ("127.0.0.1:9",)))
    shop.hear("w1", CleanedUp)
    supervisor.do(act.Dismiss("alice"))
    shop.hear("w1", LastWord)
    for instance in ("alice", "bob"):
        supervisor.do(act.Quit(instance))
    shop.see_end("w1", "w2")
    assert shop.exit_codes == {"w1": 0, "w2": 0}
    assert supervisor.log_of("alice").stat().st_size > 0
    assert supervisor.journal_of("alice").exists()


def test_a_signal_reaches_the_workers_process(shop: Workshop, plans: list[InstancePlan]) -> None:
    supervisor = supervise(shop, plans)
    supervisor.launch_all(None)
    shop.hear("w2", Hello)
    supervisor.do(act.SignalWorker("bob", signal.SIGKILL))
    shop.see_end("w2")
    assert shop.exit_codes == {"w2": -signal.SIGKILL}


def test_workers_are_known_by_their_instances(shop: Workshop, plans: list[InstancePlan]) -> None:
    supervisor = supervise(shop, plans)
    assert [supervisor.instance_of(worker) for worker in ("w1", "w2", "w3")] == [
        "alice",
        "bob",
        None,
    ]
    assert supervisor.journal_of("bob") == shop.directory / "w2.journal"
    assert supervisor.log_of("bob") == shop.directory / "w2.log"


@pytest.mark.parametrize(
    ("instance", "name"),
    [
        ("alice", "alice.log"),
        ("../alice", "_alice.log"),
        ("a/b", "a_b.log"),
        (".hidden", "hidden.log"),
        ("..", "w1.log"),
    ],
)
def test_logs_that_are_kept_go_by_their_instances_and_stay_in_their_directory(
    shop: Workshop, tmp_path: Path, instance: str, name: str
) -> None:
    supervisor = supervise(shop, [plan(instance, 20_000, MediaPorts(first=30_000, count=8))])
    supervisor.launch_all(tmp_path)
    assert supervisor.log_of(instance) == tmp_path / name
    shop.hear("w1", Hello)
    assert (tmp_path / name).exists()
