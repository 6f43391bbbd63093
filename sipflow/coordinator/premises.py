"""What the runs of one command share: directory, sockets, workers, records. Opened and closed here.
"""

import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sipflow import clock
from sipflow.coordinator.channels import Channels, open_channels
from sipflow.coordinator.launch.local import LocalLaunch
from sipflow.coordinator.options import StartOptions
from sipflow.coordinator.pool import Pool, new_key
from sipflow.coordinator.records import Records
from sipflow.coordinator.run_directory import BatchDirectory
from sipflow.coordinator.signals import StopSignals

# A subscriber that tried to connect before there was anything tries again after 0.1 to 0.2 s
# (libzmq's default), and is to see the first event. Where nobody can have known the endpoint
# beforehand, nobody is waited for.
SUBSCRIBERS_LATEST = 0.35


@dataclass(frozen=True, slots=True)
class Premises:
    """``events``: where subscribers connect. ``not_before``: when the first event may be told."""

    directory: BatchDirectory
    channels: Channels
    pool: Pool
    records: Records
    events: str
    not_before: float
    log_directory: Path | None


def open_premises(stack: ExitStack, options: StartOptions) -> Premises:
    """Open what runs need; the stack closes it. Raises ``ResourceError`` or ``UsageError``."""
    signals = stack.enter_context(StopSignals())
    directory = BatchDirectory(secrets.token_hex(4))
    stack.callback(directory.remove)
    launch = LocalLaunch(directory.path)  # it prepares itself while we do the rest
    stack.callback(launch.close)
    key = new_key()
    channels = open_channels(stack, directory.path, key, launch, signals)
    pool = Pool(launch, channels.control, directory.path, key, options.base_port)
    stack.callback(pool.close)
    records = Records()
    stack.callback(records.close)
    events = channels.outlet.open(options.events)
    known = options.events is not None
    not_before = clock.monotonic() + SUBSCRIBERS_LATEST if known else 0.0
    return Premises(directory, channels, pool, records, events, not_before, options.log_directory)
