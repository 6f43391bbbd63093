"""What the command line asked for, built once and frozen. Values only."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

BASE_PORT = 5060


class SharedOptions(Struct, frozen=True, kw_only=True):
    """How whatever is run is to be run.

    ``base_port``: the first SIP port tried, in local mode. ``events``: the ZeroMQ endpoint where
    subscribers connect, None for a free port of 127.0.0.1. ``log_directory``: where the workers'
    own logs are kept, None to drop them with the run,
    ``logs_by_run`` in a folder for each run. ``control``: where runs can be
    steered beside the user's own directory. ``plain``: plain lines on a terminal, too;
    ``verbose``: those, with the time of day. ``keys``: the folder of the keys that are let in, None
    for everybody who can reach the endpoints. ``allow_path``: folders beside the scenario's own in
    which files that it names may be read, and recordings written. ``variables``: values of the
    scenarios' variables, from the command line.
    """

    base_port: int = BASE_PORT
    events: str | None = None
    event_log: Path | None = None
    log_directory: Path | None = None
    control: str | None = None
    keys: Path | None = None
    logs_by_run: bool = False
    allow_path: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    plain: bool = False
    verbose: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether there are to be plain lines wherever they go."""
        return self.plain or self.verbose

    def logs_of(self, run: str) -> Path | None:
        """Return the folder of the logs of a run, None if they are not kept."""
        if self.log_directory is None or not self.logs_by_run:
            return self.log_directory
        return self.log_directory / run


class StartOptions(SharedOptions, frozen=True, kw_only=True):
    """How runs are to be started.

    ``jobs``: how many scenarios run at once. ``fail_fast``: begin no further one after one that
    does not complete.
    """

    jobs: int = 1
    fail_fast: bool = False


class LoadOptions(SharedOptions, frozen=True, kw_only=True):
    """How a load is to be made; numbers, rates and durations as they were written.

    ``workers``: the most worker processes, None for what the machine holds. ``restarts``: how many
    of them may die. ``data``: the CSV file with a row for each run. ``fail_if``: what may not come
    true. ``targets`` and ``own_target``: whom the load may call beside its own instances.
    ``detail``: tell the events of every run. ``csv`` and ``html``: files to write; ``prometheus``:
    where to be scraped.
    """

    rate: str | None = None
    ramp: str | None = None
    duration: str | None = None
    calls: int | None = None
    stages: str | None = None
    concurrency: int | None = None
    workers: int | None = None
    restarts: int = 5
    data: Path | None = None
    fail_if: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    own_target: bool = False
    detail: bool = False
    csv: Path | None = None
    html: Path | None = None
    prometheus: str | None = None
