"""Workers that are lent to runs, taken back, and buried: real processes and real ports."""

import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from sipflow.coordinator.workers.pool import Pool, Worker, new_key
from sipflow.coordinator.workers.ports import HIGHEST_PORT
from sipflow.errors import ResourceError
from sipflow.protocol.control import Hello
from tests.coordinator.coordinator_fixture import KEY, Workshop, open_workshop

BASE_PORT = 20_400


@dataclass
class House:
    """A pool, and what is heard of its workers."""

    shop: Workshop
    pool: Pool


@pytest.fixture
def house(directory: Path) -> Iterator[House]:
    """Open a pool with a real fork server."""
    with open_workshop(directory) as shop:
        control, launch = shop.channels.control, shop.channels.launch
        with closing(Pool(launch, control, shop.directory, KEY, BASE_PORT)) as pool:
            yield House(shop, pool)


def ports(workers: list[Worker]) -> list[int]:
    """Return the SIP ports of workers, above the base port."""
    return [worker.ports.sip - BASE_PORT for worker in workers]


def test_workers_come_in_the_order_of_their_ports(house: House) -> None:
    workers = house.pool.take(3, "a1")
    assert ports(workers) == [0, 2, 4]
    assert {worker.run for worker in workers} == {"a1"}
    for worker in workers:
        house.shop.hear(worker.name, Hello)
        assert house.pool.get(worker.name) is worker


def test_what_was_given_back_is_taken_first_and_the_rest_is_new(house: House) -> None:
    first, second = house.pool.take(2, "a1")
    house.pool.give_back(second)
    house.pool.give_back(first)
    workers = house.pool.take(3, "b2")
    assert workers[:2] == [first, second]
    assert ports(workers) == [0, 2, 4]


def test_two_runs_at_once_share_nothing(house: House) -> None:
    assert ports(house.pool.take(2, "a1")) == [0, 2]
    assert ports(house.pool.take(2, "b2")) == [4, 6]


def test_a_dead_workers_ports_are_its_runs_until_that_has_ended(house: House) -> None:
    first, second = house.pool.take(2, "a1")
    house.pool.remove(first)
    assert house.pool.get(first.name) is None
    assert ports(house.pool.take(1, "b2")) == [4]
    house.pool.settle("b2")
    house.pool.settle("a1")
    assert ports(house.pool.take(1, "c3")) == [0]
    assert second.run == "a1"


def test_an_idle_worker_that_dies_is_never_lent_again(house: House) -> None:
    [worker] = house.pool.take(1, "a1")
    house.shop.hear(worker.name, Hello)
    house.pool.give_back(worker)
    house.pool.kill(worker)
    house.shop.see_end(worker.name)
    assert house.shop.exit_codes == {worker.name: -signal.SIGKILL}
    house.pool.remove(worker)
    [other] = house.pool.take(1, "b2")
    assert other is not worker
    assert ports([other]) == [0]


def test_idle_workers_end_when_they_are_dismissed(house: House) -> None:
    idle, busy = house.pool.take(2, "a1")
    for worker in (idle, busy):
        house.shop.hear(worker.name, Hello)
    house.pool.give_back(idle)
    house.pool.dismiss_idle()
    house.shop.see_end(idle.name)
    assert house.shop.exit_codes == {idle.name: 0}


def test_where_there_are_too_few_ports_nothing_is_taken(house: House) -> None:
    launch, control = house.shop.channels.launch, house.shop.channels.control
    with closing(Pool(launch, control, house.shop.directory, KEY, HIGHEST_PORT - 3)) as pool:
        [worker] = pool.take(1, "a1")
        pool.give_back(worker)
        with pytest.raises(ResourceError, match="no port"):
            pool.take(9, "b2")
        assert pool.take(1, "b2") == [worker]


def test_no_two_coordinators_have_the_same_key() -> None:
    assert new_key() != new_key()
