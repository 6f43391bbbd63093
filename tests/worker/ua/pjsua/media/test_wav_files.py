"""Files as the stack may be given them: as they are, or as a copy of their audio alone."""

from io import BytesIO
from pathlib import Path

import pytest

from sipflow.media.wav import Wav, read_wav
from sipflow.worker.ua.pjsua.media.wav_files import Source, is_closed, playable, recordable, samples
from tests.wav_bytes import chunk, layout, riff, wav


def test_a_plain_file_is_given_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(wav(0.5))

    assert playable(path) == Source(str(path), 0.5)


@pytest.mark.parametrize(
    "data",
    [
        riff(layout(), chunk(b"data", b"\1\2" * 4000), chunk(b"LIST", bytes(30))),
        riff(layout(), chunk(b"LIST", bytes(31)), chunk(b"data", b"\1\2" * 4000)),
    ],
)
def test_another_is_copied_without_what_is_not_audio(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(data)

    source = playable(path)

    assert isinstance(source, Source)
    copy = Path(source.path)
    assert copy != path
    copied = copy.read_bytes()
    source.close()
    assert not copy.exists()
    read = read_wav(BytesIO(copied))
    assert isinstance(read, Wav)
    assert read.is_plain
    assert copied[44:] == b"\1\2" * 4000


def test_a_long_path_is_copied_too(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 200)
    folder.mkdir()
    path = folder / ("y" * 100 + ".wav")
    path.write_bytes(wav(0.5))

    source = playable(path)

    assert isinstance(source, Source)
    assert len(source.path) < 100
    source.close()
    assert recordable(path) == f"{path.name} is not a usable name for a recording"


def test_samples_are_a_file(tmp_path: Path) -> None:
    source = samples(b"\1\2" * 8000)

    assert isinstance(source, Source)
    assert source.seconds == 1.0
    source.close()


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("new.wav", None),
        ("dir.wav", "dir.wav is there and is no file"),
        ("no/new.wav", "new.wav is in a folder that is not there"),
        ("new.mp3", "new.mp3 is not a usable name for a recording"),
    ],
)
def test_a_recording_has_a_name_and_a_folder(
    tmp_path: Path, name: str, trouble: str | None
) -> None:
    (tmp_path / "dir.wav").mkdir()

    assert recordable(tmp_path / name) == trouble


def test_what_is_no_file_is_not_played(tmp_path: Path) -> None:
    assert playable(tmp_path) == f"{tmp_path.name} is not there"
    assert playable(Path("/proc/self/mem")) == "mem cannot be read: Invalid argument"


def test_a_recording_is_closed_when_its_header_says_how_long_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    assert not is_closed(path)
    path.write_bytes(b"RIFF" + bytes(40))
    assert not is_closed(path)
    path.write_bytes(wav(0.5))
    assert is_closed(path)
