"""What the command line asked for, built once and frozen. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BASE_PORT = 5060


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOptions:
    """How a run is to be started.

    ``base_port``: the first SIP port tried, in local mode. ``events``: the ZeroMQ endpoint where
    subscribers connect, None for a free port of 127.0.0.1. ``log_directory``: where the workers'
    own logs are kept, None to drop them with the run,
    ``logs_by_run`` in a folder for each run. ``control``: where runs can be
    steered beside the user's own directory. ``keys``: the folder of the keys that are let in, None
    for everybody who can reach the endpoints. ``jobs``: how many scenarios run at once.
    ``fail_fast``: begin no further one after one that does not complete. ``allow_path``: folders
    beside the scenario's own in which files that it names may be read, and recordings written.
    ``variables``: values of the scenarios' variables, from the command line.
    """

    base_port: int = BASE_PORT
    events: str | None = None
    event_log: Path | None = None
    log_directory: Path | None = None
    control: str | None = None
    keys: Path | None = None
    logs_by_run: bool = False
    jobs: int = 1
    fail_fast: bool = False
    allow_path: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
