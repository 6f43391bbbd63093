"""The command line: parses arguments into options, calls one function, exits with its code.

Modules that a command needs are imported when it is called, so each command loads only its own.
"""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from sipflow import __version__, output
from sipflow.cli.arguments import Command, collected_mistakes, option
from sipflow.coordinator.options import BASE_PORT
from sipflow.errors import ResourceError, SipflowError, UsageError, UsageErrors
from sipflow.protocol.verdict import STOPPED

if TYPE_CHECKING:
    from sipflow.security.keys import ClientKeys

P = ParamSpec("P")
R = TypeVar("R")


def _exits(command: Callable[P, int]) -> Callable[P, None]:
    """Exit with a command's result as the exit code; print a user's mistake as one line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            sys.exit(command(*args, **kwargs))
        except KeyboardInterrupt:  # before or after the run, which handles signals itself
            sys.exit(STOPPED)
        except SipflowError as error:
            for each in error.errors if isinstance(error, UsageErrors) else (error,):
                if not (isinstance(each, output.OutputError) and each.is_silent):
                    output.write(f"error: {each}", sys.stderr)
            sys.exit(error.exit_code)

    return run


class _Program(click.Group):
    """The command group: opens closed standard streams, and reports help that cannot be written."""

    command_class = Command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; see ``click.Command.main``."""
        output.open_closed_streams()
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno not in output.NO_ROOM:
                raise
            output.discard(sys.stdout)  # --help and --version are printed by click itself
            output.write(f"error: {output.OutputError('the output', error)}", sys.stderr)
            sys.exit(ResourceError.exit_code)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sipflow-coord")
def main() -> None:
    """Run SIP call scenarios with real user agents and real calls, and report a verdict.

    Exit codes: 0 completed, 1 failed, 2 nothing was started, 3 infrastructure failure, 130
    stopped.
    """


_allow_path = option(
    "--allow-path",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    metavar="DIR",
    help="Allow audio files and sub-flows in this folder, beside the scenario's own; may be "
    "repeated.",
)


_setting = option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Set a variable of the scenario; may be repeated.",
)


