"""A WAV file that the stack plays, by its C interface.

The class that pjsua2 has for this asks to be told of the file's end, and the stack does so on a
thread of its own, at a moment of its own: where the processor is busy, after the player is gone.
That ended the process. Here nobody asks; who wants to know looks at the position.
"""

import ctypes
import os

import pjsua2 as pj

from sipflow.worker.ua.pjsua.stack.library import Text, check, stack

stack.pjsua_player_get_pos.restype = ctypes.c_ssize_t


class Player:
    """Plays a file from the moment on at which it is first connected; raises ``pj.Error``."""

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
        """Play to a place at the bridge."""
        check(stack.pjsua_conf_connect(self._source, sink.getPortId()), "player")

    def disconnect(self, sink: pj.AudioMedia) -> None:
        """Play there no longer."""
        check(stack.pjsua_conf_disconnect(self._source, sink.getPortId()), "player")

    def position(self) -> int:
        """Return how many bytes have been played; at the end of the file that is 0 again."""
        return int(stack.pjsua_player_get_pos(self._player))

    def close(self) -> None:
        """End it; it cannot be used any more."""
        stack.pjsua_player_destroy(self._player)
