"""The audio files of a scenario: which may be used, and what is said of the others."""

from pathlib import Path

import pytest

from sipflow.media.wav import RIGHT
from sipflow.scenario.checks.audio_files import AudioFiles, Fit, Unfit
from tests.wav_bytes import wav

ALLOW = "move it into the scenario's folder, or allow its own with --allow-path"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a scenario's folder, with things beside it."""
    inside = tmp_path / "calls"
    inside.mkdir()
    (inside / "sounds").mkdir()
    (inside / "greeting.wav").write_bytes(wav(0.5))
    (inside / "notes.txt").write_text("hello")
    (inside / "call.yaml").write_text("name: x")
    (inside / "dir.wav").mkdir()
    (tmp_path / "secret.wav").write_bytes(wav(0.5))
    (inside / "link.wav").symlink_to(tmp_path / "secret.wav")
    (inside / "round.wav").symlink_to(inside / "round.wav")
    (inside / "same.wav").symlink_to(inside / "call.yaml")
    return inside


def files(folder: Path, *allowed: Path) -> AudioFiles:
    return AudioFiles(folder / "call.yaml", allowed)


def test_a_file_is_relative_to_the_scenario_and_goes_by_its_whole_path(folder: Path) -> None:
    found = files(folder).playable("sounds/../greeting.wav")

    assert found == Fit(str(folder / "greeting.wav"), 0.5)


@pytest.mark.parametrize(
    ("name", "message", "right"),
    [
        ("nothing.wav", "is not there: {folder}/nothing.wav", "name a WAV file"),
        ("sounds", "is no file", "name a WAV file"),
        ("notes.txt", "is no WAV file", RIGHT),
        ("../secret.wav", "is outside the scenario's folder: {folder.parent}/secret.wav", ALLOW),
        ("link.wav", "is outside the scenario's folder: {folder.parent}/secret.wav", ALLOW),
        ("/etc/passwd", "is outside the scenario's folder: /etc/passwd", ALLOW),
        ("a" * 251, "has a path of more than 250 bytes", "use a shorter one"),
    ],
)
def test_what_cannot_be_played_is_said(folder: Path, name: str, message: str, right: str) -> None:
    assert files(folder).playable(name) == Unfit(message.format(folder=folder), right)


def test_a_circle_of_links_is_no_file(folder: Path) -> None:
    assert isinstance(files(folder).playable("round.wav"), Unfit)
    assert isinstance(files(folder).recordable("round.wav"), Unfit)


def test_a_file_that_cannot_be_read_says_why() -> None:
    found = AudioFiles(Path("/proc/self/x.yaml")).playable("mem")

    assert found == Unfit("cannot be used: Invalid argument", "name a file that can be")


def test_another_folder_can_be_allowed(folder: Path) -> None:
    allowed = files(folder, folder.parent)

    assert isinstance(allowed.playable("../secret.wav"), Fit)
    assert isinstance(allowed.playable("link.wav"), Fit)
    assert isinstance(allowed.recordable("../new.wav"), Fit)


@pytest.mark.parametrize("name", ["new.wav", "sounds/new.WAV", "greeting.wav"])
def test_a_new_file_and_one_to_be_overwritten_can_be_recorded(folder: Path, name: str) -> None:
    assert files(folder).recordable(name) == Fit(str(folder / name))


@pytest.mark.parametrize(
    ("name", "message", "right"),
    [
        ("call.yaml", "is the scenario itself", "name another file"),
        ("same.wav", "is the scenario itself", "name another file"),
        ("new.mp3", "does not end in .wav", 'call it "new.wav"'),
        ("no/new.wav", "is in a folder that is not there: {folder}/no", "make the folder"),
        ("dir.wav", "is there and is no file", "name another file"),
        ("../new.wav", "is outside the scenario's folder: {folder.parent}/new.wav", ALLOW),
        ("link.wav", "is outside the scenario's folder: {folder.parent}/secret.wav", ALLOW),
    ],
)
def test_what_cannot_be_recorded_is_said(folder: Path, name: str, message: str, right: str) -> None:
    assert files(folder).recordable(name) == Unfit(message.format(folder=folder), right)
