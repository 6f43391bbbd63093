"""Whole scenarios in virtual time: sessions whose user agents are wired together in memory."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import (
    Answer,
    Connected,
    Disconnected,
    Incoming,
    MakeCall,
    Release,
    Response,
    Ringing,
    Timeout,
)
from sipflow.scenario.model.conditions import Condition, Selector
from tests.worker.plans import chain, node, plan
from tests.worker.simulation import Simulation

TALK = Timeout(timeout=0.5)


def ends(simulation: Simulation) -> dict[str, str]:
    """Return each node's last state."""
    return {
        node: state for actor in simulation.actors.values() for node, state in actor.nodes.items()
    }


def cleaned(simulation: Simulation) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return what each living instance's clean-up released and left."""
    return {
        name: (actor.cleaned.released, actor.cleaned.left)
        for name, actor in simulation.actors.items()
        if actor.cleaned is not None
    }


def test_each_answer_takes_the_branch_of_its_own() -> None:
    calls = [
        replace(
            node(f"alice-{number}", MakeCall(to="200", leg=str(number), timeout=1.0)),
            failure=f"alice-{number + 10}",
            failures={"486": f"alice-{number + 20}", "5xx": f"alice-{number + 30}"},
        )
        for number in (1, 2, 3, 4)
    ]
    branches = [
        node(f"alice-{number + ten}", Timeout(timeout=0.0), success=following)
        for number, following in ((1, "alice-2"), (2, "alice-3"), (3, "alice-4"), (4, None))
        for ten in (10, 20, 30)
    ]
    codes = {"1": 486, "2": 404, "3": 503}
    answers = [Response(code=code, leg=leg) for leg, code in codes.items()]
    simulation = Simulation(
        plan("alice", *calls, *branches),
        chain("bob", *(one for answer in answers for one in (Incoming(leg=answer.leg), answer))),
    )

    simulation.play()

    taken = {name for name, state in ends(simulation).items() if state == "completed"}
    assert {"alice-21", "alice-12", "alice-33", "alice-14"} == {
        name for name in taken if name.startswith("alice-")
    }
    assert simulation.failure is None


def all_completed(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "completed")


def test_the_basic_call_is_a_play_in_three_acts() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), TALK, Release()),
        chain("bob", Incoming(), Answer(), Disconnected()),
    )

    simulation.play()

    assert simulation.said(">", "completed (") == [
        "0 alice > INVITE out-1 sip:200@127.0.0.1:5062",
        "0 bob > 180 in-1",
        "0 bob bob-1 completed (INVITE received)",
        "0 bob > 200 in-1",
        "0 alice alice-1 completed (200 received)",
        "0 bob bob-2 completed (ACK received)",
        "0.5 alice alice-2 completed (time is up)",
        "0.5 alice > hang up out-1",
        "0.5 bob bob-3 completed (dialog gone: 200 Normal call clearing)",
        "0.5 alice alice-3 completed (dialog gone)",
    ]
    assert simulation.failure is None
    assert cleaned(simulation) == {"alice": (0, ()), "bob": (0, ())}


def test_a_busy_callee_leads_the_caller_to_its_failure_branch() -> None:
    simulation = Simulation(
        plan(
            "alice",
            node("alice-1", MakeCall(to="bob"), success="alice-2", failure="alice-3"),
            node("alice-2", Release()),
            node("alice-3", Timeout(timeout=0.1)),
        ),
        chain("bob", Incoming(), Response(code=486, reason="Gone fishing")),
    )

    simulation.play()

    assert ends(simulation) == {
        "alice-1": "failed", "alice-2": "pending", "alice-3": "completed",
        "bob-1": "completed", "bob-2": "completed",
    }  # fmt: skip
    assert "0 alice alice-1 failed (486 ended the leg) 486 Gone fishing" in simulation.transcript


def test_a_caller_that_stops_ringing_cancels_and_both_see_487() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200", until="ringing"), TALK, Release()),
        chain("bob", Incoming(), Disconnected()),
    )

    simulation.play()

    assert ends(simulation) == all_completed("alice-1", "alice-2", "alice-3", "bob-1", "bob-2")
    assert simulation.said("terminated") == [
        "0.5 bob leg call-1 terminated 487 Request Terminated",
        "0.5 alice leg call-1 terminated 487 Request Terminated",
    ]


def test_a_callee_that_never_answers_lets_the_call_run_into_its_time_limit() -> None:
    simulation = Simulation(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200", timeout=3.0), failure="alice-2"),
            node("alice-2", Disconnected()),
        ),
        chain("bob", Incoming(), Disconnected()),
    )

    simulation.play()

    assert ends(simulation) == {
        "alice-1": "failed", "alice-2": "completed", "bob-1": "completed", "bob-2": "completed",
    }  # fmt: skip
    assert simulation.now == 3.0


