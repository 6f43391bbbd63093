"""Real workers, each in a process of its own, from their hello to their end, for run after run."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from msgspec import json
from msgspec.structs import replace

from sipflow.protocol.control import (
    Assign,
    ChainFailed,
    ChainFinished,
    CleanedUp,
    CleanUp,
    EventsFinished,
    Flush,
    Go,
    Halt,
    Halted,
    Hello,
    Pause,
    Paused,
    Quit,
    Ready,
    Refused,
    Resume,
)
from sipflow.protocol.events import AnyEvent, NodeState
from sipflow.protocol.launch import Ended, Signal
from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import (
    Answer,
    Disconnected,
    Incoming,
    MakeCall,
    Release,
    Timeout,
)
from sipflow.sip.uri import sip_uri
from sipflow.worker.loop import BEAT
from tests.worker.plans import chain
from tests.worker.ua.phone import FIRST_MEDIA_PORT, HOST, MEDIA_PORTS, free_ports
from tests.worker.worker_fixture import LIMIT, House, open_house

CLEAN_UP = CleanUp(limit=2.0)


@pytest.fixture
def house() -> Iterator[House]:
    with open_house() as house:
        house.subscribe()
        yield house


class Cast:
    """Alice, who calls, and Bob, who answers, on places of their own, in run after run."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.places = dict(zip(("alice", "bob"), free_ports(), strict=False))
        self.pids = {worker: house.birth(worker) for worker in self.places}

    def plans(self, run: str, numbers: tuple[str, str]) -> dict[str, InstancePlan]:
        """Return the parts of a run: a call that the caller ends."""
        alice = chain("alice", MakeCall(to="bob"), Release())
        bob = chain("bob", Incoming(), Answer(), Disconnected())
        return self.placed(run, numbers, alice, bob)

    def placed(
        self, run: str, numbers: tuple[str, str], *plans: InstancePlan
    ) -> dict[str, InstancePlan]:
        """Return parts with the numbers of a run and the places of this cast."""
        given = dict(zip(self.places, numbers, strict=True))
        peers = {name: sip_uri(given[name], HOST, port) for name, port in self.places.items()}
        return {
            plan.instance: replace(
                plan,
                run=run,
                number=given[plan.instance],
                port=self.places[plan.instance],
                media_ports=replace(
                    plan.media_ports,
                    first=FIRST_MEDIA_PORT + MEDIA_PORTS * (plan.instance == "bob"),
                ),
                peers=peers,
            )
            for plan in plans
        }

    def assign(self, plans: dict[str, InstancePlan]) -> None:
        """Give everybody a part, and see them ready."""
        for worker, plan in plans.items():
            self.house.assign(worker, plan)
        for worker in plans:
            assert self.house.said(worker) == Ready()

    def go(self) -> None:
        for worker in self.places:
            self.house.direct(worker, Go())

    def dismiss(self, plans: dict[str, InstancePlan]) -> None:
        """Have everybody clean up, and check their last words."""
        for worker, plan in plans.items():
            self.house.direct(worker, CLEAN_UP, Flush())
            assert self.house.said(worker) == CleanedUp(released=0)
            last = EventsFinished(last_seq=len(self.house.written(plan)))
            assert self.house.said(worker) == last


@pytest.fixture
def cast(house: House) -> Cast:
    return Cast(house)


def ends(events: list[AnyEvent]) -> dict[str, str]:
    """Return each node's last state."""
    return {event.node: event.new for event in events if isinstance(event, NodeState)}


def test_workers_play_one_run_after_another(house: House, cast: Cast) -> None:
    for run, numbers in (("r1", ("100", "200")), ("r2", ("300", "400")), ("r3", ("300", "200"))):
        plans = cast.plans(run, numbers)
        cast.assign(plans)
        cast.go()
        for worker in plans:
            assert house.said(worker) == ChainFinished()
        cast.dismiss(plans)

        for plan in plans.values():
            written = house.written(plan)
            assert [event.seq for event in written] == list(range(1, len(written) + 1))
            assert {event.run for event in written} == {run}
            assert set(ends(written).values()) == {"completed"}
            house.await_event(written[-1])
            assert written == [
                event
                for event in house.events
                if (event.run, event.instance) == (run, plan.instance)
            ]
        assert any(plans["alice"].number in repr(event) for event in house.written(plans["bob"]))


