"""Every word of the scenario language on both sides of a call, over UDP and over TCP.

The scenarios lie in ``words/``: Alice is who calls, Bob who is called. Half of the examples are
run by TCP beside them. What is on the wire is seen by tshark.
"""

import re
import shutil
from pathlib import Path

import pytest

from sipflow.scenario.model.actions import (
    COMMANDS,
    EVENTS,
    Action,
    Answer,
    Incoming,
    MakeCall,
    Response,
    word,
)
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.reader import read_scenario
from tests.end_to_end import needs
from tests.end_to_end.capture import Capture
from tests.end_to_end.harness import EXAMPLES, run
from tests.end_to_end.test_cases import assert_whole

WORDS = Path(__file__).parent / "words"
# Below the ports that the system gives to whoever asks for any.
PORT = 21_300
SIP_PORTS = range(PORT, PORT + 28, 2)
ON_WIRE = f"(udp or tcp) and portrange {PORT}-{PORT + 27}"
NO_PROBLEMS = {"confirmed": True, "calls_released": 0, "calls_left": 0}

# What only one side of a call can do.
OF_THE_CALLER: tuple[type[Action], ...] = (MakeCall,)
OF_THE_CALLED: tuple[type[Action], ...] = (Incoming, Answer, Response)
# Words with end-to-end tests of their own, because no call is needed for them.
ELSEWHERE = {"Register", "Unregister", "REGISTERED"}


def placed(path: Path, folder: Path, transport: str) -> Path:
    """Copy a scenario, with what it needs, to where it may write; its instances speak so."""
    shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
    text = re.sub(r", transport: \w+", "", path.read_text())
    text = re.sub(r'(number: "\d00")', rf"\1, transport: {transport}", text)
    if transport == "tcp":  # who is written out says so in a URI
        text = re.sub(r'user: "(\w+)", host: "', r'to: "sip:\1@', text)
        text = text.replace('.port}"', '.port};transport=tcp"')
    copy = folder / f"{path.stem}-{transport}.yaml"
    copy.write_text(text)
    return copy


def read(path: Path) -> Scenario:
    """Read a scenario."""
    scenario = read_scenario(path).scenario
    assert scenario is not None
    return scenario


def used(instance: str, folder: Path) -> set[str]:
    """Return the words that an instance uses in the scenarios of this test."""
    scenarios = [read(placed(path, folder, "udp")) for path in WORDS.glob("*.yaml")]
    return {
        word(node.action)
        for scenario in scenarios
        for one in scenario.instances
        if one.id == instance
        for node in one.nodes
    }


@pytest.mark.parametrize(
    ("side", "others"), [("alice", OF_THE_CALLED), ("bob", OF_THE_CALLER)], ids=["caller", "called"]
)
def test_no_word_is_missing_here(
    tmp_path: Path, side: str, others: tuple[type[Action], ...]
) -> None:
    wanted = {word(kind) for kind in (*COMMANDS, *EVENTS) if kind not in others}

    assert wanted - used(side, tmp_path) - ELSEWHERE == set()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("path", sorted(WORDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_word_does_what_it_says_on_both_sides(
    tmp_path: Path, path: Path, transport: str
) -> None:
    complete(placed(path, tmp_path, transport), tmp_path, transport)


@pytest.mark.parametrize("path", needs.examples("tcp"), ids=lambda path: path.stem)
def test_an_example_completes_over_tcp(tmp_path: Path, path: Path) -> None:
    with needs.given(path, tmp_path, "tcp") as options:
        complete(placed(path, tmp_path, "tcp"), tmp_path, "tcp", *options)


def complete(path: Path, folder: Path, transport: str, *options: str) -> None:
    """Run a scenario that is to complete, all its SIP by one transport."""
    instances = read(path).instances
    assert {one.signalling.transport for one in instances} == {transport}
    other = "udp" if transport == "tcp" else "tcp"

    with Capture(folder, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(path, folder, "--base-port", str(PORT), *options)

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed"), outcome.verdict
    assert_whole(outcome)
    assert outcome.verdict["cleanup"] == NO_PROBLEMS
    assert capture.fields(f"sip.Request-Line and {transport}", "sip.Method")
    assert capture.fields(f"(sip.Request-Line or sip.Status-Line) and {other}", "sip.CSeq") == []
    assert capture.malformed() == []