def test_three_parties_call_in_turn() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200", leg="b"), MakeCall(to="carol", leg="c"),
              Release(leg="b"), Release(leg="c")),
        chain("bob", Incoming(), Answer(), Disconnected()),
        chain("carol", Incoming(ring=False), Response(code=183), Answer(), Disconnected()),
    )  # fmt: skip

    simulation.play()

    assert set(ends(simulation).values()) == {"completed"}
    assert simulation.failure is None


def test_a_wrong_leg_fails_its_node_and_disturbs_no_call() -> None:
    simulation = Simulation(
        plan(
            "alice",
            node("alice-1", MakeCall(to="200"), success="alice-2"),
            node("alice-2", Release(leg="wrong"), failure="alice-3"),
            node("alice-3", TALK, success="alice-4"),
            node("alice-4", Release()),
        ),
        chain("bob", Incoming(), Answer(), Disconnected()),
    )

    simulation.play()

    assert simulation.said("bob-3 completed", "alice-3 completed (") == [
        "0.5 alice alice-3 completed (time is up)",
        "0.5 bob bob-3 completed (dialog gone: 200 Normal call clearing)",
    ]


@pytest.mark.parametrize("sooner", ["alice", "bob"])
def test_a_call_that_nobody_releases_is_released_once_by_its_caller(sooner: str) -> None:
    waits = {"alice": 1.0, "bob": 1.0, sooner: 0.5}
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), Timeout(timeout=waits["alice"])),
        chain("bob", Incoming(), Answer(), Timeout(timeout=waits["bob"])),
    )

    simulation.play()

    assert simulation.said("> hang up") == ["1 alice > hang up out-1"]
    assert cleaned(simulation) == {"alice": (1, ()), "bob": (0, ())}


def test_a_failure_without_an_edge_cancels_the_others_and_ends_their_call() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), Timeout(timeout=60.0)),
        chain("bob", Incoming(), Answer(), Disconnected(timeout=60.0)),
        chain("carol", Incoming(timeout=2.0)),
    )

    simulation.play()

    assert ends(simulation) == {
        "alice-1": "completed", "alice-2": "cancelled",
        "bob-1": "completed", "bob-2": "completed", "bob-3": "cancelled",
        "carol-1": "failed",
    }  # fmt: skip
    assert simulation.failure is not None
    assert (simulation.failure.node, simulation.failure.detail) == (
        "carol-1",
        "no INVITE within 2 s",
    )
    assert cleaned(simulation) == {"alice": (1, ()), "bob": (0, ()), "carol": (0, ())}
    assert simulation.now == 2.0


def test_a_stop_cancels_the_running_nodes_and_the_ringing_call() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200", timeout=60.0)),
        chain("bob", Incoming(), Connected(timeout=60.0)),
    )
    simulation.go()
    simulation.run_until(1.5)

    simulation.stop()
    simulation.run_until(60.0)

    assert ends(simulation) == {"alice-1": "cancelled", "bob-1": "completed", "bob-2": "cancelled"}
    assert cleaned(simulation) == {"alice": (1, ()), "bob": (0, ())}
    assert simulation.said("terminated") == [
        "1.5 bob leg call-1 terminated 487 Request Terminated",
        "1.5 alice leg call-1 terminated 487 Request Terminated",
    ]


@pytest.mark.parametrize("victim", ["alice", "bob"])
def test_the_call_with_an_instance_that_died_is_hung_up_and_not_waited_for(victim: str) -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), Timeout(timeout=60.0)),
        chain("bob", Incoming(), Answer(), Disconnected(timeout=60.0)),
    )
    simulation.go()
    simulation.run_until(1.0)

    simulation.kill(victim)
    simulation.run_until(60.0)

    survivor, key = {"alice": ("bob", "in-1"), "bob": ("alice", "out-1")}[victim]
    assert simulation.said("> hang up") == [f"1 {survivor} > hang up {key}"]
    assert cleaned(simulation) == {survivor: (1, ())}
    assert simulation.now == 1.0


def test_a_caller_that_died_before_its_ack_leaves_a_call_that_is_hung_up_with_a_bye() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), Timeout(timeout=60.0)),
        chain("bob", Incoming(), Timeout(timeout=1.0), Answer(timeout=1.0)),
    )
    simulation.go()
    simulation.run_until(0.5)
    simulation.actors["alice"].agent.switch_off()
    simulation.run_until(1.5)

    simulation.kill("alice")
    simulation.run_until(60.0)

    assert simulation.said("> hang up") == ["1.5 bob > hang up in-1"]
    assert cleaned(simulation) == {"bob": (1, ())}