def test_each_run_has_a_log_of_its_own(house: House, cast: Cast) -> None:
    for run in ("r1", "r2"):
        cast.assign(cast.plans(run, ("100", "200")))

        log = f"{house.directory}/alice-{run}.log"
        streams = {os.readlink(f"/proc/{cast.pids['alice']}/fd/{number}") for number in (1, 2)}
        assert streams == {log}


def test_a_worker_that_is_told_to_quit_ends(house: House, cast: Cast) -> None:
    cast.assign(cast.plans("r1", ("100", "200")))

    house.direct("alice", Quit())

    assert house.hear() == Ended(worker="alice", exit_code=0)


@pytest.mark.parametrize("ended_by", ["command", "signal"])
def test_a_worker_that_is_to_end_waits_for_nothing_else(house: House, ended_by: str) -> None:
    launch = json.encode(house.launch_of("sleeper")).decode()
    with subprocess.Popen([sys.executable, "-m", "tests.worker.sleeper", launch]) as sleeper:
        try:
            assert house.said("sleeper") == Hello(pid=sleeper.pid)
            plan = replace(chain("alice"), port=next(free_ports()))
            house.assign("sleeper", plan)
            assert house.said("sleeper") == Ready()

            if ended_by == "command":
                house.direct("sleeper", Quit())
            else:
                sleeper.send_signal(signal.SIGTERM)

            assert sleeper.wait(LIMIT) == 0
        finally:
            sleeper.kill()


# Signs of life.


def test_a_worker_is_heard_before_during_and_after_a_run(house: House, cast: Cast) -> None:
    house.await_beats("alice")
    plans = cast.plans("r1", ("100", "200"))
    cast.assign(plans)
    house.await_beats("alice")
    cast.go()
    for worker in plans:
        assert house.said(worker) == ChainFinished()
    house.await_beats("alice")
    cast.dismiss(plans)
    house.await_beats("alice")


def test_a_worker_is_heard_while_it_waits_for_the_subscription_in_vain() -> None:
    with open_house() as house:
        cast = Cast(house)
        house.assign("alice", cast.plans("r1", ("100", "200"))["alice"])

        house.await_beats("alice", 4)

        refused = Refused(detail="the coordinator did not subscribe to the events")
        assert house.said("alice") == refused


def test_a_worker_whose_loop_is_stuck_is_not_heard(house: House) -> None:
    launch = json.encode(house.launch_of("spinner")).decode()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.worker.stuck_worker", launch]
    ) as stuck_worker:
        try:
            assert house.said("spinner") == Hello(pid=stuck_worker.pid)
            house.await_beats("spinner")
            plan = replace(chain("alice"), port=next(free_ports()))
            house.assign("spinner", plan)
            assert house.said("spinner") == Ready()
            house.listen(BEAT)  # it may have turned once more

            before = house.beats["spinner"]
            house.direct("spinner", Pause())
            house.listen(4 * BEAT)

            assert house.beats["spinner"] == before
            assert stuck_worker.poll() is None
        finally:
            stuck_worker.kill()


# Pauses.


def test_a_worker_that_is_paused_before_go_begins_when_it_is_resumed(
    house: House, cast: Cast
) -> None:
    plans = cast.plans("r1", ("100", "200"))
    cast.assign(plans)

    for worker in plans:
        house.direct(worker, Pause())
        assert house.said(worker) == Paused(last_seq=0)
    cast.go()
    house.direct("alice", Pause())
    assert house.said("alice") == Paused(last_seq=0)
    assert house.written(plans["alice"]) == []
    for worker in plans:
        house.direct(worker, Resume())

    for worker in plans:
        assert house.said(worker) == ChainFinished()


def test_a_paused_run_may_be_halted(house: House, cast: Cast) -> None:
    alice = chain("alice", Timeout(timeout=60.0))
    plans = cast.placed("r1", ("100", "200"), alice)
    cast.assign(plans)
    house.direct("alice", Go(), Pause(), Halt(cause="stop"), CLEAN_UP)

    assert house.said("alice") == Paused(last_seq=2)
    assert house.said("alice") == Halted()
    assert house.said("alice") == CleanedUp(released=0)
    assert ends(house.written(plans["alice"])) == {"alice-1": "cancelled"}


