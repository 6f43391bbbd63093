"""Finds the audio files that a scenario names, and checks that they can be used.

A name is relative to the folder of the scenario's file. The file, links followed, must be in that
folder or in an allowed one; no other is read or written. This module changes no files.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from sipflow.media.wav import RIGHT, Wav, read_wav
from sipflow.text import shown

# The folders whose files a scenario may name: its own, and those allowed in addition.


class Folders:
    """The folders, with their subfolders, in which the files of a scenario may be."""

    def __init__(self, own: Path, allowed: Sequence[Path] = ()) -> None:
        self.own = own.resolve()
        self._all = (self.own, *(path.resolve() for path in allowed))

    def hold(self, path: Path) -> bool:
        """Return whether a resolved path is in one of the folders or below."""
        return any(path.is_relative_to(folder) for folder in self._all)


# The stack ends the process at longer paths.
LONGEST_PATH = 250
_ALLOW = "move it into the scenario's folder, or allow its own with --allow-path"


class Fit(Struct, frozen=True):
    """A usable file: its absolute path, and its length in seconds, 0 for one to be recorded."""

    path: str
    seconds: float = 0.0


class Unfit(Struct, frozen=True):
    """An unusable file: a message that follows its name, and what would be right."""

    message: str
    right: str


class AudioFiles:
    """The audio files that one scenario may play and record."""

    def __init__(self, scenario: Path, allowed: Sequence[Path] = ()) -> None:
        self._scenario = scenario.resolve()
        self._folders = Folders(scenario.parent, allowed)

    def playable(self, name: str) -> Fit | Unfit:
        """Return an existing file that can be played, or why it cannot."""
        return self._looked_at(name, _playable)

    def recordable(self, name: str) -> Fit | Unfit:
        """Return a file to record to, or why it cannot be; an existing one is overwritten."""
        return self._looked_at(name, self._recordable)

    def _looked_at(self, name: str, look: Callable[[Path], Fit | Unfit]) -> Fit | Unfit:
        path = self._find(name)
        try:
            return path if isinstance(path, Unfit) else look(path)
        except OSError as error:
            return Unfit(f"cannot be used: {error.strerror}", "name a file that can be")

    def _recordable(self, path: Path) -> Fit | Unfit:
        if path == self._scenario or (path.exists() and path.samefile(self._scenario)):
            return Unfit("is the scenario itself", "name another file")
        if path.suffix.lower() != ".wav":
            return Unfit("does not end in .wav", f"call it {shown(f'{path.stem}.wav')}")
        if not path.parent.is_dir():
            return Unfit(f"is in a folder that is not there: {path.parent}", "make the folder")
        if path.exists() and not path.is_file():
            return Unfit("is there and is no file", "name another file")
        return Fit(str(path))

    def _find(self, name: str) -> Path | Unfit:
        try:
            path = (self._folders.own / name).resolve()
        except (OSError, RuntimeError):
            return Unfit("is a cycle of links", "name a file")
        if not self._folders.hold(path):
            return Unfit(f"is outside the scenario's folder: {path}", _ALLOW)
        text = str(path)
        if len(text.encode("utf-8", "surrogateescape")) > LONGEST_PATH:
            return Unfit(f"has a path of more than {LONGEST_PATH} bytes", "use a shorter one")
        return path


def _playable(path: Path) -> Fit | Unfit:
    if not path.is_file():
        there = "is no file" if path.exists() else f"is not there: {path}"
        return Unfit(there, "name a WAV file")
    with path.open("rb") as file:
        wav = read_wav(file)
    return Fit(str(path), wav.seconds) if isinstance(wav, Wav) else Unfit(wav, RIGHT)


def identity(path: str) -> str:
    """Return an identity of a file, equal for all its names, also hard links."""
    try:
        status = Path(path).stat()
    except OSError:  # it does not exist yet
        return path
    return f"{status.st_dev}:{status.st_ino}"
