"""A worker whose user agent sleeps until a command arrives, however long that takes.

A loop that relies on a time limit of ``poll`` where a command should do never returns from it.
Run as ``python -m tests.worker.sleeper LAUNCH``, where that is a JSON object.
"""

import os
import socket
import sys

from msgspec import json

from sipflow.protocol.launch import Launch
from sipflow.protocol.plan import InstancePlan
from sipflow.worker.happenings import Happening
from sipflow.worker.link import Link
from sipflow.worker.loop import Loop
from sipflow.worker.ua import Disturbed, never
from sipflow.worker.ua.memory import Exchange, MemoryUserAgent


class Sleeper(MemoryUserAgent):
    """Comes back from a poll for a command alone."""

    def __init__(self) -> None:
        super().__init__(Exchange())
        self._port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def open(self, plan: InstancePlan) -> None:
        super().open(plan)
        self._port.bind((plan.host, plan.port))

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        while not disturbed():
            self._port.recv(64)
        return super().poll(0, disturbed)


if __name__ == "__main__":
    launch = json.decode(sys.argv[1], type=Launch)
    link = Link(launch)
    Loop(Sleeper(), link, os.getpid()).run()
    link.close()
