"""What is not simulated: which steps it concerns, and that they judge nothing."""

from pathlib import Path

from sipflow.scenario.model.actions import CheckMedia
from sipflow.simulation.limits import outside, playable, unknown, warning
from tests.simulation.scenarios import EXAMPLES, job, scenario
from tests.worker.plans import chain


def test_each_step_that_is_played_in_part_is_named() -> None:
    found = [warning(node, what) for node, what in unknown(scenario(EXAMPLES / "media-check.yaml"))]
    assert found == [
        "not simulated: CheckMedia bob-3: there are no media to judge, the step passes",
        "not simulated: CheckMedia bob-5: there are no media to judge, the step passes",
        "not simulated: DropRTP bob-8: there are no RTP packets to lose",
        "not simulated: CheckMedia bob-9: there are no media to judge, the step passes",
    ]


def test_recordings_headers_and_sdp_are_named(tmp_path: Path) -> None:
    flow = """
  alice:
    - INCOMING:
        check: {sdp.m: present, header.From.user: "== 200", header.X-Spam: absent}
        capture: {call: header.Call-ID, caller: header.From.user}
    - RecordAudio: {file: out.wav}
  bob: [TIMEOUT: 1s]
"""
    found = [what for _node, what in unknown(job(tmp_path, flow).scenario)]
    assert found == [
        "sdp.m is not judged",
        "header.X-Spam is not judged",
        "header.Call-ID has another value",
        "no file is written",
    ]


def test_a_check_of_media_keeps_its_leg_and_its_window() -> None:
    plan = playable(chain("alice", CheckMedia(leg="a", window=2.0, min_mos=4.0)))
    assert plan.nodes[0].action == CheckMedia(leg="a", window=2.0, min_packets=0)


def test_a_target_outside_is_named() -> None:
    assert outside("sip:1@x") == "not simulated: sip:1@x is no instance of the scenario"
