"""The command line: arguments to options, one call, an exit code. Nothing else is done here.

Modules that a command needs are imported when it is called: each command pays for itself only.
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
    """Make a command's result its exit code, and a user's mistake one clear line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            sys.exit(command(*args, **kwargs))
        except KeyboardInterrupt:  # before or after the run, which heeds signals itself
            sys.exit(STOPPED)
        except SipflowError as error:
            for each in error.errors if isinstance(error, UsageErrors) else (error,):
                if not (isinstance(each, output.OutputError) and each.is_silent):
                    output.write(f"error: {each}", sys.stderr)
            sys.exit(error.exit_code)

    return run


class _Program(click.Group):
    """The command line with standard streams that are all open, and help that is not lost."""

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
    """Run SIP call scenarios: real user agents, real calls, a verdict to trust.

    Exit codes: 0 completed, 1 failed, 2 nothing was started, 3 infrastructure failure, 130
    stopped.
    """


_allow_path = option(
    "--allow-path",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    metavar="DIR",
    help="Let audio files and sub-flows lie there, beside the scenario's own folder; may be "
    "repeated.",
)


_setting = option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Give a variable of the scenario a value; may be repeated.",
)


def _running(command: Callable[P, R]) -> Callable[P, R]:
    """Add what every command that runs scenarios takes."""
    for each in reversed(
        (
            option(
                "--base-port",
                type=click.IntRange(1024, 65_534),
                default=BASE_PORT,
                show_default=True,
                help="First SIP port; the next instances take the next even ones.",
            ),
            option("--events", metavar="ENDPOINT", help="Where subscribers connect (ZeroMQ)."),
            option(
                "--control",
                metavar="ENDPOINT",
                help="Where runs can be steered, also from other hosts.",
            ),
            option(
                "--keys",
                type=click.Path(path_type=Path, file_okay=False),
                metavar="DIR",
                help="Let in only those whose keys are there (see keygen).",
            ),
            option(
                "--event-log",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Write every event to this file, one JSON object a line.",
            ),
            option(
                "--log-dir",
                type=click.Path(path_type=Path, file_okay=False),
                help="Keep a log of each instance in this folder, which is made if need be.",
            ),
            option("--plain", is_flag=True, help="Plain lines, on a terminal too."),
            option(
                "-v",
                "--verbose",
                is_flag=True,
                help="Plain lines with the time of day, and those of the level debug.",
            ),
        )
    ):
        command = each(command)
    return command


