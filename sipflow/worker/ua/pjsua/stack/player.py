"""A player of a WAV file, made through the stack's C interface.

The class that pjsua2 has for this registers a callback for the file's end, which the stack calls in
a thread of its own at any moment: on a busy processor after the player is gone. That ended the
process. Here there is no callback; the position is polled.
"""

import ctypes
import os

import pjsua2 as pj

from sipflow.worker.ua.pjsua.stack.library import Text, check, stack

stack.pjsua_player_get_pos.restype = ctypes.c_ssize_t


class Player:
    """Plays a file from its first connection on; raises ``pj.Error``."""

    def __init__(self, path: str, *, loop: bool) -> None:
        name = os.fsencode(path)
        options = 0 if loop else pj.PJMEDIA_FILE_NO_LOOP
        player = ctypes.c_int()
        text = Text(name, len(name))
        check(
            stack.pjsua_player_create(ctypes.byref(text), options, ctypes.byref(player)), "player"
        )
        self._player = player.value
        self._source = int(stack.pjsua_player_get_conf_port(self._player))

    def connect(self, sink: pj.AudioMedia) -> None:
        """Play to a port of the bridge."""
        check(stack.pjsua_conf_connect(self._source, sink.getPortId()), "player")

    def disconnect(self, sink: pj.AudioMedia) -> None:
        """Stop playing to a port."""
        check(stack.pjsua_conf_disconnect(self._source, sink.getPortId()), "player")

    def position(self) -> int:
        """Return how many bytes have been played; at the end of the file that is 0 again."""
        return int(stack.pjsua_player_get_pos(self._player))

    def close(self) -> None:
        """Close it; it cannot be used any more."""
        stack.pjsua_player_destroy(self._player)
