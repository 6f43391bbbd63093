"""The commands that speak with a running coordinator from outside: ``stop`` and ``watch``."""

import sys

import click
import msgspec

from sipflow.coordinator.requests import ask
from sipflow.coordinator.run_directory import find_run
from sipflow.coordinator.subscribers import Subscriber
from sipflow.coordinator.subscribers.plain import Plain
from sipflow.errors import RunNotFoundError
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.requests import Accepted, AskStatus, Denied, Status, StopRun
from sipflow.subscriber import subscribe


def stop_run(run: str | None) -> int:
    """Stop a run of the user's; returns as soon as its coordinator has agreed."""
    directory = find_run(run)
    match ask(directory, StopRun()):
        case Accepted():
            click.echo(f"stopping run {directory.name}")
            return 0
        case Denied(detail=detail):
            raise RunNotFoundError(f"run {directory.name} does not stop: {detail}")
        case Status():
            raise RunNotFoundError(f"run {directory.name} misunderstood")


def watch_run(endpoint: str | None, *, json: bool) -> int:
    """Print a run's events until it ends; ``endpoint`` is a ZeroMQ endpoint or a run's id."""
    run = None
    if endpoint is None or "://" not in endpoint:
        directory = find_run(endpoint)
        status = ask(directory, AskStatus())
        if not isinstance(status, Status):
            raise RunNotFoundError(f"run {directory.name} does not say where its events are")
        run, endpoint = status.run, status.events
    view: Subscriber = _JsonLines() if json else Plain(sys.stdout)
    try:
        for event in subscribe(endpoint, run):
            view.handle(event)
    except KeyboardInterrupt:
        return 0
    finally:
        view.close()
    return 0


class _JsonLines:
    """Prints one JSON object per event."""

    def handle(self, event: AnyEvent) -> None:
        """Print an event."""
        click.echo(msgspec.json.encode(event))

    def close(self) -> None:
        """Do nothing: standard output is not ours to close."""
