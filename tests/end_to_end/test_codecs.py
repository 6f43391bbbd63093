"""Codecs per instance: what goes over the wire, what the events say, and 488 on both sides."""

from pathlib import Path

import pytest

from sipflow.sip.sdp import read_codecs
from tests.end_to_end.capture import Capture
from tests.end_to_end.harness import Outcome, cli, run
from tests.end_to_end.test_cases import assert_whole

# Below the ports that the system gives to whoever asks for any.
PORT = 21_170
SIP_PORTS = range(PORT, PORT + 28, 2)
ON_WIRE = f"udp portrange {PORT}-{PORT + 27}"
BASE = ("--base-port", str(PORT))
CALL = """\
instances:
  alice: {{number: "100", codecs: [{alice}]}}
  bob: {{number: "200", codecs: [{bob}]}}
flow:
  alice:
    - MakeCall: {{to: bob}}
    - Release
  bob:
    - INCOMING
    - Answer
    - DISCONNECTED
"""


def write(folder: Path, alice: str, bob: str) -> Path:
    path = folder / f"{alice}-{bob}.yaml".replace("/", "_")
    path.write_text(CALL.format(alice=alice, bob=bob))
    return path


def codecs(outcome: Outcome) -> dict[str, str]:
    """Return the codec that each instance's confirmed leg has."""
    confirmed = [event for event in outcome.of_type("leg-state") if event["new"] == "confirmed"]
    return {event["instance"]: event["codec"] for event in confirmed}


@pytest.mark.parametrize(
    ("alice", "bob", "offered", "codec"),
    [
        ("PCMA, PCMU", "PCMU, PCMA", ("PCMA/8000", "PCMU/8000"), "PCMA/8000"),
        ("G722, GSM, iLBC", "iLBC, GSM", ("G722/8000", "GSM/8000", "iLBC/8000"), "GSM/8000"),
        ("speex/8000, L16", "L16/44100", None, "L16/44100"),
    ],
)
def test_the_called_takes_the_first_of_the_offer_that_it_has(
    tmp_path: Path, alice: str, bob: str, offered: tuple[str, ...] | None, codec: str
) -> None:
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(write(tmp_path, alice, bob), tmp_path, *BASE)

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    assert codecs(outcome) == {"alice": codec, "bob": codec}
    (invite,) = capture.requests("INVITE")
    answer = next(one for one in capture.sip() if one.code == 200 and one.direction)
    assert offered is None or read_codecs(invite.text) == offered
    assert read_codecs(answer.text) == (codec,)
    assert capture.malformed() == []


def test_a_call_without_a_common_codec_fails_with_488_on_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    steps = CALL.format(alice="GSM", bob="PCMA, PCMU")
    for step in ("MakeCall: {to: bob}", "Answer"):
        word = step if ":" in step else f"{step}:"
        branch = f"    - {word}\n      on_failure: [{{TIMEOUT: 100ms}}]\n"
        steps = steps.replace(f"    - {step}\n", branch)
    path.write_text(steps)
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        outcome = run(path, tmp_path, *BASE)

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    failed = {
        event["node"]: event["reason"]
        for event in outcome.of_type("node-state")
        if event["new"] == "failed"
    }
    why = "no codec in common: offered GSM/8000, this instance has PCMA/8000, PCMU/8000"
    assert failed == {
        "alice-1": {"code": 488, "message": "Not Acceptable Here", "local": None},
        "bob-2": {"code": 488, "message": why, "local": None},
    }
    ends = [event for event in outcome.of_type("leg-state") if event["new"] == "terminated"]
    assert {(event["instance"], event["code"]) for event in ends} == {("alice", 488), ("bob", 488)}
    assert [one.code for one in capture.sip() if one.code is not None] == [488]


def test_workers_that_are_reused_have_the_codecs_of_each_run(tmp_path: Path) -> None:
    names = ("GSM", "PCMU", "iLBC", "speex/16000")
    files = [write(tmp_path, name, name) for name in names]
    with Capture(tmp_path, ON_WIRE, SIP_PORTS) as capture:
        answer = cli("start", *(str(path) for path in files), *BASE)

    assert answer.returncode == 0, answer.stderr
    offers = [read_codecs(one.text) for one in capture.requests("INVITE")]
    assert offers == [("GSM/8000",), ("PCMU/8000",), ("iLBC/8000",), ("speex/16000",)]
