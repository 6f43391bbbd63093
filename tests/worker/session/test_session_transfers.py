"""Transfers in virtual time: sessions whose user agents are wired together in memory."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sipflow.protocol.events import LegState
from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import (
    Answer,
    AttendedTransfer,
    BlindTransfer,
    Disconnected,
    Incoming,
    MakeCall,
    Release,
    Response,
    Timeout,
    Transferred,
)
from tests.worker.plans import chain, node, plan
from tests.worker.simulation import Simulation

TALK = Timeout(timeout=0.5)
ANSWERS = chain("carol", Incoming(), TALK, Answer(), Disconnected())


def blind(*last: InstancePlan) -> tuple[InstancePlan, ...]:
    return (
        chain("alice", MakeCall(to="200"), TALK, BlindTransfer(to="300")),
        chain("bob", Incoming(), Answer(), Transferred(), TALK, Release()),
        *last,
    )


def attended() -> tuple[InstancePlan, ...]:
    return (
        chain(
            "alice",
            MakeCall(to="200"),
            MakeCall(to="300", leg="consult"),
            TALK,
            AttendedTransfer(),
        ),
        chain("bob", Incoming(), Answer(), Transferred(), TALK, Release()),
        chain("carol", Incoming(), Answer(), Transferred(), Disconnected()),
    )


def story(simulation: Simulation, name: str) -> list[str]:
    """Return the states of an instance's leg call-1, with the peer's number where that changes."""
    return [
        f"{event.new} {event.peer.partition('@')[0].removeprefix('sip:')}"
        for event in simulation.events
        if isinstance(event, LegState) and (event.instance, event.leg) == (name, "call-1")
        if event.new not in ("proceeding", "early")
    ]


def left(simulation: Simulation) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {
        name: (actor.cleaned.released, actor.cleaned.left)
        for name, actor in simulation.actors.items()
        if actor.cleaned is not None
    }


NOTHING: dict[str, tuple[int, tuple[str, ...]]] = dict.fromkeys(("alice", "bob", "carol"), (0, ()))


def test_a_blind_transfer_is_a_play_of_three() -> None:
    simulation = Simulation(*blind(ANSWERS))

    simulation.play()

    assert simulation.failure is None
    assert left(simulation) == NOTHING
    assert story(simulation, "bob") == [
        "trying 100", "confirmed 100", "trying 300", "confirmed 300", "terminated 300",
    ]  # fmt: skip
    assert simulation.said("> REFER", "transferred", "hang up") == [
        "0.5 alice > REFER out-1 to sip:300@127.0.0.1:5064",
        "1 bob bob-3 completed (transferred to sip:300@127.0.0.1:5064)",
        "1 alice > hang up out-1",
        "1 alice alice-3 completed (transferred)",
        "1.5 bob > hang up ref-1",
    ]


def test_an_attended_transfer_is_a_play_of_three() -> None:
    simulation = Simulation(*attended())

    simulation.play()

    assert simulation.failure is None
    assert left(simulation) == NOTHING
    assert story(simulation, "carol") == [
        "trying 100", "confirmed 100", "trying 200", "confirmed 200", "terminated 200",
    ]  # fmt: skip
    assert simulation.said("replace", "hang up") == [
        "0.5 alice > REFER out-1 to replace out-2",
        "0.5 alice > hang up out-1",
        "1 bob > hang up ref-1",
    ]


def test_a_target_that_refuses_leaves_the_call_as_it_was() -> None:
    alice = plan(
        "alice",
        node("alice-1", MakeCall(to="200"), success="alice-2"),
        node("alice-2", BlindTransfer(to="300"), failure="alice-3"),
        node("alice-3", TALK, success="alice-4"),
        node("alice-4", Release()),
    )
    simulation = Simulation(
        alice,
        chain("bob", Incoming(), Answer(), Disconnected()),
        chain("carol", Incoming(), Response(code=486)),
    )

    simulation.play()

    assert simulation.failure is None
    assert left(simulation) == NOTHING
    assert simulation.said("alice-2 failed (") == [
        "0 alice alice-2 failed (486 notified) 486 Busy Here"
    ]
    assert story(simulation, "bob") == [
        "trying 100", "confirmed 100", "trying 300", "confirmed 100", "terminated 100",
    ]  # fmt: skip


def test_who_rejects_refers_fails_the_transfer_with_603() -> None:
    bob = replace(chain("bob", Incoming(), Answer(), Disconnected()), on_refer="reject")
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), BlindTransfer(to="300")), bob, ANSWERS
    )

    simulation.play()

    assert simulation.failure is not None
    assert (simulation.failure.node, simulation.failure.code) == ("alice-2", 603)


@pytest.mark.parametrize("plans", [blind(ANSWERS), attended()], ids=["blind", "attended"])
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(moment=st.floats(min_value=0.0, max_value=2.0))
def test_a_stop_at_any_moment_leaves_nothing(
    plans: tuple[InstancePlan, ...], moment: float
) -> None:
    simulation = Simulation(*plans)
    simulation.go()
    simulation.run_until(moment)

    simulation.stop()
    simulation.run_until(inf)

    assert all(not names for _, names in left(simulation).values())
    assert set(left(simulation)) == {"alice", "bob", "carol"}
