"""The command ``watch``: prints the events of a run from another process."""

import sys
from collections.abc import Iterator

import msgspec

from sipflow import output
from sipflow.cli.living_runs import one_run
from sipflow.client.follower import is_last
from sipflow.client.request import ask
from sipflow.client.subscribe import subscribe
from sipflow.console.run.plain import Plain
from sipflow.coordinator.runtime_directory import living_runs, requests_endpoint
from sipflow.errors import BrokenStreamError, RunNotFoundError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.requests import AskStatus, Status
from sipflow.protocol.subscriber import Subscriber
from sipflow.security.keys import ClientKeys

# How long the coordinator of a run that was found may take to accept the subscriber, in seconds.
CONTACT_LIMIT = 3.0


def watch_run(
    endpoint: str | None, keys: ClientKeys | None = None, *, json: bool, verbose: bool = False
) -> int:
    """Print a run's events until it ends; ``endpoint`` is a ZeroMQ endpoint or a run's id.

    ``verbose``: print the time of day, and events of the level ``debug``.
    """
    if endpoint is not None and "://" in endpoint:
        events = subscribe(endpoint, keys=keys)
    else:
        events = _events_of(_status_of(endpoint), keys)
    view: Subscriber = _JsonLines() if json else _PlainRuns(verbose=verbose)
    try:
        for event in events:
            view.handle(event)
    except KeyboardInterrupt:
        return 0
    finally:
        view.close()
    return 0


def _events_of(status: Status, keys: ClientKeys | None) -> Iterator[AnyEvent]:
    """Yield the events of a run whose coordinator has just answered."""
    seen = False
    try:
        for event in subscribe(status.events, status.run, wait=CONTACT_LIMIT, keys=keys):
            seen = True
            yield event
    except BrokenStreamError as error:
        if seen or any(run.name == status.run for run in living_runs()):
            raise
        # Not an error of the stream: the run ended before the subscriber was connected.
        raise RunNotFoundError(
            f"run {status.run} has ended before its events could be received"
        ) from error


def _status_of(run: str | None) -> Status:
    directory = one_run(run)
    who = f"run {directory.name}"
    status = ask(requests_endpoint(directory), who, AskStatus(run=run))
    if not isinstance(status, Status):
        raise RunNotFoundError(f"{who} does not report an endpoint for its events")
    return status


class _JsonLines:
    """Prints one JSON object per event."""

    def handle(self, event: AnyEvent) -> None:
        """Print an event."""
        output.print_line(msgspec.json.encode(event).decode(), "the events")

    def close(self) -> None:
        """Do nothing: standard output stays open."""


class _PlainRuns:
    """Prints plain lines; each run of a stream has its own clock and columns."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._views: dict[str, Plain] = {}

    def handle(self, event: AnyEvent) -> None:
        """Print the line of an event."""
        if event.run not in self._views:
            self._views[event.run] = Plain(sys.stdout, verbose=self._verbose)
        self._views[event.run].handle(event)
        failure = self._views[event.run].failure
        if isinstance(failure, OSError):
            output.discard(sys.stdout)
            raise output.OutputError("the events", failure)
        if is_last(event):
            self._views.pop(event.run).close()

    def close(self) -> None:
        """End the views of the runs that have not ended."""
        for view in self._views.values():
            view.close()
