"""What ``start`` shows a person: live on a terminal, plain lines elsewhere, last words.

Chooses and wires the subscribers; what each of them shows is its own business.
"""

import os
import sys
from typing import TextIO

from sipflow.coordinator.run import Started
from sipflow.coordinator.subscribers import Subscriber, Ticking
from sipflow.coordinator.subscribers.console_stream import say
from sipflow.coordinator.subscribers.live import Live, can_show
from sipflow.coordinator.subscribers.plain import Plain
from sipflow.coordinator.subscribers.run_picture import RunPicture
from sipflow.coordinator.subscribers.summary import summary
from sipflow.coordinator.subscribers.verdict_json import verdict_json
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.scenario import Scenario
from sipflow.protocol.verdict import Verdict


class Console:
    """The view of one run; with ``json`` standard output is the verdict's alone."""

    def __init__(self, scenario: Scenario, *, json: bool) -> None:
        self._json = json
        self._stream: TextIO = sys.stderr if json else sys.stdout
        self._picture = RunPicture(scenario)
        self._ports: dict[str, int] = {}
        self._view: Subscriber = (
            Live(self._stream, scenario, self._ports)
            if can_show(self._stream, os.environ.get("TERM", ""))
            else Plain(self._stream, scenario)
        )

    def begin(self, started: Started) -> None:
        """Say which run this is and where its events are."""
        self._ports.update(started.ports)
        say(f"run {started.run}  events {started.events}", self._stream)

    def handle(self, event: AnyEvent) -> None:
        """Take an event of the run."""
        self._picture.apply(event)
        self._view.handle(event)

    def tick(self, now: float) -> None:
        """Take the time, in Unix seconds."""
        if isinstance(self._view, Ticking):
            self._view.tick(now)

    def close(self) -> None:
        """Give the terminal back."""
        self._view.close()

    def conclude(self, verdict: Verdict) -> None:
        """Say how it went."""
        say(summary(verdict, self._picture), self._stream)
        if self._json:
            say(verdict_json(verdict), sys.stdout)