def test_a_worker_without_a_part_has_nothing_to_do(house: House) -> None:
    house.birth("alice")

    house.direct("alice", Go(), Pause(), Resume(), Halt(cause="stop"), CLEAN_UP, Flush())

    assert [house.said("alice") for _ in range(4)] == [
        Paused(last_seq=0),
        Halted(),
        CleanedUp(released=0),
        EventsFinished(last_seq=0),
    ]


# What is refused.


def test_a_taken_port_is_refused(house: House, cast: Cast) -> None:
    plans = cast.plans("r1", ("100", "200"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, plans["alice"].port))
        house.assign("alice", plans["alice"])

        refused = house.said("alice")

    assert isinstance(refused, Refused)
    assert f"{HOST}:{plans['alice'].port}" in refused.detail


def test_a_worker_keeps_the_place_of_its_endpoint(house: House, cast: Cast) -> None:
    plans = cast.plans("r1", ("100", "200"))
    cast.assign(plans)
    other = replace(plans["alice"], run="r2", port=plans["alice"].port + 1)

    house.assign("alice", other)

    refused = house.said("alice")
    assert isinstance(refused, Refused)
    assert str(other.port) in refused.detail
    house.direct("alice", Flush())
    assert house.said("alice") == EventsFinished(last_seq=0)
    cast.assign(cast.plans("r3", ("100", "200")))


@pytest.mark.parametrize("which", ["journal", "log"])
def test_a_file_that_cannot_be_opened_is_refused_by_its_name(
    house: House, cast: Cast, which: str
) -> None:
    plan = cast.plans("r1", ("100", "200"))["alice"]
    files = {name: f"{house.directory}/{name}" for name in ("journal", "log")}
    files[which] = f"{house.directory}/nowhere/{which}"

    house.direct("alice", Assign(plan=plan, journal=files["journal"], log=files["log"]))

    assert house.said("alice") == Refused(detail=f"{files[which]}: No such file or directory")
    cast.assign(cast.plans("r2", ("100", "200")))


# Between runs, and at the end of all.


def test_a_worker_between_two_runs_refuses_calls_and_tells_nothing(
    house: House, cast: Cast
) -> None:
    plans = cast.plans("r1", ("100", "200"))
    cast.assign(plans)
    house.direct("bob", CLEAN_UP, Flush())
    assert house.said("bob") == CleanedUp(released=0)
    assert house.said("bob") == EventsFinished(last_seq=0)

    house.direct("alice", Go())

    failed = house.said("alice")
    assert isinstance(failed, ChainFailed)
    assert failed.code == 480
    assert house.written(plans["bob"]) == []


def test_a_run_that_is_assigned_ends_what_the_run_before_has_left(house: House, cast: Cast) -> None:
    alice = chain("alice", MakeCall(to="bob"), Timeout(timeout=60.0))
    bob = chain("bob", Incoming(), Answer(), Disconnected())
    plans = cast.placed("r1", ("100", "200"), alice, bob)
    cast.assign(plans)
    cast.go()
    house.await_running("bob-3")

    cast.assign(cast.placed("r2", ("300", "200"), alice))

    assert house.said("bob") == ChainFinished()
    house.direct("alice", CLEAN_UP, Flush())
    assert house.said("alice") == CleanedUp(released=0)
    assert house.said("alice") == EventsFinished(last_seq=0)


def test_an_orphan_ends_its_calls_before_it_goes(house: House, cast: Cast) -> None:
    alice = chain("alice", MakeCall(to="bob"), Timeout(timeout=60.0))
    bob = chain("bob", Incoming(), Answer(), Disconnected())
    plans = cast.placed("r1", ("100", "200"), alice, bob)
    cast.assign(plans)
    cast.go()
    house.await_running("bob-3")

    house.tell(Signal(worker="alice", signal=signal.SIGTERM))

    assert house.said("bob") == ChainFinished()
    assert house.hear() == Ended(worker="alice", exit_code=0)
    assert ends(house.written(plans["alice"]))["alice-2"] == "cancelled"
