"""Holding and retrieving between whole sessions in virtual time, and what is told of it."""

import pytest
from msgspec.structs import replace

from sipflow.protocol.events import LegState, MediaState
from sipflow.scenario.model.actions import (
    Answer,
    Disconnected,
    Held,
    Hold,
    Incoming,
    MakeCall,
    NodeAction,
    Release,
    Retrieve,
    Retrieved,
    Timeout,
)
from tests.worker.plans import chain, node, plan
from tests.worker.simulation import Simulation

TALK = Timeout(timeout=0.5)
HOLDS: tuple[NodeAction, ...] = (Hold(), Retrieve())
WAITS: tuple[NodeAction, ...] = (Held(), Retrieved())


def play(alice: tuple[NodeAction, ...], bob: tuple[NodeAction, ...]) -> Simulation:
    """Play a call in which each does something; Alice releases it when she has."""
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), *alice, Release()),
        chain("bob", Incoming(), Answer(), *bob, Disconnected()),
    )
    simulation.play()
    return simulation


def test_a_held_call_is_a_play_on_both_sides() -> None:
    simulation = play((TALK, Hold(), TALK, Retrieve(), TALK), WAITS)

    assert simulation.said("> re-INVITE", "media", "bob-3 completed (", "bob-4 completed (") == [
        "0.5 alice > re-INVITE out-1 hold",
        "0.5 bob media call-1 recvonly by remote held",
        "0.5 bob bob-3 completed (put on hold by the other side)",
        "0.5 alice media call-1 sendonly by local",
        "1 alice > re-INVITE out-1 retrieve",
        "1 bob media call-1 sendrecv by remote",
        "1 bob bob-4 completed (taken off hold by the other side)",
        "1 alice media call-1 sendrecv by local",
    ]
    assert simulation.failure is None


@pytest.mark.parametrize(
    ("alice", "bob"),
    [
        (HOLDS, WAITS),
        (HOLDS, (TALK, *WAITS)),
        ((*HOLDS, *HOLDS), (*WAITS, *WAITS)),
        (WAITS, HOLDS),
        ((*HOLDS, *WAITS), (*WAITS, *HOLDS)),
        ((Hold(), TALK, Retrieve(), TALK, *WAITS), (TALK, Hold(), *WAITS, Retrieve())),
        ((Hold(), Held(), Retrieve(), Retrieved()), (Hold(), Held(), Retrieve(), Retrieved())),
    ],
)
def test_what_one_does_the_other_sees_in_order_however_late_it_waits(
    alice: tuple[NodeAction, ...], bob: tuple[NodeAction, ...]
) -> None:
    simulation = play(alice, bob)

    assert simulation.failure is None
    assert {state for actor in simulation.actors.values() for state in actor.nodes.values()} == {
        "completed"
    }


def test_a_wait_for_a_hold_that_cannot_come_any_more_fails_with_the_code_of_the_end() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), Release()),
        plan(
            "bob",
            node("bob-1", Incoming(), success="bob-2"),
            node("bob-2", Answer(), success="bob-3"),
            node("bob-3", Held(), failure="bob-4"),
            node("bob-4", Disconnected()),
        ),
    )

    simulation.play()

    assert (
        "0 bob bob-3 failed (200 ended the leg) 200 Normal call clearing" in simulation.transcript
    )
    assert simulation.actors["bob"].nodes["bob-4"] == "completed"


def test_the_confirmed_leg_says_direction_and_codec() -> None:
    simulation = Simulation(
        replace(chain("alice", MakeCall(to="200"), Release()), codecs=("GSM/8000", "PCMA/8000")),
        replace(chain("bob", Incoming(), Answer(), Disconnected()), codecs=("PCMA/8000",)),
    )

    simulation.play()

    confirmed = [
        (event.instance, event.direction, event.codec)
        for event in simulation.events
        if isinstance(event, LegState) and event.new == "confirmed"
    ]
    assert confirmed == [
        ("alice", "sendrecv", "PCMA/8000"),
        ("bob", "sendrecv", "PCMA/8000"),
    ]


def test_a_call_without_a_common_codec_fails_with_488_on_both_sides() -> None:
    simulation = Simulation(
        replace(chain("alice", MakeCall(to="200")), codecs=("GSM/8000",)),
        replace(chain("bob", Incoming(), Answer()), codecs=("PCMA/8000",)),
    )

    simulation.play()

    assert simulation.said("terminated") == [
        "0 bob leg call-1 terminated 488 no codec in common: offered GSM/8000, this instance has "
        "PCMA/8000",
        "0 alice leg call-1 terminated 488 Not Acceptable Here",
    ]
    assert simulation.said("bob-2 failed") == [
        "0 bob bob-2 failed (488 ended the leg) 488 no codec in common: offered GSM/8000, this "
        "instance has PCMA/8000"
    ]


def test_a_media_event_says_whose_offer_it_was_and_who_holds() -> None:
    simulation = play(HOLDS, WAITS)

    told = [
        (event.instance, event.cause, event.direction, event.by, event.held)
        for event in simulation.events
        if isinstance(event, MediaState)
    ]
    assert sorted(told) == [
        ("alice", "offer sent", "sendonly", "local", False),
        ("alice", "offer sent", "sendrecv", "local", False),
        ("bob", "offer received", "recvonly", "remote", True),
        ("bob", "offer received", "sendrecv", "remote", False),
    ]
