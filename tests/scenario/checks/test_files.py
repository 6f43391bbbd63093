"""The audio files of a graph: problems with their places, and whole paths in the scenario."""

from pathlib import Path

import pytest

from sipflow.scenario.model.actions import PlayAudio, RecordAudio
from sipflow.scenario.reader import read_scenario
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import TWO, lines
from tests.wav_bytes import wav

CALL = TWO + "  alice:\n    - MakeCall: bob\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "greeting.wav").write_bytes(wav(0.5))
    (tmp_path / "long.wav").write_bytes(wav(12))
    return tmp_path


def said(folder: Path, *steps: str) -> list[str]:
    """Return what is said of a call with more steps, without the folder."""
    path = folder / "call.yaml"
    path.write_text(CALL + "".join(f"    - {step}\n" for step in steps))
    return [line.replace(f"{folder}/", "") for line in lines(read_scenario(path))]


def test_files_go_by_their_whole_path(folder: Path) -> None:
    assert said(folder, "PlayAudio: greeting.wav", "RecordAudio: {filePath: new.wav}") == []
    scenario = read_scenario(folder / "call.yaml").scenario
    assert scenario is not None
    assert [node.action for node in scenario.instances[0].nodes[1:]] == [
        PlayAudio(file=str(folder / "greeting.wav")),
        RecordAudio(file=str(folder / "new.wav")),
    ]


def test_a_file_that_cannot_be_used_is_a_problem_at_its_place(folder: Path) -> None:
    assert said(folder, "PlayAudio: {file: no.wav}", "RecordAudio: x.mp3", "Realease") == [
        'call.yaml:5:25: error: file "no.wav" is not there: no.wav; name a WAV file',
        'call.yaml:6:20: error: file "x.mp3" does not end in .wav; call it "x.wav"',
        'call.yaml:7:7: error: unknown command or event "Realease"; did you mean Release?',
    ]


def test_what_another_step_records_need_not_be_there(folder: Path) -> None:
    assert said(folder, "RecordAudio: new.wav", "StopAudio", "PlayAudio: new.wav") == []


def test_two_instances_cannot_record_into_one_file(folder: Path) -> None:
    bob = "\n  bob:\n    - INCOMING\n    - RecordAudio: ./new.wav"

    assert said(folder, "RecordAudio: new.wav", "RecordAudio: new.wav" + bob) == [
        'call.yaml:9:20: error: file "./new.wav" is recorded by another instance too; let each '
        "have a file of its own",
    ]


def test_two_names_of_one_file_are_one_file(folder: Path) -> None:
    (folder / "old.wav").write_bytes(wav(0.5))
    (folder / "link.wav").hardlink_to(folder / "old.wav")
    bob = "\n  bob:\n    - INCOMING\n    - RecordAudio: link.wav"

    assert said(folder, "RecordAudio: old.wav" + bob) == [
        'call.yaml:8:20: error: file "link.wav" is recorded by another instance too; let each '
        "have a file of its own",
    ]


def test_what_one_instance_plays_no_other_records_over(folder: Path) -> None:
    bob = "\n  bob:\n    - INCOMING\n    - RecordAudio: greeting.wav"

    assert said(folder, "PlayAudio: greeting.wav" + bob) == [
        'call.yaml:5:18: error: file "greeting.wav" is recorded by another instance; let it play '
        "another file",
    ]


def test_no_recording_goes_over_the_scenario_by_another_name(folder: Path) -> None:
    (folder / "call.yaml").write_text(CALL)
    (folder / "other.wav").hardlink_to(folder / "call.yaml")

    assert said(folder, "RecordAudio: other.wav") == [
        'call.yaml:5:20: error: file "other.wav" is the scenario itself; name another file',
    ]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            "PlayAudio: long.wav",
            [
                "call.yaml:5:7: warning: PlayAudio takes 12 s, but its time limit is 10 s; give it "
                "a longer timeout, or background: true"
            ],
        ),
        (
            "RecordAudio: {file: new.wav, duration: 3s, timeout: 2s}",
            [
                "call.yaml:5:7: warning: RecordAudio takes 3 s, but its time limit is 2 s; give it "
                "a longer timeout, or background: true"
            ],
        ),
        ("PlayAudio: {file: long.wav, timeout: 15s}", []),
        ("PlayAudio: {file: long.wav, background: true}", []),
        ("PlayAudio: {file: long.wav, loop: true}", []),
    ],
)
def test_what_takes_longer_than_its_limit_is_warned_of(
    folder: Path, step: str, expected: list[str]
) -> None:
    assert said(folder, step) == expected


def test_a_name_from_the_environment_is_not_shown(folder: Path) -> None:
    path = folder / "call.yaml"
    path.write_text(CALL + "    - PlayAudio: ${env:HUSH}\n")
    given = Given({}, {"HUSH": "/hush/hush.wav"})
    (line,) = lines(read_scenario(path, given))
    assert line.endswith(
        "error: file is a value of the environment that cannot be used; move it into the "
        "scenario's folder, or allow its own with --allow-path"
    )


def test_a_limit_that_is_known_only_later_is_not_compared(folder: Path) -> None:
    step = "RecordAudio: {file: new.wav, duration: 1m, timeout: '${run}'}"
    assert said(folder, step) == []


def test_a_used_file_may_use_its_neighbours(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.yaml").write_text("steps:\n  - use: ../b.yaml\n")
    (folder / "b.yaml").write_text("steps:\n  - Realease\n")
    path = folder / "call.yaml"
    path.write_text(CALL + "    - use: sub/a.yaml\n")
    (said,) = lines(read_scenario(path))
    assert "b.yaml:2:5: error: unknown command or event" in said
    assert "sub/.." not in said
