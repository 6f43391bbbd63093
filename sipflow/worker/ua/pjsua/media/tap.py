"""Analysis of one call's received audio: a recorder of the stack writes a file that is read here.

The stack mixes sound in a thread of its own, from which nothing may call Python; so samples go
through a file that has no name once both have opened it, and is truncated as it is read. The
recorder collects 4 kB and writes to a stream that does so too: a sample arrives here at most a
quarter of a second after it was received if the stack mixes at 16 kHz, half a second at 8 kHz.

The C interface is used below the classes, because only it reports how much has been recorded.
"""

import ctypes
import os
import tempfile
import time

import pjsua2 as pj

from sipflow.media.analyzer import AudioAnalyzer
from sipflow.media.wav_stream import WavStream
from sipflow.worker.ua.pjsua.stack.library import Text, check, stack

_libc = ctypes.CDLL(None)
_libc.fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
stack.pjmedia_wav_writer_port_get_pos.argtypes = (ctypes.c_void_p,)
stack.pjmedia_wav_writer_port_get_pos.restype = ctypes.c_ssize_t

# linux/falloc.h: keep the size, punch a hole.
_FORGET = 0x01 | 0x02
_FORGET_AFTER = 1 << 20
_BYTES_A_SAMPLE = 2
_LENGTH_AT = 40
# The clock ticks fifty times a second; it is given three ticks.
_A_TURN = 0.02
_TURNS = 12


class Tap:
    """Analyses the audio that one call receives until closed; raises ``pj.Error``, ``OSError``."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory(prefix="sipflow-") as folder:
            path = os.fsencode(os.path.join(folder, "received.wav"))
            self._recorder = _record(path)
            self._file = os.open(path, os.O_RDWR)
        self._sink = int(stack.pjsua_recorder_get_conf_port(self._recorder))
        port = ctypes.c_void_p()
        check(stack.pjsua_recorder_get_port(self._recorder, ctypes.byref(port)), "sound")
        self._port = port
        self._stream = WavStream()
        self._read = 0
        self._forgotten = 0
        info = pj.AudioMedia.getPortInfoFromId(self._sink)  # its format is gone with it
        self.hearing = AudioAnalyzer(info.format.clockRate)

    def connect(self, source: pj.AudioMedia) -> None:
        """Connect to a call's received audio; again after each change of its media."""
        check(stack.pjsua_conf_connect(source.getPortId(), self._sink), "sound")

    def recorded(self) -> int:
        """Return how many samples have been recorded, read here already or not."""
        return int(stack.pjmedia_wav_writer_port_get_pos(self._port)) // _BYTES_A_SAMPLE

    def listen(self) -> str:
        """Analyse the new samples; return the digits that have begun in them."""
        digits = ""
        while more := os.read(self._file, 1 << 16):
            self._read += len(more)
            digits += self.hearing.feed(self._stream.feed(more))
        if self._read - self._forgotten > _FORGET_AFTER:
            _libc.fallocate(self._file, _FORGET, 0, self._read)
            self._forgotten = self._read
        return digits

    def close(self) -> str:
        """Stop; return the digits in the last samples.

        The stack ends a recorder at the next tick of its clock, and writes its buffer.
        """
        stack.pjsua_recorder_destroy(self._recorder)
        turns = 0
        while not self._is_ended() and turns < _TURNS:
            time.sleep(_A_TURN / 4)
            turns += 1
        digits = self.listen()
        os.close(self._file)
        return digits

    def _is_ended(self) -> bool:
        """Return whether the length in the header is written, which is done last."""
        return any(os.pread(self._file, 4, _LENGTH_AT))


def _record(path: bytes) -> int:
    recorder = ctypes.c_int()
    name = Text(path, len(path))
    size = ctypes.c_ssize_t(-1)
    check(
        stack.pjsua_recorder_create(ctypes.byref(name), 0, None, size, 0, ctypes.byref(recorder)),
        "sound",
    )
    return recorder.value
