"""Actions carried out on real workers: each is heard, or seen in its process."""

import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from sipflow.coordinator.run import actions as act
from sipflow.coordinator.run.executor import ActionExecutor
from sipflow.coordinator.workers.pool import Pool
from sipflow.protocol.control import (
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Hello,
    Paused,
    Ready,
)
from tests.coordinator.coordinator_fixture import KEY, Workshop, open_workshop
from tests.coordinator.events_of_workers import RUN, plan

BASE_PORT = 20_000


@dataclass
class SlotWorkers:
    """The workers of alice and bob, their action executor, and what is heard of them."""

    shop: Workshop
    pool: Pool
    executor: ActionExecutor


@pytest.fixture
def slot_workers(directory: Path) -> Iterator[SlotWorkers]:
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
            executor = ActionExecutor(
                parts,
                {name: shop.directory / f"{name}.journal" for name in names},
                {name: shop.directory / f"{name}.log" for name in names},
                pool,
                (control, launch),
            )
            yield SlotWorkers(shop, pool, executor)


def test_a_worker_does_its_part_as_it_is_told(slot_workers: SlotWorkers) -> None:
    shop, executor = slot_workers.shop, slot_workers.executor
    for worker in ("w1", "w2"):
        shop.hear(worker, Hello)
    executor.do(act.Assign("alice"))
    shop.hear("w1", Ready)
    executor.do(act.Pause("alice"))
    shop.hear("w1", Paused)
    executor.do(act.Resume("alice"))
    executor.do(act.Go("alice"))
    shop.hear("w1", ChainFinished)
    executor.do(act.Halt("alice", "stop"))
    shop.hear("w1", Halted)
    executor.do(act.CleanUp("alice", 1.0, ("127.0.0.1:9",)))
    shop.hear("w1", CleanedUp)
    executor.do(act.Flush("alice"))
    shop.hear("w1", EventsFinished)
    for instance in ("alice", "bob"):
        executor.do(act.Quit(instance))
    shop.see_end("w1", "w2")
    assert shop.exit_codes == {"w1": 0, "w2": 0}
    assert executor.logs["alice"].stat().st_size > 0
    assert (shop.directory / "alice.journal").exists()


def test_a_worker_that_is_handed_back_can_play_again(slot_workers: SlotWorkers) -> None:
    slot_workers.shop.hear("w1", Hello)
    slot_workers.executor.do(act.HandBack("alice"))
    assert slot_workers.executor.kept == {"alice"}
    [worker] = slot_workers.pool.take(1, "b2")
    assert (worker.name, worker.run) == ("w1", "b2")


def test_a_signal_reaches_the_workers_process(slot_workers: SlotWorkers) -> None:
    slot_workers.shop.hear("w2", Hello)
    slot_workers.executor.do(act.SignalWorker("bob", signal.SIGKILL))
    slot_workers.shop.see_end("w2")
    assert slot_workers.shop.exit_codes == {"w2": -signal.SIGKILL}


def test_workers_are_known_by_their_instances(slot_workers: SlotWorkers) -> None:
    assert [slot_workers.executor.instance_of(worker) for worker in ("w1", "w2")] == [
        "alice",
        "bob",
    ]


def test_process_ids_are_told_as_far_as_they_are_known(slot_workers: SlotWorkers) -> None:
    assert slot_workers.executor.pids == {}
    worker = slot_workers.pool.get("w2")
    assert worker is not None
    worker.pid = 4711
    assert slot_workers.executor.pids == {"bob": 4711}
