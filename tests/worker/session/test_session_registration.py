"""Sessions of instances that register: by themselves, by their nodes, and out again."""

import pytest
from msgspec.structs import replace

from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import (
    Answer,
    Incoming,
    MakeCall,
    Register,
    Registered,
    Release,
    Timeout,
    Unregister,
)
from sipflow.scenario.model.signalling import Signalling
from sipflow.worker.ua.events import InviteReceived, RegisterAnswered
from sipflow.worker.ua.memory.registration import MemoryRegistrar
from tests.worker.plans import BOB, chain, node, plan
from tests.worker.registering import (
    ACCOUNT,
    AT,
    CONFIRMED,
    FORBIDDEN,
    HOME,
    KEPT,
    REMOVED,
    UNSENT,
)
from tests.worker.simulation import Simulation
from tests.worker.walk import Solo

BY_ITSELF = replace(ACCOUNT, register=True)


def with_account(plan: InstancePlan, account: Account = ACCOUNT) -> InstancePlan:
    """Return a plan of an instance with an account."""
    return replace(plan, account=account)


def test_an_instance_registers_and_removes_it_in_the_clean_up() -> None:
    solo = Solo(with_account(chain("alice", Register())))

    assert solo.go() == [
        "alice-1 running (go)",
        f"info: REGISTER to {AT} for 300 s",
        f"> REGISTER to {AT} for 300 s",
    ]
    assert solo.tell(CONFIRMED) == [
        f"info: registration at {AT} for 300 s, after 3.4 ms",
        "alice-1 completed (200 received after 3.4 ms)",
        "ChainFinished",
    ]
    assert solo.session.alive
    assert solo.clean_up() == ["> REGISTER to remove"]
    assert solo.tell(REMOVED) == [
        f"info: registration at {AT} removed, after 2.0 ms",
        "CleanedUp 0",
    ]
    assert not solo.session.alive


def test_a_refusal_takes_the_failure_edge() -> None:
    refused = node("alice-1", Register(), failure="alice-2")
    solo = Solo(with_account(plan("alice", refused, node("alice-2", Timeout(timeout=1.0)))))
    solo.go()

    assert solo.tell(FORBIDDEN) == [
        f"warning: registration at {AT} not made: 403 Forbidden",
        "alice-1 failed (403 received) 403 Forbidden",
        "alice-2 running (alice-1 failed)",
        "info: waiting 1 s",
    ]


def test_an_instance_that_registers_by_itself_does_so_before_its_first_node() -> None:
    solo = Solo(with_account(chain("alice", Registered()), BY_ITSELF))

    assert solo.go() == [
        f"info: REGISTER to {AT} for 300 s, at the start",
        f"> REGISTER to {AT} for 300 s",
        "alice-1 running (go)",
        "info: waiting for a registration",
    ]
    assert solo.tell(FORBIDDEN)[:2] == [
        f"warning: registration at {AT} not made: 403 Forbidden",
        "alice-1 failed (403 received) 403 Forbidden",
    ]


def test_an_instance_without_a_registrar_does_not_register_by_itself() -> None:
    solo = Solo(with_account(chain("alice"), Account(register=True)))

    assert solo.go() == ["ChainFinished"]


def test_an_instance_of_tcp_registers_by_tcp() -> None:
    tcp = replace(chain("alice"), signalling=Signalling(transport="tcp"))

    assert f"> REGISTER to {AT};transport=tcp for 300 s" in Solo(with_account(tcp, BY_ITSELF)).go()


def test_a_register_that_nobody_answers_does_not_hold_the_clean_up_up() -> None:
    solo = Solo(with_account(chain("alice", Register(timeout=2.0))))
    solo.go()
    assert solo.at(2.0)[:1] == ["alice-1 failed (time limit) no answer to the REGISTER within 2 s"]

    assert solo.clean_up() == []
    assert solo.at(3.0) == ["CleanedUp 0 not idle"]


def test_a_registration_that_is_not_removed_is_told_of() -> None:
    solo = Solo(with_account(chain("alice", Register())))
    solo.go()
    solo.tell(CONFIRMED)
    solo.clean_up()

    assert solo.tell(KEPT) == [
        f"warning: registration at {AT} not removed: 403 Forbidden",
        f"CleanedUp 0 not idle left: registration at {AT}",
    ]


def test_a_registrar_that_falls_silent_is_told_of_at_the_time_limit() -> None:
    solo = Solo(with_account(chain("alice", Register())))
    solo.go()
    solo.tell(CONFIRMED)
    solo.clean_up(limit=2.0)

    assert solo.at(2.0) == [f"CleanedUp 0 not idle left: registration at {AT}"]


