"""A worker whose loop gets stuck: its user agent never comes back from a poll, busy in Python.

Run as ``python -m tests.worker.stuck_worker LAUNCH``, where that is a JSON object.
"""

import os
import sys

from msgspec import json

from sipflow.protocol.launch import Launch
from sipflow.worker.ipc.connection import CoordinatorConnection
from sipflow.worker.loop import Loop
from sipflow.worker.ua import Disturbed, never
from sipflow.worker.ua.events import Happening
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent


class StuckWorker(MemoryUserAgent):
    """Works for ever as soon as it is let."""

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        while True:
            pass


if __name__ == "__main__":
    launch = json.decode(sys.argv[1], type=Launch)
    Loop(StuckWorker(Exchange()), CoordinatorConnection(launch), os.getpid()).run()