def _running(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options of every command that runs scenarios."""
    for each in reversed(
        (
            option(
                "--base-port",
                type=click.IntRange(1024, 65_534),
                default=BASE_PORT,
                show_default=True,
                help="First SIP port; the next instances take the next even ones.",
            ),
            option("--events", metavar="ENDPOINT", help="Publish events at this ZeroMQ endpoint."),
            option(
                "--control",
                metavar="ENDPOINT",
                help="Accept control commands at this endpoint, also from other hosts.",
            ),
            option(
                "--keys",
                type=click.Path(path_type=Path, file_okay=False),
                metavar="DIR",
                help="Accept only clients whose keys are in this folder (see keygen).",
            ),
            option(
                "--event-log",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Write every event to this file, one JSON object per line.",
            ),
            option(
                "--log-dir",
                type=click.Path(path_type=Path, file_okay=False),
                help="Write a log of each instance to this folder; created if missing.",
            ),
            option("--plain", is_flag=True, help="Print plain lines, also on a terminal."),
            option(
                "-v",
                "--verbose",
                is_flag=True,
                help="Print plain lines with the time of day, including debug lines.",
            ),
        )
    ):
        command = each(command)
    return command


@main.command(collects=True)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@_setting
@option(
    "--mode",
    type=click.Choice(["local", "real", "mock"]),
    default="local",
    show_default=True,
    help="mock: play in virtual time, in memory and without SIP.",
)
@option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="How many files run at the same time.",
)
@option("--fail-fast", is_flag=True, help="Start no further file after one has failed.")
@_running
@option("--json", "as_json", is_flag=True, help="Print only the verdict on stdout, as JSON.")
@_allow_path
@_exits
def start(
    files: tuple[Path, ...], settings: tuple[str, ...], mode: str, *, as_json: bool, **options: Any
) -> int:
    """Run the scenario in FILE once; several files run one after another, or -j at a time.

    A folder stands for all scenarios in it and its subfolders.
    """
    from sipflow.cli.start import start_files
    from sipflow.cli.variables import variables
    from sipflow.coordinator.options import StartOptions

    mistakes = collected_mistakes()
    with mistakes:
        if mode == "real":
            raise UsageError(
                "--mode real is not there yet; local mode is the default", code="bad-option"
            )
    options["mode"] = mode
    options["log_directory"] = options.pop("log_dir")
    options["variables"] = variables(settings, mistakes)
    return start_files(files, StartOptions(**options), json=as_json, mistakes=mistakes)


@main.command(collects=True)
@click.argument("file", type=click.Path(path_type=Path))
@option("--rate", metavar="R", help="Start R runs per second, however long runs take.")
@option(
    "--ramp", metavar="T", help="Increase the rate, or concurrency, evenly from 0 in this time."
)
@option("--stages", metavar="TEXT", help='Rates, such as "10/s for 30s, 10/s to 50/s for 60s".')
@option("--concurrency", type=int, metavar="N", help="The most runs at the same time.")
@option("--calls", type=int, metavar="N", help="The number of runs in total.")
@option("--duration", metavar="T", help="How long new runs are started: 60s, 5m.")
@option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Variables of the runs: one row for each run, one column for each variable.",
)
@option(
    "--fail-if",
    multiple=True,
    metavar="EXPR",
    help="Fail the load if this is true: failed>1%, srd.p99>200ms; may be repeated.",
)
@option("--workers", type=click.IntRange(1), metavar="N", help="The most worker processes.")
@option(
    "--max-worker-restarts",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many workers may die before the load is aborted.",
)
@option(
    "--target",
    "targets",
    multiple=True,
    metavar="HOST",
    help="Allow the load to call this host, host:port or SIP URI; may be repeated.",
)
@option("--i-own-the-target", "own_target", is_flag=True, help="Lift the rate limits for targets.")
@option(
    "--events-detail",
    type=click.Choice(["examples", "all"]),
    default="examples",
    show_default=True,
    help="Publish the events of one run of each kind of failure, or of every run.",
)
@option(
    "--csv",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the figures of each second.",
)
@option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write an HTML report.")
@option("--prometheus", metavar="[HOST:]PORT", help="Serve the metrics to Prometheus there.")
@_setting
@_running
@option("--json", "as_json", is_flag=True, help="Print only the result on stdout, as JSON.")
@_allow_path
@_exits
def load(
    file: Path, settings: tuple[str, ...], events_detail: str, *, as_json: bool, **options: Any
) -> int:
    """Run the scenario in FILE many times, many runs at the same time, and measure them."""
    from sipflow.cli.load import load_file
    from sipflow.cli.variables import variables
    from sipflow.coordinator.options import LoadOptions

    options["log_directory"] = options.pop("log_dir")
    options["restarts"] = options.pop("max_worker_restarts")
    mistakes = collected_mistakes()
    options["variables"] = variables(settings, mistakes)
    options["detail"] = events_detail == "all"
    return load_file(file, LoadOptions(**options), json=as_json, mistakes=mistakes)


def _steering(command: Callable[P, int]) -> Callable[P, None]:
    """Add the options of every command that sends a request to a running coordinator."""
    decorated: Callable[P, None] = _exits(command)
    for each in (
        option("--key", type=click.Path(path_type=Path), help="Your own secret key."),
        option("--server-key", type=click.Path(path_type=Path), help="The server's public key."),
        option("--at", metavar="ENDPOINT", help="The --control endpoint of another user or host."),
        click.argument("run", required=False),
    ):
        decorated = each(decorated)
    return decorated


def _client_keys(server_key: Path | None, key: Path | None) -> "ClientKeys | None":
    if server_key is None and key is None:
        return None
    if server_key is None or key is None:
        raise UsageError(
            "--server-key and --key go together: the server's public key and your secret key",
            code="conflicting-options",
        )
    from sipflow.security.keys import client_keys

    return client_keys(server_key, key)


def _steer(command: str, run: str | None, at: str | None, *keys: Path | None) -> int:
    from sipflow.cli.control import steer_run

    return steer_run(command, run, at, _client_keys(*keys))


@main.command()
@_steering
def stop(run: str | None, at: str | None, server_key: Path | None, key: Path | None) -> int:
    """Stop a run: its calls are released, its verdict is `stopped`."""
    return _steer("stop", run, at, server_key, key)


@main.command()
@_steering
def pause(run: str | None, at: str | None, server_key: Path | None, key: Path | None) -> int:
    """Pause a run: no further step begins, and time limits are suspended."""
    return _steer("pause", run, at, server_key, key)


@main.command()
@_steering
def resume(run: str | None, at: str | None, server_key: Path | None, key: Path | None) -> int:
    """Resume a paused run."""
    return _steer("resume", run, at, server_key, key)


@main.command()
@click.argument("rate")
@_steering
def rate(
    rate: str, run: str | None, at: str | None, server_key: Path | None, key: Path | None
) -> int:
    """Change the rate of a load to RATE, in runs per second."""
    from sipflow.cli.control import change_rate

    return change_rate(rate, run, at, _client_keys(server_key, key))


@main.command()
@option("--json", "as_json", is_flag=True, help="Print the status as one JSON object.")
@_steering
def status(
    run: str | None,
    at: str | None,
    server_key: Path | None,
    key: Path | None,
    *,
    as_json: bool,
) -> int:
    """Print the status of a run."""
    from sipflow.cli.control import show_status

    return show_status(run, at, _client_keys(server_key, key), json=as_json)


@main.command()
@click.argument("endpoint", required=False, metavar="[RUN | ENDPOINT]")
@option("--json", "as_json", is_flag=True, help="Print each event as a JSON object on one line.")
@option("-v", "--verbose", is_flag=True, help="Print the time of day, and debug lines.")
@option("--server-key", type=click.Path(path_type=Path), help="The server's public key.")
@option("--key", type=click.Path(path_type=Path), help="Your own secret key.")
@_exits
def watch(
    endpoint: str | None,
    as_json: bool,
    server_key: Path | None,
    key: Path | None,
    *,
    verbose: bool,
) -> int:
    """Print all events of a run until it ends.

    The run is given by its id or by its --events endpoint.
    """
    from sipflow.cli.watch import watch_run

    return watch_run(endpoint, _client_keys(server_key, key), json=as_json, verbose=verbose)


@main.command(collects=True)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--json", "as_json", is_flag=True, help="Print only the problems on stdout, as JSON.")
@option("--simulate", is_flag=True, help="Also play each file, as --mode mock does.")
@_allow_path
@_setting
@_exits
def validate(
    files: tuple[Path, ...],
    settings: tuple[str, ...],
    allow_path: tuple[Path, ...],
    *,
    as_json: bool,
    simulate: bool,
) -> int:
    """Check scenario files, or all in a folder, and print every problem found."""
    from sipflow.cli.start import validate_files
    from sipflow.cli.variables import variables

    mistakes = collected_mistakes()
    given = variables(settings, mistakes)
    return validate_files(files, given, allow_path, mistakes, json=as_json, simulate=simulate)


@main.command()
@_exits
def schema() -> int:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from sipflow.scenario.schema import json_schema

    output.print_line(json.dumps(json_schema(), indent=2), "the schema")
    return 0


@main.command()
@click.argument(
    "directory", default="sipflow-keys", type=click.Path(path_type=Path, file_okay=False)
)
@option(
    "--name",
    "names",
    metavar="NAME",
    multiple=True,
    default=("client",),
    show_default=True,
    help="A client to make a key pair for; may be repeated.",
)
@_exits
def keygen(directory: Path, names: tuple[str, ...]) -> int:
    """Make key files in DIRECTORY, so that only clients with a key can connect."""
    from sipflow.cli.keygen import make_key_files

    return make_key_files(directory, names)


if __name__ == "__main__":
    main()
