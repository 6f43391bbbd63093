"""The options of the command line, built once and frozen. Values only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

BASE_PORT = 5060

Mode = Literal["local", "mock"]


class SharedOptions(Struct, frozen=True, kw_only=True):
    """The options that runs and loads share.

    ``base_port``: the first SIP port tried, in local mode.
    ``events``: the ZeroMQ endpoint for subscribers, None for a free port of 127.0.0.1.
    ``log_directory``: the folder for the workers' logs, None to delete them with the run.
    ``logs_by_run``: whether each run has a folder of its own there.
    ``control``: an additional endpoint of the control API.
    ``plain``: whether to print plain lines on a terminal too.
    ``verbose``: as ``plain``, with the time of day.
    ``keys``: the folder of the allowed clients' keys, None to allow all clients.
    ``allow_path``: additional folders whose files a scenario may read, and record to.
    ``variables``: values of the scenarios' variables, from the command line.
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
        """Whether plain lines are printed even on a terminal."""
        return self.plain or self.verbose

    def logs_of(self, run: str) -> Path | None:
        """Return the folder of the logs of a run, None if they are not kept."""
        if self.log_directory is None or not self.logs_by_run:
            return self.log_directory
        return self.log_directory / run


class StartOptions(SharedOptions, frozen=True, kw_only=True):
    """The options of ``start``.

    ``mode``: ``mock`` plays scenarios in virtual time, without SIP.
    ``jobs``: how many scenarios run at once.
    ``fail_fast``: whether to begin no further scenario once one has not completed.
    """

    mode: Mode = "local"
    jobs: int = 1
    fail_fast: bool = False


class LoadOptions(SharedOptions, frozen=True, kw_only=True):
    """The options of ``load``; numbers, rates and durations as they were written.

    ``workers``: the most worker processes, None for as many as the machine can hold.
    ``restarts``: how many workers may crash.
    ``data``: the CSV file with a row for each run.
    ``fail_if``: the thresholds that fail the load.
    ``targets`` and ``own_target``: the targets that the load may call beside its own instances.
    ``detail``: whether to publish the events of every run.
    ``csv`` and ``html``: files to write.
    ``prometheus``: the address to serve metrics at.
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
