"""Real workers in a load: run after run over the same endpoints, with few words and no stream."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from sipflow.coordinator.events.journal import read_recorder
from sipflow.protocol.control import (
    Assign,
    Begin,
    ChainFinished,
    CleanUp,
    CleanUpFinished,
    Go,
    Halt,
    Halted,
    Quit,
    Ready,
    Refused,
    WalkFinished,
)
from sipflow.protocol.events import LegState, NodeState
from sipflow.protocol.launch import Ended
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
from tests.worker.plans import chain
from tests.worker.ua.phone import FIRST_MEDIA_PORT, HOST, MEDIA_PORTS, free_ports
from tests.worker.worker_fixture import House, open_house

NUMBERS = {"alice": "100", "bob": "200"}


@pytest.fixture
def house() -> Iterator[House]:
    with open_house() as house:
        house.subscribe()
        yield house


@pytest.fixture
def ports() -> dict[str, int]:
    return dict(zip(NUMBERS, free_ports(), strict=False))


def placed(plan: InstancePlan, ports: dict[str, int]) -> InstancePlan:
    """Return a plan with the places of a load."""
    name = plan.instance
    media = replace(
        plan.media_ports, first=FIRST_MEDIA_PORT + MEDIA_PORTS * list(ports).index(name)
    )
    return replace(
        plan,
        run="l1",
        number=NUMBERS[name],
        port=ports[name],
        media_ports=media,
        peers={other: sip_uri(NUMBERS[other], HOST, port) for other, port in ports.items()},
    )


def call(ports: dict[str, int]) -> dict[str, InstancePlan]:
    """Return the parts of a load: a call that the caller ends."""
    alice = chain("alice", MakeCall(to="bob"), Release())
    bob = chain("bob", Incoming(), Answer(), Disconnected())
    return {plan.instance: placed(plan, ports) for plan in (alice, bob)}


def enlist(house: House, plans: dict[str, InstancePlan]) -> None:
    """Have workers born, give them their parts, and see them ready."""
    for worker, plan in plans.items():
        house.birth(worker)
        house.enlist(worker, plan)
    for worker in plans:
        assert house.said(worker) == Ready()


def begin(house: House, number: int, *workers: str) -> None:
    for worker in workers:
        house.direct(worker, Begin(number=number, run=f"l1-{number}"))


def ends(recorder: Path) -> dict[str, str]:
    """Return each node's last state in the run that is written down."""
    events = read_recorder(recorder)
    return {event.node: event.new for event in events if isinstance(event, NodeState)}


def test_workers_play_run_after_run_with_one_word_each(house: House, ports: dict[str, int]) -> None:
    plans = call(ports)
    enlist(house, plans)
    for number in range(1, 6):
        begin(house, number, *plans)
        for worker in plans:
            walked = house.said(worker)
            assert isinstance(walked, WalkFinished)
            assert (walked.number, walked.idle, walked.failure) == (number, True, None)
            (figures,) = walked.figures.calls
            assert (figures.outgoing, figures.completed) == (worker == "alice", True)
            assert (figures.srd is not None) == (worker == "alice")

            events = read_recorder(house.recorder_of(worker))
            assert {event.run for event in events} == {f"l1-{number}"}
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert set(ends(house.recorder_of(worker)).values()) == {"completed"}
    assert house.events == []


def is_heard(house: House, run: str) -> bool:
    """Tell whether the callee of a run has the INVITE."""
    return any(
        isinstance(event, LegState) and (event.run, event.new) == (run, "proceeding")
        for event in read_recorder(house.recorder_of("alice"))
    )


def test_a_call_that_comes_before_the_run_has_begun_for_the_callee_waits_for_it(
    house: House, ports: dict[str, int]
) -> None:
    plans = call(ports)
    enlist(house, plans)
    for number in (1, 2):
        begin(house, number, "alice")
        heard = partial(is_heard, house, f"l1-{number}")
        house.wait_until(heard, "nobody got the INVITE")
        begin(house, number, "bob")
        for worker in plans:
            walked = house.said(worker)
            assert isinstance(walked, WalkFinished)
            assert (walked.number, walked.failure) == (number, None)


def test_a_run_that_is_broken_off_leaves_nothing_to_the_next_one(
    house: House, ports: dict[str, int]
) -> None:
    waiting = chain("alice", MakeCall(to="bob"), Timeout(timeout=60.0), Release())
    plans = call(ports) | {"alice": placed(waiting, ports)}
    enlist(house, plans)
    for number in (1, 2):
        begin(house, number, *plans)
        house.wait_until(
            lambda: ends(house.recorder_of("bob")).get("bob-3") == "running", "no call came up"
        )
        for worker in plans:
            house.direct(worker, Halt(cause="abort"))
            assert house.said(worker) == Halted()
        for worker in plans:
            house.direct(worker, CleanUp(limit=2.0))
        swept = {worker: house.said(worker) for worker in plans}
        for worker, word in swept.items():
            assert isinstance(word, CleanUpFinished), worker
            assert (word.number, word.left) == (number, ())
            assert all(one.completed for one in word.figures.calls)


