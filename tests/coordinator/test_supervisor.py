"""Actions carried out on real workers: each is heard, or seen in its process."""

import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from sipflow.coordinator import run_actions as act
from sipflow.coordinator.pool import Pool
from sipflow.coordinator.supervisor import Supervisor
from sipflow.protocol.control import (
    ChainFinished,
    CleanedUp,
    Halted,
    Hello,
    LastWord,
    Paused,
    Ready,
)
from tests.coordinator.events_of_workers import RUN, plan
from tests.coordinator.workshop import KEY, Workshop, open_workshop

BASE_PORT = 20_000


@dataclass
class Crew:
    """The workers of alice and bob, their supervisor, and what is heard of them."""

    shop: Workshop
    pool: Pool
    supervisor: Supervisor


@pytest.fixture
def crew(directory: Path) -> Iterator[Crew]:
    """Take two workers for alice and bob, who have nothing to do."""
    with open_workshop(directory) as shop:
        control, launch = shop.channels.control, shop.channels.launch
        with closing(Pool(launch, control, shop.directory, KEY, BASE_PORT)) as pool:
            workers = pool.take(2, RUN)
            names = ("alice", "bob")
            parts = [
                (plan(name, worker.ports.sip, worker.ports.media), worker)
                for name, worker in zip(names, workers, strict=True)
            ]
            supervisor = Supervisor(
                parts,
                {name: shop.directory / f"{name}.journal" for name in names},
                {name: shop.directory / f"{name}.log" for name in names},
                pool,
                (control, launch),
            )
            yield Crew(shop, pool, supervisor)


def test_a_worker_does_its_part_as_it_is_told(crew: Crew) -> None:
    shop, supervisor = crew.shop, crew.supervisor
    for worker in ("w1", "w2"):
        shop.hear(worker, Hello)
    supervisor.do(act.Assign("alice"))
    shop.hear("w1", Ready)
    supervisor.do(act.Pause("alice"))
    shop.hear("w1", Paused)
    supervisor.do(act.Resume("alice"))
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
    assert supervisor.logs["alice"].stat().st_size > 0
    assert (shop.directory / "alice.journal").exists()


def test_a_worker_that_is_handed_back_can_play_again(crew: Crew) -> None:
    crew.shop.hear("w1", Hello)
    crew.supervisor.do(act.HandBack("alice"))
    assert crew.supervisor.kept == {"alice"}
    [worker] = crew.pool.take(1, "b2")
    assert (worker.name, worker.run) == ("w1", "b2")


def test_a_signal_reaches_the_workers_process(crew: Crew) -> None:
    crew.shop.hear("w2", Hello)
    crew.supervisor.do(act.SignalWorker("bob", signal.SIGKILL))
    crew.shop.see_end("w2")
    assert crew.shop.exit_codes == {"w2": -signal.SIGKILL}


def test_workers_are_known_by_their_instances(crew: Crew) -> None:
    assert [crew.supervisor.instance_of(worker) for worker in ("w1", "w2")] == ["alice", "bob"]


def test_process_ids_are_told_as_far_as_they_are_known(crew: Crew) -> None:
    assert crew.supervisor.pids == {}
    worker = crew.pool.get("w2")
    assert worker is not None
    worker.pid = 4711
    assert crew.supervisor.pids == {"bob": 4711}
