"""Who is called by TCP, also where the target is known only in part before the start."""

import pytest

from sipflow.coordinator.run.plan import make_plans
from sipflow.protocol.plan import MediaPorts, Ports
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import scenario

TEXT = """
instances:
  alice: {{number: "100"}}
flow:
  alice:
    - INCOMING: {{capture: {{it: header.From.user}}}}
    - MakeCall: {{to: "sip:${{it}}@127.0.0.1:5070{transport}", leg: out}}
"""


@pytest.mark.parametrize(("transport", "tcp"), [("", False), (";transport=tcp", True)])
def test_a_target_that_is_known_in_part_can_name_the_transport(transport: str, tcp: bool) -> None:
    read = scenario(read_text(TEXT.format(transport=transport).encode(), "call.yaml", Given()))
    ports = [Ports(5060, MediaPorts(first=10_000, count=20))]
    assert [plan.tcp for plan in make_plans(read, "a1", ports)] == [tcp]


ACCOUNTS = """
instances:
  alice: {{number: "100"{account}}}
flow:
  alice:
    - Register: {{registrar: {registrar}}}
"""


@pytest.mark.parametrize(
    ("account", "registrar", "tcp"),
    [
        ("", "a.localhost", False),
        (", registrar: a.localhost", "a.localhost", False),
        (", registrar: a.localhost;transport=tcp", "a.localhost", True),
        ("", "a.localhost;transport=tcp", True),
        ("", "'${run}.b;transport=tcp'", True),
    ],
)
def test_a_registrar_can_name_the_transport(account: str, registrar: str, tcp: bool) -> None:
    text = ACCOUNTS.format(account=account, registrar=registrar)
    read = scenario(read_text(text.encode(), "call.yaml", Given()))
    ports = [Ports(5060, MediaPorts(first=10_000, count=20))]
    (plan,) = make_plans(read, "a1", ports)
    assert plan.tcp == tcp
    assert plan.account == read.instances[0].account
