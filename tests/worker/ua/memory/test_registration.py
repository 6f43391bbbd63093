"""User agents in memory at a registrar: what they are told, and what the registrar keeps."""

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.account import Account
from sipflow.worker.ua.commands import AddBinding, RemoveBinding
from sipflow.worker.ua.events import RegisterAnswered
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from sipflow.worker.ua.memory.registration import MemoryRegistrar
from tests.worker.plans import chain
from tests.worker.registering import ACCOUNT, AT, HOME

PLAN = replace(chain("alice"), account=ACCOUNT)
CONFIRMED = RegisterAnswered(200, "OK", expires=300)


def agent_at(registrar: MemoryRegistrar) -> MemoryUserAgent:
    """Return an agent that was ordered to register."""
    agent = MemoryUserAgent(Exchange(registrars={HOME: registrar}))
    agent.open(PLAN)
    agent.carry_out(AddBinding(AT, 300))
    return agent


@pytest.mark.parametrize(
    ("registrar", "told"),
    [
        (MemoryRegistrar(), [CONFIRMED]),
        (MemoryRegistrar(passwords={"100": "secret"}), [CONFIRMED]),
        (MemoryRegistrar(passwords={"100": "x"}), [RegisterAnswered(401, "Unauthorized")]),
        (MemoryRegistrar(passwords={"200": "secret"}), [RegisterAnswered(401, "Unauthorized")]),
        (MemoryRegistrar(shortest=301), [RegisterAnswered(423, "Interval Too Brief")]),
        (MemoryRegistrar(refusal=403), [RegisterAnswered(403, "Forbidden")]),
        (MemoryRegistrar(silent=True), []),
    ],
)
def test_a_registrar_answers_as_it_is_set_up(
    registrar: MemoryRegistrar, told: list[RegisterAnswered]
) -> None:
    assert agent_at(registrar).poll(0.0) == told
    assert bool(registrar.bindings) == (told == [CONFIRMED])


def test_what_is_registered_is_removed() -> None:
    registrar = MemoryRegistrar()
    agent = agent_at(registrar)
    assert registrar.bindings == {"100": "127.0.0.1:5060"}

    agent.carry_out(RemoveBinding())

    assert agent.poll(0.0)[1:] == [RegisterAnswered(200, "OK", removal=True)]
    assert registrar.bindings == {}


def test_a_user_name_may_be_another_than_the_number() -> None:
    registrar = MemoryRegistrar(passwords={"u": "p"})
    agent = MemoryUserAgent(Exchange(registrars={HOME: registrar}))
    agent.open(replace(PLAN, account=Account(registrar=HOME, username="u", password="p")))
    agent.carry_out(AddBinding(AT, 60))

    assert registrar.bindings == {"100": "127.0.0.1:5060"}


def test_the_next_run_finds_nothing_registered() -> None:
    registrar = MemoryRegistrar()
    agent = agent_at(registrar)

    agent.open(replace(PLAN, run="r2", number="700"))

    assert registrar.bindings == {}
    assert agent.poll(0.0) == []


def test_nobody_is_there_to_answer() -> None:
    agent = MemoryUserAgent(Exchange())
    agent.open(PLAN)
    agent.carry_out(AddBinding(AT, 300))

    assert agent.poll(0.0) == []
