"""A worker whose user agent sleeps until a command arrives, however long that takes.

A loop that relies on a time limit of ``poll`` where a command should do never returns from it.
Run as ``python -m tests.worker.sleeper LAUNCH``, where that is a JSON object.
"""

import os
import select
import sys

from msgspec import json

from sipflow.protocol.launch import Launch
from sipflow.worker.happenings import Happening
from sipflow.worker.link import Link
from sipflow.worker.loop import Loop
from sipflow.worker.ua import Disturbed, never
from sipflow.worker.ua.memory import Exchange, MemoryUserAgent


class Sleeper(MemoryUserAgent):
    """Comes back from a poll for a command alone."""

    def __init__(self) -> None:
        super().__init__(Exchange())

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        assert self.bell is not None
        while not disturbed():
            select.select([self.bell.descriptor], [], [])
            self.bell.ring()
        return super().poll(0, disturbed)


if __name__ == "__main__":
    launch = json.decode(sys.argv[1], type=Launch)
    link = Link(launch)
    Loop(Sleeper(), link, os.getpid()).run()
    link.close()
