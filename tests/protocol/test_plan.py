"""A plan carries a whole instance, and is never changed."""

import msgspec
import pytest

from tests.protocol.examples import ACTIONS, PLAN


def test_a_plan_comes_back_from_text_with_every_kind_of_action() -> None:
    read = msgspec.json.decode(msgspec.json.encode(PLAN), type=type(PLAN))

    assert read == PLAN
    assert tuple(node.action for node in read.nodes) == ACTIONS


def test_a_plan_is_never_changed() -> None:
    with pytest.raises(AttributeError):
        PLAN.port = 1  # type: ignore[misc]
