"""The runs of one command, from the first socket to the last: the composition root.

It opens the shared resources, serves the runs, lets subscribers receive the remaining events, and
closes everything.
"""

import math
from collections.abc import Sequence
from contextlib import ExitStack

from sipflow import clock
from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.job_queue import Job, JobQueue
from sipflow.coordinator.loop import RunLoop
from sipflow.coordinator.options import StartOptions
from sipflow.coordinator.resources import SharedResources, open_resources
from sipflow.coordinator.runtime_directory import requests_endpoint
from sipflow.protocol.subscriber import BatchView, Subscriber

# A subscriber that is catching up sends its next request within milliseconds.
DRAIN_PAUSE = 0.25
DRAIN_LIMIT = 5.0


def run_batch(
    jobs: Sequence[Job], options: StartOptions, view: BatchView, log: Sequence[Subscriber]
) -> None:
    """Run scenarios and report each to the view; ``log`` gets all events too.

    Returns when all of their resources are released. Raises ``ResourceError`` or ``UsageError`` if
    nothing can be started.
    """
    with ExitStack() as stack:
        resources = open_resources(stack, options)
        view.begin(resources.events, resources.remote.endpoint if resources.remote else None)
        job_queue = JobQueue(jobs, options.jobs, fail_fast=options.fail_fast)
        command = _open_command(stack, resources) if len(jobs) > 1 else None
        RunLoop(resources, job_queue, view, log, command).serve()
        view.conclude()
        drain_subscribers(resources)


def _open_command(stack: ExitStack, resources: SharedResources) -> Requests:
    """Open the control socket of the whole command; the stack closes it."""
    command = resources.channels.open_requests(requests_endpoint(resources.directory.path))
    stack.callback(resources.channels.close_requests, command)
    return command


def drain_subscribers(resources: SharedResources) -> None:
    """Answer pending replay requests, so that subscribers can catch up; returns when none comes."""
    channels = resources.channels
    limit = clock.monotonic() + DRAIN_LIMIT
    pause = clock.monotonic() + DRAIN_PAUSE
    asked = channels.event_publisher.asked
    signals = channels.signals.count
    while channels.event_publisher.subscribers and channels.signals.count == signals:
        now = clock.monotonic()
        if now >= min(limit, pause):
            return
        channels.event_publisher.socket.poll(math.ceil((min(limit, pause) - now) * 1000))
        channels.event_publisher.serve(resources.records)
        if channels.event_publisher.asked > asked:
            asked = channels.event_publisher.asked
            pause = clock.monotonic() + DRAIN_PAUSE