def play(*plans: InstancePlan, registrar: MemoryRegistrar) -> Simulation:
    """Play a run with a registrar to its end."""
    simulation = Simulation(*plans)
    simulation.exchange.registrars[HOME] = registrar
    simulation.play()
    return simulation


def test_a_registered_user_is_called_through_the_registrar() -> None:
    registrar = MemoryRegistrar(passwords={"100": "secret", "200": "secret"})
    alice = chain("alice", Timeout(timeout=1.0), MakeCall(to=f"sip:200@{HOME}"), Release())
    bob = chain("bob", Registered(), Incoming(), Answer(), Timeout(timeout=1.0), Unregister())

    simulation = play(alice, with_account(bob, BY_ITSELF), registrar=registrar)

    for actor in simulation.actors.values():
        assert set(actor.nodes.values()) == {"completed"}
    assert registrar.bindings == {}


def test_a_stop_removes_what_is_registered() -> None:
    registrar = MemoryRegistrar()
    simulation = Simulation(with_account(chain("alice", Register(), Timeout(timeout=60.0))))
    simulation.exchange.registrars[HOME] = registrar
    simulation.go()
    simulation.run_until(1.0)
    assert registrar.bindings == {"100": "127.0.0.1:5060"}

    simulation.stop()
    simulation.run_until(10.0)

    assert registrar.bindings == {}
    cleaned = simulation.actors["alice"].cleaned
    assert cleaned is not None
    assert (cleaned.idle, cleaned.registrations) == (True, ())


def test_a_wrong_password_and_too_short_a_time_are_refused() -> None:
    registrar = MemoryRegistrar(passwords={"100": "other"}, shortest=60)

    wrong = play(with_account(chain("alice", Register())), registrar=registrar)
    assert wrong.failure is not None
    assert wrong.failure.code == 401

    right = replace(ACCOUNT, password="other")
    short = play(with_account(chain("alice", Register(expires=5.0)), right), registrar=registrar)
    assert short.failure is not None
    assert (short.failure.code, short.failure.detail) == (423, "Interval Too Brief")


# Before the walk.


def test_a_registration_before_the_walk_is_confirmed_before_it_is_said() -> None:
    solo = Solo(with_account(chain("alice", Timeout(timeout=1.0)), BY_ITSELF))

    assert solo.register() == [
        f"info: REGISTER to {AT} for 300 s, at the start",
        f"> REGISTER to {AT} for 300 s",
    ]
    assert solo.session.next_timer() == 10.0
    assert solo.tell(CONFIRMED) == [
        f"info: registration at {AT} for 300 s, after 3.4 ms",
        "Registered",
    ]
    assert solo.session.next_timer() is None
    assert solo.go() == ["alice-1 running (go)", "info: waiting 1 s"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (FORBIDDEN, "403 Forbidden"),
        (UNSENT, "no such host"),
    ],
)
def test_a_registration_before_the_walk_that_is_refused_fails_the_run(
    answer: RegisterAnswered, message: str
) -> None:
    solo = Solo(with_account(chain("alice", Timeout(timeout=1.0)), BY_ITSELF))
    solo.register()

    said = f"not registered at {AT}: {message}"
    code = f"{answer.code} " if answer.code else ""
    assert solo.tell(answer)[1:] == [
        f"error: {code}{said}",
        f"ChainFailed {code}{said}",
    ]
    assert solo.halt("abort") == ["Halted"]
    assert solo.clean_up() == ["CleanedUp 0"]


def test_a_registration_that_is_not_confirmed_in_time_fails_the_run() -> None:
    account = replace(BY_ITSELF, register_timeout=2.5)
    solo = Solo(with_account(chain("alice", Timeout(timeout=1.0)), account))
    solo.register()

    assert solo.at(2.4) == []
    said = f"not registered at {AT}: no answer within 2.5 s"
    assert solo.at(2.5) == [f"error: {said}", f"ChainFailed {said}"]
    # As after a Register that ran into its time limit, an answer that comes late is removed.
    solo.tell(CONFIRMED)
    assert solo.clean_up() == ["> REGISTER to remove"]
    assert solo.tell(REMOVED)[-1] == "CleanedUp 0"


def test_a_run_may_be_halted_while_an_instance_registers() -> None:
    solo = Solo(with_account(chain("alice", Timeout(timeout=1.0)), BY_ITSELF))
    solo.register()

    assert solo.halt("stop") == ["Halted"]
    solo.tell(CONFIRMED)
    assert solo.clean_up() == ["> REGISTER to remove"]


def test_a_call_that_comes_in_as_an_instance_registers_waits_for_its_node() -> None:
    solo = Solo(with_account(chain("alice", Incoming()), BY_ITSELF))
    solo.register()
    assert solo.tell(InviteReceived("in-1", BOB)) == []
    solo.tell(CONFIRMED)
    assert solo.go()[-1] == "ChainFinished"
