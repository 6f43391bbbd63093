"""CheckMedia on both sides of a call: real RTP from a phone of the test's own, judged by a run."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sipflow.worker.ua.commands import Invite, Respond
from sipflow.worker.ua.events import DialogConfirmed, InviteReceived
from tests.end_to_end.harness import Coordinator, Outcome
from tests.worker.ua.phone import Phone, phones
from tests.worker.ua.sounds import PlayTone

LISTENER = """
instances:
  bob: {number: "200"}
flow:
  bob:
    - INCOMING
    - Answer
    - CheckMedia: {window: 1500ms, tone: 1000, sound: true, max_loss: 0, min_mos: 4, codec: PCMU}
      id: clean
    - DropRTP: 10
    - CheckMedia: {window: 2s, max_loss: 5, min_mos: 4, tone: 440}
      id: lossy
      on_failure:
        - Release
        - CheckMedia: {min_packets: 100}
          id: all
        - CheckMedia: {window: 1s}
          id: late
          on_failure: [TIMEOUT: 10ms]
"""
CALLER = """
instances:
  alice: {{number: "100"}}
flow:
  alice:
    - MakeCall: "{target}"
    - CheckMedia: {{window: 1s, tone: 1000}}
"""


@pytest.fixture
def phone() -> Iterator[Phone]:
    with phones(1) as (opened,):
        yield opened


def free_port() -> int:
    """Return a port that nobody had a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as candidate:
        candidate.bind(("127.0.0.1", 0))
        return int(candidate.getsockname()[1])


def listened_to(phone: Phone, folder: Path) -> Outcome:
    """Run a scenario that the phone calls and plays a tone to."""
    scenario, port = folder / "listener.yaml", free_port()
    scenario.write_text(LISTENER)
    with Coordinator(scenario, folder, "--base-port", str(port)) as coordinator:
        coordinator.wait_for_node("bob-1", "running")
        phone.order(Invite("out-1", f"sip:200@127.0.0.1:{port}"))
        while not isinstance(phone.hear()[0], DialogConfirmed):
            pass
        phone.play(PlayTone("out-1", 1000))
        return coordinator.finish()


def test_who_is_called_hears_a_clean_tone_and_then_one_with_losses(
    phone: Phone, tmp_path: Path
) -> None:
    outcome = listened_to(phone, tmp_path)

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed"), outcome.stderr
    clean, lossy, everything = outcome.of_type("media-figures")
    assert (clean["node"], lossy["node"], everything["node"]) == ("clean", "lossy", "all")
    assert (clean["lost"], clean["codec"], clean["direction"]) == (0, "PCMU", "sendrecv")
    assert clean["tone_hz"] == pytest.approx(1000, abs=10)
    assert clean["mos"] > 4
    assert lossy["loss"] == pytest.approx(10, abs=2)
    assert lossy["tone_hz"] == pytest.approx(1000, abs=10)
    assert everything["packets"] >= clean["packets"] + lossy["packets"]
    failed = {
        event["node"]: event["reason"]["message"]
        for event in outcome.of_type("node-state")
        if event["new"] == "failed"
    }
    loss, mos, tone = failed["lossy"].split("; ")
    assert loss == f"loss {lossy['loss']:.1f} %, more than 5 %"
    assert mos == f"MOS {lossy['mos']:.2f}, less than 4"
    assert tone.endswith("not 440 Hz ± 10 Hz")
    assert set(failed) == {"lossy", "late"}
    assert outcome.verdict["cleanup"] == {"confirmed": True, "calls_released": 0, "calls_left": 0}


def test_who_calls_hears_the_wrong_tone_and_the_run_fails_for_it(
    phone: Phone, tmp_path: Path
) -> None:
    scenario = tmp_path / "caller.yaml"
    scenario.write_text(CALLER.format(target=phone.uri))
    with Coordinator(scenario, tmp_path, "--base-port", str(free_port())) as coordinator:
        (invite,) = phone.hear()
        assert isinstance(invite, InviteReceived)
        phone.order(Respond("in-1", 200))
        assert isinstance(phone.hear()[0], DialogConfirmed)
        phone.play(PlayTone("in-1", 440))
        outcome = coordinator.finish()

    assert outcome.exit_code == 1
    assert outcome.verdict["reason"]["node"] == "alice-2"
    message = outcome.verdict["reason"]["message"]
    assert message.startswith("a tone of 4")
    assert message.endswith(" Hz, not 1000 Hz ± 10 Hz")
    (figures,) = outcome.of_type("media-figures")
    assert figures["tone_hz"] == pytest.approx(440, abs=10)
