"""What goes on over a transfer: a leg keeps its name, and what was begun on it goes on."""

from pathlib import Path

import pytest

from tests.end_to_end.harness import Outcome, run
from tests.end_to_end.test_audio import took
from tests.end_to_end.test_over_a_hold import completed, write
from tests.end_to_end.test_transfers import why
from tests.wav_bytes import wav
from tests.worker.ua.talk import loudness

# Below the ports that the system gives to whoever asks for any.
BASE = ("--base-port", "21240")
LOUD = 4000
HEARS = "CheckMedia: {window: 500ms, sound: true}"
PLAYS = "PlayAudio: {file: tone.wav, loop: true}"
SOON = "TIMEOUT: 300ms"
ALICE = f"MakeCall: bob\n{SOON}\nBlindTransfer: carol"
BOB = "INCOMING\nAnswer"
# The second way the former call is gone before the target has answered.
WORDS = ("BlindTransfer: carol", "BlindTransfer: {to: carol, expect: accepted}")
CAROL = "INCOMING\nAnswer\nDISCONNECTED"


def over(folder: Path, *, alice: str = ALICE, bob: str, carol: str = CAROL) -> Outcome:
    """Run a scenario of three that is to complete; Bob's steps begin when he has answered."""
    (folder / "tone.wav").write_bytes(wav(1.0))
    path = write(folder, alice=alice, bob=f"{BOB}\n{bob}", carol=carol)
    outcome = completed(path, folder)
    assert outcome.verdict["cleanup"]["calls_released"] == 0
    return outcome


def test_a_file_is_played_to_its_end_over_a_transfer(tmp_path: Path) -> None:
    (tmp_path / "long.wav").write_bytes(wav(2.0))
    outcome = over(
        tmp_path,
        bob="PlayAudio: long.wav\nRelease",
        carol="INCOMING\nAnswer\nCheckMedia: {window: 300ms, sound: true}\nDISCONNECTED",
    )

    assert 2.0 <= took(outcome, "bob-3") < 4.0


@pytest.mark.parametrize("word", WORDS)
def test_what_plays_and_records_in_the_background_goes_on(tmp_path: Path, word: str) -> None:
    outcome = over(
        tmp_path,
        alice=f"MakeCall: bob\n{SOON}\n{word}",
        bob=f"{PLAYS}\nRecordAudio: heard.wav\nTRANSFERRED\nMESSAGE\nStopAudio\nRelease",
        carol=f"INCOMING\n{SOON}\nAnswer\n{PLAYS}\n{HEARS}\n"
        "SendMessage: {leg: call-1, text: heard}\nDISCONNECTED",
    )

    loud = [one > LOUD for one in loudness(tmp_path / "heard.wav")]
    assert sum(loud) * 0.05 >= 0.4
    assert outcome.nodes("bob")["bob-7"] == "completed"


def test_a_recording_has_its_duration_over_a_transfer(tmp_path: Path) -> None:
    over(
        tmp_path,
        bob="RecordAudio: {file: heard.wav, duration: 1500ms}\nRelease",
        carol=f"INCOMING\nAnswer\n{PLAYS}\nDISCONNECTED",
    )

    loud = loudness(tmp_path / "heard.wav")
    assert 1.4 <= len(loud) * 0.05 <= 1.6
    assert sum(one > LOUD for one in loud) * 0.05 >= 0.5


@pytest.mark.parametrize("word", WORDS)
def test_a_window_counts_what_the_leg_receives_of_both(tmp_path: Path, word: str) -> None:
    outcome = over(
        tmp_path,
        alice=f"MakeCall: bob\n{PLAYS}\nTIMEOUT: 500ms\n{word}",
        bob="CheckMedia: {window: 1500ms, min_packets: 50, max_loss: 0, sound: true}\nRelease",
        carol=f"INCOMING\nAnswer\n{PLAYS}\nDISCONNECTED",
    )

    assert 1.5 <= took(outcome, "bob-3") < 3.0


def test_losses_on_purpose_go_on(tmp_path: Path) -> None:
    outcome = over(
        tmp_path,
        bob="DropRTP: 50\nTRANSFERRED\n"
        "{CheckMedia: {window: 1s, max_loss: 40}, on_failure: [Release]}",
        carol=f"INCOMING\nAnswer\n{PLAYS}\nDISCONNECTED",
    )

    assert why(outcome, "bob-5")[1].startswith("loss ")


