"""What goes on over a hold: audio that plays and records, checks of it, and transfers."""

from pathlib import Path

import pytest

from tests.end_to_end.harness import Outcome, run
from tests.end_to_end.test_cases import assert_whole
from tests.wav_bytes import wav
from tests.worker.ua.talk import loudness

# Below the ports that the system gives to whoever asks for any.
BASE = ("--base-port", "21210")
TONE = "CheckMedia: {window: 500ms, sound: true, direction: sendrecv}"
HEARD_ON_HOLD = "CheckMedia: {window: 500ms, sound: true, direction: recvonly}"
GO_ON = "SendMessage: {leg: call-1, text: go on}"
SILENCE = "CheckMedia: {window: 500ms, min_packets: 0, sound: false, direction: sendonly}"


def write(folder: Path, **flows: str) -> Path:
    """Write a scenario; the steps of each instance are given one a line."""
    numbers = {name: 100 * (place + 1) for place, name in enumerate(flows)}
    instances = ", ".join(f'{name}: {{number: "{number}"}}' for name, number in numbers.items())
    text = f"instances: {{{instances}}}\nflow:\n"
    for name, steps in flows.items():
        text += f"  {name}:\n" + "".join(f"    - {step}\n" for step in steps.splitlines() if step)
    path = folder / "over.yaml"
    path.write_text(text)
    return path


def completed(path: Path, folder: Path) -> Outcome:
    """Run a scenario that is to complete."""
    outcome = run(path, folder, *BASE)
    assert outcome.exit_code == 0, outcome.verdict
    assert_whole(outcome)
    return outcome


def test_what_plays_on_goes_on_over_a_hold_of_the_side_that_plays(tmp_path: Path) -> None:
    (tmp_path / "tone.wav").write_bytes(wav(1.0))
    alice = """
MakeCall: bob
PlayAudio: {file: tone.wav, loop: true}
MESSAGE
Hold
MESSAGE
Retrieve
MESSAGE
Release"""
    bob = f"""
INCOMING
Answer
{TONE}
{GO_ON}
HELD
{HEARD_ON_HOLD}
{GO_ON}
RETRIEVED
{TONE}
{GO_ON}
DISCONNECTED"""

    completed(write(tmp_path, alice=alice, bob=bob), tmp_path)


def test_what_plays_and_records_is_there_again_after_a_hold_of_the_other_side(
    tmp_path: Path,
) -> None:
    (tmp_path / "tone.wav").write_bytes(wav(1.0))
    alice = """
MakeCall: bob
PlayAudio: {file: tone.wav, loop: true}
RecordAudio: {file: heard.wav, background: true}
HELD
RETRIEVED
MESSAGE
StopAudio
Release"""
    bob = f"""
INCOMING
Answer
PlayAudio: {{file: tone.wav, loop: true}}
{TONE}
StopAudio
Hold
{SILENCE}
Retrieve
PlayAudio: {{file: tone.wav, loop: true}}
{TONE}
{GO_ON}
DISCONNECTED"""

    completed(write(tmp_path, alice=alice, bob=bob), tmp_path)

    loud = [one > 4000 for one in loudness(tmp_path / "heard.wav")]
    first, last = loud.index(True), len(loud) - loud[::-1].index(True)
    assert not all(loud[first:last])
    assert sum(loud[last - 8 : last]) >= 7


@pytest.mark.parametrize("last", ["Retrieve\nDISCONNECTED", "DISCONNECTED"])
def test_a_file_that_plays_as_the_other_side_holds_comes_to_its_end(
    tmp_path: Path, last: str
) -> None:
    (tmp_path / "tone.wav").write_bytes(wav(1.0))
    alice = "MakeCall: bob\nPlayAudio: {file: tone.wav, timeout: 4s}\nRelease"
    bob = f"INCOMING\nAnswer\nTIMEOUT: 300ms\nHold\nTIMEOUT: 300ms\n{last}"

    completed(write(tmp_path, alice=alice, bob=bob), tmp_path)


@pytest.mark.parametrize("holds_back", [False, True])
def test_a_call_on_hold_can_be_joined_with_another(tmp_path: Path, holds_back: bool) -> None:
    bob = "INCOMING\nAnswer\nHELD\nTRANSFERRED\n"
    bob += "Hold\nRetrieve\nRelease" if holds_back else "HELD\nRETRIEVED\nRelease"
    carol = "INCOMING\nAnswer\nTRANSFERRED\n"
    carol += "HELD\nRETRIEVED\nDISCONNECTED" if holds_back else "Hold\nRetrieve\nDISCONNECTED"
    alice = """
MakeCall: {to: bob, leg: primary}
Hold: {leg: primary}
MakeCall: {to: carol, leg: consult}
AttendedTransfer: {primary: primary}"""

    outcome = completed(write(tmp_path, alice=alice, bob=bob, carol=carol), tmp_path)

    changes = [one for one in outcome.of_type("media-state") if one["instance"] == "carol"]
    assert [one["direction"] for one in changes] == [
        "recvonly" if holds_back else "sendonly",
        "sendrecv",
    ]
    bobs = [one for one in outcome.of_type("leg-state") if one["instance"] == "bob"]
    assert [one["direction"] for one in bobs if one["new"] == "confirmed"][-1] == "sendrecv"
