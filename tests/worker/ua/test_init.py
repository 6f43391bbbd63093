"""The seam: both user agents can be asked the same, in the same way."""

import inspect

import pytest

from sipflow.worker.ua import UserAgent
from sipflow.worker.ua.memory import MemoryUserAgent
from sipflow.worker.ua.pjsua import PjsuaUserAgent

AGENTS: list[type[UserAgent]] = [MemoryUserAgent, PjsuaUserAgent]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("method", ["open", "carry_out", "poll"])
def test_a_user_agent_has_the_methods_of_the_seam(agent: type[UserAgent], method: str) -> None:
    offered = inspect.signature(getattr(agent, method))

    assert offered == inspect.signature(getattr(UserAgent, method))