def test_digits_that_no_wait_has_used_are_there_after_the_transfer(tmp_path: Path) -> None:
    over(
        tmp_path,
        alice="MakeCall: bob\nSendDTMF: {digits: '12', method: info}\nBlindTransfer: carol",
        bob="DTMFReceived: {digit: '1'}\nTRANSFERRED\nDTMFReceived: {digits: '23'}\nRelease",
        carol="INCOMING\nAnswer\nSendDTMF: {digits: '3', method: info}\nDISCONNECTED",
    )


@pytest.mark.parametrize("method", ["rfc2833", "info", "inband"])
def test_digits_that_are_still_to_be_sent_go_to_the_target(tmp_path: Path, method: str) -> None:
    over(
        tmp_path,
        bob=f"SendDTMF: {{digits: '1234567890', interval: 150ms, method: {method}}}\nDISCONNECTED",
        carol="INCOMING\nAnswer\nDTMFReceived: {pattern: '[0-9]*0', inband: true}\nRelease",
    )


def test_who_is_replaced_plays_and_checks_on(tmp_path: Path) -> None:
    outcome = over(
        tmp_path,
        alice="MakeCall: bob\nMakeCall: {to: carol, leg: consult}\n"
        f"PlayAudio: {{file: tone.wav, loop: true, leg: consult}}\n{SOON}\nAttendedTransfer",
        bob=f"TRANSFERRED\n{PLAYS}\n{HEARS}\n{SOON}\nMESSAGE\nRelease",
        carol=f"INCOMING\nAnswer\n{PLAYS}\n"
        "CheckMedia: {window: 2s, min_packets: 80, sound: true}\n"
        "TRANSFERRED\nSendMessage: {leg: call-1, text: checked}\nDISCONNECTED",
    )

    assert 2.0 <= took(outcome, "carol-4") < 3.5


def test_connected_and_ringing_after_a_transfer_are_the_targets(tmp_path: Path) -> None:
    over(
        tmp_path,
        bob="TRANSFERRED\nRINGING: {check: {code: 180, header.Contact.user: '== 300'}}\n"
        "CONNECTED: {check: {code: 200, header.Contact.user: '== 300'}, "
        "capture: {call: header.Call-ID}}\n"
        "Release: {headers: {X-Call: '${call}'}}",
        carol="INCOMING: {capture: {call: header.Call-ID}}\nAnswer\n"
        "DISCONNECTED: {check: {header.X-Call: '== ${call}'}}",
    )


def test_connected_before_a_transfer_is_the_former_dialogs(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        alice="INCOMING\nAnswer\nMESSAGE\nBlindTransfer: carol",
        bob="MakeCall: alice\nSendMessage: {leg: call-1, text: go}\nTIMEOUT: 700ms\n"
        "CONNECTED: {check: {code: 200, header.Contact.user: '== 100'}}\n"
        "CONNECTED: {check: {code: 200, header.Contact.user: '== 300'}}\nTRANSFERRED\nRelease",
        carol=CAROL,
    )
    completed(path, tmp_path)


def test_what_is_not_to_happen_does_not_by_a_transfer(tmp_path: Path) -> None:
    over(
        tmp_path,
        bob="DISCONNECTED: {must_not: true, timeout: 1s}\nHELD: {must_not: true, timeout: 50ms}\n"
        "{TRANSFERRED: {must_not: true}, on_failure: [Release]}",
    )


def test_one_call_after_another_is_transferred(tmp_path: Path) -> None:
    over(
        tmp_path,
        alice="{Repeat: 5, steps: [MakeCall: {to: bob, leg: 'call ${round}'}, "
        "BlindTransfer: {to: carol, leg: 'call ${round}'}]}",
        bob="TRANSFERRED\nRelease\n{Repeat: 4, steps: [INCOMING, Answer, TRANSFERRED, Release]}",
        carol="{Repeat: 5, steps: [INCOMING, Answer, DISCONNECTED]}",
    )


def test_two_that_transfer_each_other_at_the_same_moment_do_not_wait_for_nothing(
    tmp_path: Path,
) -> None:
    target = "{INCOMING: {timeout: 2s}, on_failure: [TIMEOUT: 0]}\nAnswer\nDISCONNECTED"
    path = write(
        tmp_path,
        alice="MakeCall: bob\n{BlindTransfer: carol, on_failure: [Release]}",
        bob="INCOMING\nAnswer\n{BlindTransfer: dave, on_failure: [Release]}",
        carol=target,
        dave=target,
    )
    outcome = run(path, tmp_path, *BASE)

    assert outcome.verdict["duration_s"] < 6.0, outcome.verdict
    assert outcome.verdict["cleanup"]["calls_left"] == 0
