"""The seam: both user agents can be asked the same, in the same way."""

import inspect

import pytest
from msgspec.structs import replace

from sipflow.protocol.plan import MediaPorts
from sipflow.worker.ua import UserAgent, UserAgentError, check_same_endpoint
from sipflow.worker.ua.memory.agent import MemoryUserAgent
from sipflow.worker.ua.pjsua import PjsuaUserAgent
from tests.worker.plans import plan

AGENTS: list[type[UserAgent]] = [MemoryUserAgent, PjsuaUserAgent]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("method", ["open", "carry_out", "poll"])
def test_a_user_agent_has_the_methods_of_the_seam(agent: type[UserAgent], method: str) -> None:
    offered = inspect.signature(getattr(agent, method))

    assert offered == inspect.signature(getattr(UserAgent, method))


def test_an_endpoint_may_be_the_one_of_another_run_and_number() -> None:
    check_same_endpoint(plan("alice"), replace(plan("alice"), run="r2", number="700"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"host": "127.0.0.2"}, "SIP address: 127.0.0.1:5060, not 127.0.0.2:5060"),
        ({"port": 5070}, "SIP address: 127.0.0.1:5060, not 127.0.0.1:5070"),
        (
            {"media_ports": MediaPorts(first=15_060, count=18)},
            "media ports: 16 from 15060, not 18 from 15060",
        ),
    ],
)
def test_an_endpoint_keeps_its_place(change: dict[str, object], said: str) -> None:
    with pytest.raises(UserAgentError) as raised:
        check_same_endpoint(plan("alice"), replace(plan("alice"), **change))

    assert str(raised.value) == f"the endpoint keeps its {said}"
