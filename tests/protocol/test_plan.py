"""A plan carries a whole instance, and is never changed."""

import msgspec
import pytest

from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import Place, Registered
from sipflow.scenario.model.graph import Node
from tests.protocol.examples import ACTIONS, PLAN


def test_a_plan_comes_back_from_text_with_every_kind_of_action() -> None:
    read = msgspec.json.decode(msgspec.json.encode(PLAN), type=type(PLAN))

    assert read == PLAN
    assert tuple(node.action for node in read.nodes) == ACTIONS


def test_a_plan_is_never_changed() -> None:
    with pytest.raises(AttributeError):
        PLAN.port = 1  # type: ignore[misc]


ACCOUNT = Account(registrar="127.0.0.1:5080", register=True)
WAITING = Node(id="a", instance="i", action=Registered(), place=Place(file="f"))


@pytest.mark.parametrize(
    ("account", "nodes", "waits"),
    [
        (None, (), False),
        (ACCOUNT, (), True),
        (ACCOUNT, (WAITING,), False),
        (Account(register=True), (), False),
        (Account(registrar="127.0.0.1:5080"), (), False),
    ],
)
def test_a_run_waits_for_what_registers_by_itself_unless_a_node_does(
    account: Account | None, nodes: tuple[Node, ...], waits: bool
) -> None:
    plan = msgspec.structs.replace(PLAN, account=account, nodes=nodes)
    assert plan.registers_first is waits