@main.command(collects=True)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@_setting
@option("--mode", type=click.Choice(["local", "real"]), default="local", show_default=True)
@option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="How many of several files run at once.",
)
@option("--fail-fast", is_flag=True, help="Begin no further file after one that fails.")
@_running
@option("--json", "as_json", is_flag=True, help="Print the verdict as JSON, alone on stdout.")
@_allow_path
@_exits
def start(
    files: tuple[Path, ...], settings: tuple[str, ...], mode: str, *, as_json: bool, **options: Any
) -> int:
    """Run the scenario in FILE once; several files each, one after another or -j at a time.

    A folder stands for all scenarios in it and below.
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
    options["log_directory"] = options.pop("log_dir")
    options["variables"] = variables(settings, mistakes)
    return start_files(files, StartOptions(**options), json=as_json, mistakes=mistakes)


@main.command(collects=True)
@click.argument("file", type=click.Path(path_type=Path))
@option("--rate", metavar="R", help="Runs a second that begin, whatever became of earlier ones.")
@option("--ramp", metavar="T", help="Reach the rate evenly, from 0, in this time.")
@option("--stages", metavar="TEXT", help='As in "10/s for 30s, 10/s to 50/s for 60s".')
@option("--concurrency", type=int, metavar="N", help="At most so many runs at once.")
@option("--calls", type=int, metavar="N", help="Runs in all.")
@option("--duration", metavar="T", help="How long runs are begun: 60s, 5m.")
@option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="A row for each run, its columns as variables.",
)
@option(
    "--fail-if",
    multiple=True,
    metavar="EXPR",
    help="Fail the load if this comes true: failed>1%, srd.p99>200ms; may be repeated.",
)
@option(
    "--workers", type=click.IntRange(1), metavar="N", help="The most worker processes there may be."
)
@option(
    "--max-worker-restarts",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many workers may die before the load is given up.",
)
@option(
    "--target",
    "targets",
    multiple=True,
    metavar="HOST",
    help="Let the load call this host, host:port or SIP URI; may be repeated.",
)
@option("--i-own-the-target", "own_target", is_flag=True, help="Lift the limits for targets.")
@option(
    "--events-detail",
    type=click.Choice(["examples", "all"]),
    default="examples",
    show_default=True,
    help="Tell the events of one run of each kind of failure, or of every run.",
)
@option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write every second.")
@option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page.")
@option("--prometheus", metavar="[HOST:]PORT", help="Let the numbers be scraped there.")
@_setting
@_running
@option("--json", "as_json", is_flag=True, help="Print the result as JSON, alone on stdout.")
@_allow_path
@_exits
def load(
    file: Path, settings: tuple[str, ...], events_detail: str, *, as_json: bool, **options: Any
) -> int:
    """Run the scenario in FILE again and again, many runs at once, and measure them."""
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
    """Add what every command that speaks with a running coordinator takes."""
    decorated: Callable[P, None] = _exits(command)
    for each in (
        option("--key", type=click.Path(path_type=Path), help="Your own secret key."),
        option("--server-key", type=click.Path(path_type=Path), help="Its public key."),
        option("--at", metavar="ENDPOINT", help="Its --control, where it is not your own."),
        click.argument("run", required=False),
    ):
        decorated = each(decorated)
    return decorated


def _client_keys(server_key: Path | None, key: Path | None) -> "ClientKeys | None":
    if server_key is None and key is None:
        return None
    if server_key is None or key is None:
        raise UsageError(
            "--server-key and --key go together: the one is its, the other yours",
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
    """Stop a run: its calls are ended, its verdict is `stopped`."""
    return _steer("stop", run, at, server_key, key)


@main.command()
@_steering
def pause(run: str | None, at: str | None, server_key: Path | None, key: Path | None) -> int:
    """Pause a run: no next step begins, and time limits stand still."""
    return _steer("pause", run, at, server_key, key)


@main.command()
@_steering
def resume(run: str | None, at: str | None, server_key: Path | None, key: Path | None) -> int:
    """Let a paused run go on."""
    return _steer("resume", run, at, server_key, key)


@main.command()
@click.argument("rate")
@_steering
def rate(
    rate: str, run: str | None, at: str | None, server_key: Path | None, key: Path | None
) -> int:
    """Have a load keep to RATE, in runs a second, from now on."""
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
    """Say how a run stands."""
    from sipflow.cli.control import show_status

    return show_status(run, at, _client_keys(server_key, key), json=as_json)


@main.command()
@click.argument("endpoint", required=False, metavar="[RUN | ENDPOINT]")
@option("--json", "as_json", is_flag=True, help="One JSON object per event and line.")
@option("-v", "--verbose", is_flag=True, help="With the time of day, and debug lines.")
@option("--server-key", type=click.Path(path_type=Path), help="Its public key.")
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
    """Print a run's events, all of them, until it ends; its id or its --events selects it."""
    from sipflow.cli.watch import watch_run

    return watch_run(endpoint, _client_keys(server_key, key), json=as_json, verbose=verbose)


@main.command(collects=True)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--json", "as_json", is_flag=True, help="Print the problems as JSON, alone on stdout.")
@_allow_path
@_setting
@_exits
def validate(
    files: tuple[Path, ...],
    settings: tuple[str, ...],
    allow_path: tuple[Path, ...],
    *,
    as_json: bool,
) -> int:
    """Check scenario files, or all in a folder, and print every problem of each."""
    from sipflow.cli.start import validate_files
    from sipflow.cli.variables import variables

    mistakes = collected_mistakes()
    given = variables(settings, mistakes)
    return validate_files(files, given, allow_path, mistakes, json=as_json)


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
    help="A client that gets a key; may be repeated.",
)
@_exits
def keygen(directory: Path, names: tuple[str, ...]) -> int:
    """Make key files in DIRECTORY, so that only those who have one can connect."""
    from sipflow.cli.keygen import make_key_files

    return make_key_files(directory, names)


if __name__ == "__main__":
    main()
