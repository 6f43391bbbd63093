"""The audio files that a scenario names: where they are, and whether they can be used.

A name is relative to the folder of the scenario's file. What it leads to, links followed, lies in
that folder or in one that was allowed; nothing else is read or written. This looks at files, and
changes none.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from sipflow.media.wav import RIGHT, Wav, read_wav
from sipflow.text import shown

# The folders whose files a scenario may name: its own, and those that are allowed beside it.


class Folders:
    """Tells whether a path, links followed, lies in one of them or below."""

    def __init__(self, own: Path, allowed: Sequence[Path] = ()) -> None:
        self.own = own.resolve()
        self._all = (self.own, *(path.resolve() for path in allowed))

    def hold(self, path: Path) -> bool:
        """Tell whether a path that is resolved already is in one of the folders or below."""
        return any(path.is_relative_to(folder) for folder in self._all)


# The stack ends the process at longer ones.
LONGEST_PATH = 250
_ALLOW = "move it into the scenario's folder, or allow its own with --allow-path"


class Fit(Struct, frozen=True):
    """A file that can be used: its whole path, and how long it plays, 0 for one to be recorded."""

    path: str
    seconds: float = 0.0


class Unfit(Struct, frozen=True):
    """What is wrong with a file, to be put behind its name, and what would be right."""

    message: str
    right: str


class AudioFiles:
    """What may be played and recorded by one scenario."""

    def __init__(self, scenario: Path, allowed: Sequence[Path] = ()) -> None:
        self._scenario = scenario.resolve()
        self._folders = Folders(scenario.parent, allowed)

    def playable(self, name: str) -> Fit | Unfit:
        """Return a file that is there and can be played."""
        return self._looked_at(name, _playable)

    def recordable(self, name: str) -> Fit | Unfit:
        """Return a file that can be written; one that is there already will be overwritten."""
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
            return Unfit("leads round in a circle of links", "name a file")
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
    """Return what is the same for all names of a file, hard links among them."""
    try:
        status = Path(path).stat()
    except OSError:  # it is not there yet
        return path
    return f"{status.st_dev}:{status.st_ino}"
