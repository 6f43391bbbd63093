"""Audio and digits from the outside: what is written, what is heard, and which files are left."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from tests.end_to_end.harness import CASES, Coordinator, Outcome, cli, run
from tests.end_to_end.test_cases import assert_whole
from tests.wav_bytes import chunk, layout, riff, wav
from tests.worker.ua.talk import loudness

PORTS = ("--base-port", "16060")
HEAD = 'instances:\n  alice: {number: "100"}\n  bob: {number: "200"}\nflow:\n'


def scenario(folder: Path, alice: str, bob: str) -> Path:
    """Write what Alice does in a call to Bob, and what he does when he has answered it."""
    steps = {"alice": ["MakeCall: bob", *alice.split("; ")]}
    steps["bob"] = ["INCOMING", "Answer", *bob.split("; ")]
    path = folder / "call.yaml"
    path.write_text(
        HEAD
        + "".join(
            f"  {name}:\n" + "".join(f"    - {step}\n" for step in chain)
            for name, chain in steps.items()
        )
    )
    return path


def took(outcome: Outcome, node: str) -> float:
    """Return how long a node ran."""
    began, ended = (event["ts"] for event in outcome.of_type("node-state") if event["node"] == node)
    return float(ended - began)


def test_t14_a_file_is_played_for_as_long_as_it_is_then_a_digit_arrives(tmp_path: Path) -> None:
    outcome = run(CASES / "T14.json", tmp_path, *PORTS)

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")
    assert_whole(outcome)
    assert outcome.nodes("inst-b")["evt-dtmf"] == "completed"
    assert 2.0 <= took(outcome, "cmd-playaudio") < 3.0
    assert outcome.g("cmd-playaudio", "completed") < outcome.g("evt-dtmf", "completed")


@pytest.mark.parametrize("method", ["rfc2833", "info"])
def test_digits_are_sent_and_awaited_on_both_sides(tmp_path: Path, method: str) -> None:
    path = scenario(
        tmp_path,
        f"SendDTMF: {{digits: '1234#', method: {method}}}; DTMFReceived: {{digits: 'A*'}}; Release",
        r"DTMFReceived: {digit: '1'}; DTMFReceived: {pattern: '\d{3}#'}; "
        f"SendDTMF: {{digits: 'A*', method: {method}}}; DISCONNECTED",
    )
    outcome = run(path, tmp_path, *PORTS)

    assert outcome.exit_code == 0
    assert_whole(outcome)


def test_tones_are_heard_on_both_sides_by_who_asks_for_it(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        "SendDTMF: {digits: '1134#', method: inband}; "
        "DTMFReceived: {digits: 'A*', inband: true}; Release",
        r"DTMFReceived: {digit: '1', inband: true}; DTMFReceived: {pattern: '\d{3}#'}; "
        "SendDTMF: {digits: 'A*', method: inband}; DISCONNECTED",
    )
    outcome = run(path, tmp_path, *PORTS)

    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    assert set(outcome.nodes("alice").values()) == {"completed"}
    assert set(outcome.nodes("bob").values()) == {"completed"}


def test_tones_are_not_heard_by_who_does_not_ask(tmp_path: Path) -> None:
    path = scenario(
        tmp_path,
        "SendDTMF: {digits: '1', method: inband}; DISCONNECTED",
        "DTMFReceived: {timeout: 2s}",
    )
    outcome = run(path, tmp_path, *PORTS)

    assert outcome.exit_code == 1
    message = outcome.verdict["reason"]["message"]
    assert message == "received no digit, not any digit on leg call-1 within 2 s"


def test_other_digits_fail_the_run_and_it_says_which(tmp_path: Path) -> None:
    path = scenario(
        tmp_path, "SendDTMF: '12'; DISCONNECTED", "DTMFReceived: {digits: '1234', timeout: 2s}"
    )
    outcome = run(path, tmp_path, *PORTS)

    assert outcome.exit_code == 1
    assert outcome.verdict["reason"] == {
        "instance": "bob",
        "node": "bob-3",
        "code": None,
        "message": "received 12, not 1234 on leg call-1 within 2 s",
        "local": "received 12, not 1234 on leg call-1 within 2 s",
    }


def test_what_one_side_plays_the_other_has_recorded(tmp_path: Path) -> None:
    (tmp_path / "tone.wav").write_bytes(wav(1.0))
    path = scenario(
        tmp_path,
        "PlayAudio: tone.wav; RecordAudio: {file: back.wav, duration: 500ms}; Release",
        "RecordAudio: there.wav; TIMEOUT: 1s; PlayAudio: {file: tone.wav, loop: true}; "
        "DISCONNECTED",
    )
    outcome = run(path, tmp_path, *PORTS)

    assert outcome.exit_code == 0
    assert_whole(outcome)
    assert 0.8 <= sum(one > 4000 for one in loudness(tmp_path / "there.wav")) * 0.05 <= 1.2
    assert sum(one > 4000 for one in loudness(tmp_path / "back.wav")) * 0.05 >= 0.3


@pytest.mark.parametrize(
    "step", ["PlayAudio: tone.wav", "RecordAudio: {file: x.wav, duration: 5s}"]
)
def test_what_is_under_way_ends_with_its_leg_and_the_node_fails_with_its_code(
    tmp_path: Path, step: str
) -> None:
    (tmp_path / "tone.wav").write_bytes(wav(5.0))
    path = scenario(tmp_path, step, "TIMEOUT: 300ms; Release")
    outcome = run(path, tmp_path, *PORTS)

    assert outcome.exit_code == 1
    assert outcome.verdict["reason"]["node"] == "alice-2"
    assert outcome.verdict["reason"]["code"] == 200
    assert took(outcome, "alice-2") < 2.0


def test_a_run_that_is_stopped_leaves_a_recording_that_can_be_read(tmp_path: Path) -> None:
    path = scenario(
        tmp_path, "RecordAudio: heard.wav; TIMEOUT: 500ms; TIMEOUT: 60s", "TIMEOUT: 60s"
    )
    with Coordinator(path, tmp_path, *PORTS) as coordinator:
        coordinator.wait_for_node("alice-3", "completed")
        coordinator.signal(signal.SIGINT)
        outcome = coordinator.finish()

    assert outcome.exit_code == 130
    assert_whole(outcome)
    assert len(loudness(tmp_path / "heard.wav")) >= 8


def test_a_file_elsewhere_is_refused_unless_its_folder_is_allowed(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    (tmp_path / "tone.wav").write_bytes(wav(0.1))
    path = scenario(calls, "PlayAudio: ../tone.wav; Release", "DISCONNECTED")

    refused = cli("validate", str(path))
    allowed = cli("validate", str(path), "--allow-path", str(tmp_path))
    outcome = run(path, tmp_path, *PORTS, "--allow-path", str(tmp_path))

    assert refused.returncode == 2
    assert f'{path}:7:18: error: file "../tone.wav" is outside the scenario' in refused.stdout
    assert allowed.returncode == 0
    assert outcome.exit_code == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"RIFF", "is no WAV file"),
        (wav(1.0)[:-100], "says that it has 16000 bytes of audio, but has 15900"),
        (riff(layout(rate=11025), chunk(b"data", bytes(9000))), "has 11025 Hz"),
    ],
)
def test_a_file_that_cannot_be_played_starts_nothing(
    tmp_path: Path, data: bytes, said: str
) -> None:
    (tmp_path / "tone.wav").write_bytes(data)
    path = scenario(tmp_path, "PlayAudio: tone.wav; Release", "DISCONNECTED")

    answer = cli("start", str(path), "--json")

    assert (answer.returncode, answer.stdout) == (2, "")
    assert f'{path}:7:18: error: file "tone.wav" {said}' in answer.stderr


def test_a_file_that_goes_while_the_run_is_on_fails_its_node(tmp_path: Path) -> None:
    (tmp_path / "tone.wav").write_bytes(wav(0.1))
    path = scenario(tmp_path, "TIMEOUT: 500ms; PlayAudio: tone.wav; Release", "DISCONNECTED")
    with Coordinator(path, tmp_path, *PORTS) as coordinator:
        coordinator.wait_for_node("alice-2", "running")
        (tmp_path / "tone.wav").unlink()
        outcome = coordinator.finish()

    assert outcome.exit_code == 1
    assert_whole(outcome)
    assert outcome.verdict["reason"]["message"] == "tone.wav is not there"


def test_bad_digits_are_found_before_the_run(tmp_path: Path) -> None:
    document = json.loads((CASES / "T14.json").read_text())
    data = {known["id"]: known["data"] for known in document["nodes"]}
    data["cmd-senddtmf"]["digits"] = "9x"
    data["evt-dtmf"]["expectedDigit"] = "99"
    shutil.copy(CASES / "greeting.wav", tmp_path)
    path = tmp_path / "T14.json"
    path.write_text(json.dumps(document))

    answer = cli("validate", str(path))

    assert answer.returncode == 2
    assert "node cmd-senddtmf: error:" in answer.stdout
    assert "node evt-dtmf: error:" in answer.stdout