def test_commands_that_come_after_the_end_of_a_run_have_no_answer(
    house: House, ports: dict[str, int]
) -> None:
    plans = call(ports)
    enlist(house, plans)
    for number in (1, 2, 3):
        begin(house, number, *plans)
        for worker in plans:
            walked = house.said(worker)
            assert isinstance(walked, WalkFinished)
            assert walked.number == number
            house.direct(worker, Halt(cause="abort"), CleanUp(limit=2.0))


# Nobody answers.


@contextmanager
def silence() -> Iterator[socket.socket]:
    """Listen at a port and never answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HOST, 0))
        silent.settimeout(10.0)
        yield silent


def next_call(silent: socket.socket, known: set[str]) -> str:
    """Return the Call-ID of the next INVITE of a call that is not known."""
    while True:
        message = silent.recv(65_536).decode()
        (call_id,) = [line for line in message.split("\r\n") if line.startswith("Call-ID:")]
        if message.startswith("INVITE") and call_id not in known:
            return call_id


def test_a_dialog_that_outlives_its_run_does_not_disturb_the_next_one(house: House) -> None:
    with silence() as silent:
        ports = {"alice": next(free_ports()), "bob": silent.getsockname()[1]}
        enlist(house, {"alice": placed(chain("alice", MakeCall(to="bob")), ports)})
        known: set[str] = set()
        for number in (1, 2, 3):
            begin(house, number, "alice")
            known.add(next_call(silent, known))
            house.direct("alice", Halt(cause="abort"), CleanUp(limit=0.1))
            assert house.said("alice") == Halted()
            swept = house.said("alice")
            assert isinstance(swept, CleanUpFinished)
            assert (swept.number, swept.left) == (number, ("call-1",))


def test_what_is_left_of_a_run_is_gone_before_anybody_knows_that_it_is_over(
    house: House, ports: dict[str, int]
) -> None:
    """Bob takes Alice for dead and waits for nothing of her; the next call is hers all the same."""
    waiting = chain("alice", MakeCall(to="bob"), Timeout(timeout=60.0), Release())
    plans = call(ports) | {"alice": placed(waiting, ports)}
    enlist(house, plans)
    for number in (1, 2, 3):
        begin(house, number, "alice")
        house.wait_until(partial(is_heard, house, f"l1-{number}"), "nobody got the INVITE")
        begin(house, number, "bob")
        house.wait_until(
            lambda: ends(house.recorder_of("bob")).get("bob-3") == "running", "no call came up"
        )
        for worker in plans:
            house.direct(worker, Halt(cause="abort"))
            assert house.said(worker) == Halted()
        house.direct("bob", CleanUp(limit=2.0, dead=(f"{HOST}:{ports['alice']}",)))
        house.direct("alice", CleanUp(limit=2.0))
        for worker in plans:
            swept = house.said(worker)
            assert isinstance(swept, CleanUpFinished)
            assert (swept.number, swept.left) == (number, ())


# What else a worker may be told.


def test_a_worker_whose_recorder_cannot_be_made_refuses(
    house: House, ports: dict[str, int]
) -> None:
    house.birth("alice")
    nowhere = house.directory / "nowhere" / "alice.recorder"
    house.enlist("alice", call(ports)["alice"], nowhere)

    assert house.said("alice") == Refused(detail=f"{nowhere}: No such file or directory")


def test_a_worker_plays_a_single_run_after_a_load_and_a_load_after_that(
    house: House, ports: dict[str, int]
) -> None:
    plan = placed(chain("alice", Timeout(timeout=0.01)), ports)
    enlist(house, {"alice": plan})
    begin(house, 1, "alice")
    assert isinstance(house.said("alice"), WalkFinished)

    single = replace(plan, run="r1")
    house.direct(
        "alice",
        Assign(
            plan=single,
            journal=str(house.journal_of(single)),
            log=f"{house.directory}/alice-r1.log",
        ),
    )
    assert house.said("alice") == Ready()
    house.direct("alice", Go())
    assert house.said("alice") == ChainFinished()
    house.await_event(house.written(single)[-1])

    house.enlist("alice", plan)
    assert house.said("alice") == Ready()
    begin(house, 2, "alice")
    assert isinstance(house.said("alice"), WalkFinished)
    assert {event.run for event in house.events} == {"r1"}
    assert {event.run for event in read_recorder(house.recorder_of("alice"))} == {"l1-2"}


def test_a_worker_that_is_told_to_quit_in_a_load_ends(house: House, ports: dict[str, int]) -> None:
    enlist(house, {"alice": placed(chain("alice", Timeout(timeout=60.0)), ports)})
    begin(house, 1, "alice")
    house.direct("alice", Quit())

    assert house.hear() == Ended(worker="alice", exit_code=0)
