"""The resources that the runs of one command share: directory, sockets, workers, event stores."""

import gc
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from sipflow import clock
from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.events.stores import EventStores
from sipflow.coordinator.options import SharedOptions
from sipflow.coordinator.runtime_directory import BatchDirectory, new_id
from sipflow.coordinator.signals import StopSignals
from sipflow.coordinator.sockets import Sockets, open_channels
from sipflow.coordinator.workers.local_launcher import LocalLaunch
from sipflow.coordinator.workers.pool import Pool, new_key
from sipflow.errors import Mistakes, ResourceError
from sipflow.security.endpoint_check import check_apart, check_endpoint
from sipflow.security.keys import ServerKeys, server_keys

# A subscriber that tried to connect before the socket was bound retries after 0.1 to 0.2 s
# (libzmq's default), and must get the first event. If the endpoint is chosen at random, no
# subscriber can have tried, and there is no wait.
SUBSCRIBERS_LATEST = 0.35


class SharedResources(Struct, frozen=True):
    """The shared resources of one command.

    ``events``: the endpoint for subscribers.
    ``not_before``: when the first event may be published.
    ``remote``: the control API's endpoint for other hosts, if any.
    """

    directory: BatchDirectory
    channels: Sockets
    pool: Pool
    records: EventStores
    events: str
    not_before: float
    options: SharedOptions
    remote: Requests | None

    def logs_of(self, run: str) -> Path | None:
        """Return the folder for the logs of a run's workers; None: deleted with the run."""
        directory = self.options.logs_of(run)
        if directory is not None:
            try:
                directory.mkdir(exist_ok=True)
            except OSError as error:
                raise ResourceError(f"no directory for logs: {error}") from error
        return directory


def open_resources(stack: ExitStack, options: SharedOptions) -> SharedResources:
    """Open the shared resources; the stack closes them.

    Raises ``ResourceError`` or ``UsageError``.
    """
    gc.freeze()  # what is imported by now stays, and need not be looked at again
    gc.enable()
    keys = check_listening(options)
    signals = stack.enter_context(StopSignals())
    directory = BatchDirectory(new_id())
    stack.callback(directory.remove)
    launch = LocalLaunch(directory.path)  # it prepares itself while we do the rest
    stack.callback(launch.close)
    key = new_key()
    channels = open_channels(stack, directory.path, key, launch, signals, keys)
    pool = Pool(launch, channels.control, directory.path, key, options.base_port)
    stack.callback(pool.close)
    records = EventStores()
    stack.callback(records.close)
    events = channels.event_publisher.open(options.events)
    known = options.events is not None
    not_before = clock.monotonic() + SUBSCRIBERS_LATEST if known else 0.0
    remote = _open_remote(stack, channels, options)
    return SharedResources(
        directory,
        channels,
        pool,
        records,
        events,
        not_before,
        options,
        remote,
    )


def check_listening(options: SharedOptions) -> ServerKeys | None:
    """Return the keys of allowed clients; raises ``UsageError`` for invalid keys or endpoints.

    Without ``--keys`` there are none. Nothing is opened.
    """
    mistakes = Mistakes()
    keys = None
    with mistakes:
        keys = server_keys(options.keys) if options.keys is not None else None
    for option, endpoint in (("--events", options.events), ("--control", options.control)):
        with mistakes:
            if endpoint is not None:
                check_endpoint(endpoint, option, options.keys is not None)
    with mistakes:
        if options.events is not None and options.control is not None:
            check_apart(options.events, options.control)
    mistakes.raise_all()
    return keys


def _open_remote(stack: ExitStack, channels: Sockets, options: SharedOptions) -> Requests | None:
    if options.control is None:
        return None
    remote = channels.open_requests(options.control, public=True)
    stack.callback(channels.close_requests, remote)
    return remote