def test_an_invite_to_nobody_is_given_up_in_the_clean_up() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="sip:900@127.0.0.1:5999", until="sent")),
    )

    simulation.play()

    assert cleaned(simulation) == {"alice": (0, ())}
    assert simulation.now == 1.0


def test_a_call_with_somebody_who_went_silent_is_left_at_the_limit_and_named() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200", leg="primary"), Timeout(timeout=1.0)),
        chain("bob", Incoming(), Answer(), Timeout(timeout=1.0)),
    )
    simulation.go()
    simulation.run_until(0.5)
    simulation.actors["bob"].agent.switch_off()
    simulation.run_until(60.0)

    assert cleaned(simulation) == {"alice": (0, ("primary",)), "bob": (0, ("call-1",))}
    assert simulation.now == 3.0


def test_invites_wait_for_their_nodes_in_the_order_of_their_coming() -> None:
    simulation = Simulation(
        chain("bob", Timeout(timeout=2.0), Incoming(leg="x"), Response(leg="x", code=486),
              Incoming(leg="y"), Response(leg="y", code=603)),
        plan("alice", node("alice-1", MakeCall(to="200"), failure="alice-2"),
             node("alice-2", Disconnected())),
        plan("carol", node("carol-1", Timeout(timeout=1.0), success="carol-2"),
             node("carol-2", MakeCall(to="200"), failure="carol-3"),
             node("carol-3", Ringing())),
    )  # fmt: skip

    simulation.play()

    assert simulation.said("terminated", "carol-3") == [
        "2 bob leg x terminated 486 Busy Here",
        "2 alice leg call-1 terminated 486 Busy Here",
        "2 carol leg call-1 terminated 603 Decline",
        "2 carol carol-3 running (carol-2 failed)",
        "2 carol carol-3 completed (18x seen)",
        "2 bob leg y terminated 603 Decline",
    ]


def test_a_run_of_nothing_ends_at_once() -> None:
    simulation = Simulation(plan("alice"), plan("bob"))

    simulation.play()

    assert simulation.transcript == [
        "0 alice ChainFinished",
        "0 bob ChainFinished",
        "0 alice CleanedUp 0",
        "0 bob CleanedUp 0",
    ]


def a_cancel_and_a_call() -> Simulation:
    """Alice calls Bob in vain, then Carol, who lets her wait."""
    return Simulation(
        plan(
            "alice",
            node("alice-1", MakeCall(to="bob", timeout=1.0), failure="alice-2"),
            node("alice-2", MakeCall(to="carol", timeout=2.0), success="alice-3"),
            node("alice-3", Timeout(timeout=0.75), success="alice-4"),
            node("alice-4", Release()),
        ),
        chain("bob", Incoming(), Disconnected(timeout=5.0)),
        chain("carol", Incoming(), Timeout(timeout=1.0), Answer(), Disconnected()),
    )


@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 30.0)), max_size=6))
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_pausing_everybody_changes_nothing_but_the_times(
    pauses: list[tuple[float, float]],
) -> None:
    straight, paused = a_cancel_and_a_call(), a_cancel_and_a_call()
    straight.play()

    paused.go()
    for run, length in pauses:
        paused.run_until(paused.now + run)
        paused.pause()
        paused.run_until(paused.now + length)
        paused.resume()
    paused.run_until(inf)

    assert ends(paused) == ends(straight)
    assert paused.failure == straight.failure
    assert cleaned(paused) == cleaned(straight)


def test_a_conversation_is_looked_into_on_both_sides_without_sip() -> None:
    code = Selector("code", "code")
    method = Selector("method", "method")
    rings = Condition(what=code, operator="==", operand="180")
    refused = Condition(what=code, operator="==", operand="486")
    simulation = Simulation(
        listening(
            chain(
                "alice",
                MakeCall(to="200", until="ringing", check=(rings,)),
                Connected(check=(Condition(what=code, operator="==", operand="200"),)),
                Release(),
                MakeCall(to="200", leg="second", expect=486, check=(refused,)),
            )
        ),
        listening(
            chain(
                "bob",
                Incoming(check=(Condition(what=method, operator="==", operand="INVITE"),)),
                Answer(),
                Connected(check=(Condition(what=method, operator="==", operand="ACK"),)),
                Disconnected(check=(Condition(what=method, operator="==", operand="BYE"),)),
                Incoming(leg="third"),
                Response(code=486, leg="third"),
            )
        ),
    )

    simulation.play()

    assert set(ends(simulation).values()) == {"completed"}


def listening(one: InstancePlan) -> InstancePlan:
    """Return a plan whose user agent hands up what it receives."""
    return replace(one, messages=True)
