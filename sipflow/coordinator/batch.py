"""The runs of one command, from the first socket to the last: the composition root.

Reads as the story of a command: open the premises, serve the runs, let those who follow the events
get the rest, close.
"""

import math
from collections.abc import Sequence
from contextlib import ExitStack

from sipflow import clock
from sipflow.coordinator.agenda import Agenda, Job
from sipflow.coordinator.options import StartOptions
from sipflow.coordinator.premises import Premises, open_premises
from sipflow.coordinator.requests import Requests
from sipflow.coordinator.run_directory import requests_endpoint
from sipflow.coordinator.service import Service
from sipflow.coordinator.subscribers import BatchView, Subscriber

# Who has been asking for events that it missed asks on within milliseconds, or has all of them.
FAREWELL_PAUSE = 0.25
FAREWELL_LIMIT = 5.0


def run_batch(
    jobs: Sequence[Job], options: StartOptions, view: BatchView, log: Sequence[Subscriber]
) -> None:
    """Run scenarios and tell the view of each; ``log`` gets all events too.

    Returns when every trace of them is gone. Raises ``ResourceError`` or ``UsageError`` if nothing
    can be started.
    """
    with ExitStack() as stack:
        premises = open_premises(stack, options)
        view.begin(premises.events, premises.remote.endpoint if premises.remote else None)
        agenda = Agenda(jobs, options.jobs, fail_fast=options.fail_fast)
        command = _open_command(stack, premises) if len(jobs) > 1 else None
        Service(premises, agenda, view, log, command).serve()
        view.conclude()
        bid_farewell(premises)


def _open_command(stack: ExitStack, premises: Premises) -> Requests:
    """Open where the command is asked as a whole; the stack closes it."""
    command = premises.channels.open_requests(requests_endpoint(premises.directory.path))
    stack.callback(premises.channels.close_requests, command)
    return command


def bid_farewell(premises: Premises) -> None:
    """Serve those who catch up, as long as they ask; everybody else has been told all there is."""
    channels = premises.channels
    limit = clock.monotonic() + FAREWELL_LIMIT
    pause = clock.monotonic() + FAREWELL_PAUSE
    asked = channels.outlet.asked
    signals = channels.signals.count
    while channels.outlet.subscribers and channels.signals.count == signals:
        now = clock.monotonic()
        if now >= min(limit, pause):
            return
        channels.outlet.socket.poll(math.ceil((min(limit, pause) - now) * 1000))
        channels.outlet.serve(premises.records)
        if channels.outlet.asked > asked:
            asked = channels.outlet.asked
            pause = clock.monotonic() + FAREWELL_PAUSE
