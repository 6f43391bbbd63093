"""WAV files for the stack: checked first, and copied where the stack would misread them.

The stack plays any bytes behind the audio, and ends the process at some headers (see
``protocol.wav``). Owns the copies: they are in the folder for temporary files and have no name any
longer once the stack has opened them.
"""

import os
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO

from msgspec import Struct

from sipflow.media.tones import RATE
from sipflow.media.wav import PCM, Wav, plain_header, read_wav

# The length at which the stack ends the process is 260.
LONGEST_PATH = 250
_BLOCK = 1 << 20


class Source(Struct, frozen=True):
    """A file that the stack can play, and how long that takes; to be closed once it is open."""

    path: str
    seconds: float
    copy: IO[bytes] | None = None

    def close(self) -> None:
        """Remove the file if it is a copy; the stack keeps it open."""
        if self.copy is not None:
            with suppress(OSError):
                self.copy.close()


def playable(path: Path) -> Source | str:
    """Return a file that can be played, or the reason why it cannot."""
    try:
        if not path.is_file():
            return f"{path.name} is not there"
        with path.open("rb") as file:
            wav = read_wav(file)
            if isinstance(wav, str):
                return f"{path.name} {wav}"
            if wav.is_plain and _is_short(path):
                return Source(str(path), wav.seconds)
            file.seek(wav.start)
            return _copy(wav, file)
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}"


def samples(data: bytes) -> Source | str:
    """Return samples of 16 bit as a file that can be played, or why that cannot be written."""
    wav = Wav(format=PCM, channels=1, rate=RATE, start=0, length=len(data))
    try:
        return _copy(wav, BytesIO(data))
    except OSError as error:
        return f"the tones cannot be written: {error.strerror}"


def recordable(path: Path) -> str | None:
    """Return why a file cannot be recorded, None if it can."""
    if path.suffix.lower() != ".wav" or not _is_short(path):
        return f"{path.name} is not a usable name for a recording"
    if not path.parent.is_dir():
        return f"{path.name} is in a folder that is not there"
    if path.exists() and not path.is_file():
        return f"{path.name} is there and is no file"
    return None


def is_closed(path: Path) -> bool:
    """Return whether the stack has written a recording's header, which it does last."""
    try:
        with path.open("rb") as file:
            return any(file.read(8)[4:])
    except OSError:
        return False


def _is_short(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST_PATH


def _copy(wav: Wav, audio: IO[bytes]) -> Source:
    copy = tempfile.NamedTemporaryFile(prefix="sipflow-", suffix=".wav")  # noqa: SIM115
    source = Source(copy.name, wav.seconds, copy)
    try:
        copy.write(plain_header(wav))
        left = wav.length
        while left > 0 and (block := audio.read(min(left, _BLOCK))):
            copy.write(block)
            left -= len(block)
        copy.flush()
    except OSError:
        source.close()
        raise
    return source
