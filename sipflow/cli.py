"""The command line: arguments to options, one call, an exit code. Nothing else is done here.

Modules that a command needs are imported when it is called: each command pays for itself only.
"""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from sipflow import __version__
from sipflow.coordinator.options import BASE_PORT
from sipflow.errors import SipflowError, UsageError
from sipflow.protocol.verdict import STOPPED

if TYPE_CHECKING:
    from sipflow.keys import ClientKeys

P = ParamSpec("P")


def _exits(command: Callable[P, int]) -> Callable[P, None]:
    """Make a command's result its exit code, and a user's mistake one clear line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            sys.exit(command(*args, **kwargs))
        except KeyboardInterrupt:  # before or after the run, which heeds signals itself
            sys.exit(STOPPED)
        except SipflowError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(error.exit_code)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sipflow-coord")
def main() -> None:
    """Run SIP call scenarios: real user agents, real calls, a verdict to trust.

    Exit codes: 0 completed, 1 failed, 2 nothing was started, 3 failed through no fault of the
    scenario, 130 stopped.
    """


_allow_path = click.option(
    "--allow-path",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    metavar="DIR",
    help="Let audio files and sub-flows lie there, beside the scenario's own folder; may be "
    "repeated.",
)


_setting = click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Give a variable of the scenario a value; may be repeated.",
)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@_setting
@click.option("--mode", type=click.Choice(["local", "real"]), default="local", show_default=True)
@click.option(
    "--base-port",
    type=click.IntRange(1024, 65_534),
    default=BASE_PORT,
    show_default=True,
    help="First SIP port; the next instances take the next even ones.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="How many of several files run at once.",
)
@click.option("--fail-fast", is_flag=True, help="Begin no further file after one that fails.")
@click.option("--events", metavar="ENDPOINT", help="Where subscribers connect (ZeroMQ).")
@click.option(
    "--control", metavar="ENDPOINT", help="Where runs can be steered, also from other hosts."
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Let in only those whose keys are there (see keygen).",
)
@click.option(
    "--event-log",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every event to this file, one JSON object a line.",
)
@click.option(
    "--log-dir",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Keep the workers' own logs in this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON, alone on stdout.")
@_allow_path
@_exits
def start(
    files: tuple[Path, ...], settings: tuple[str, ...], mode: str, *, as_json: bool, **options: Any
) -> int:
    """Run the scenario in FILE once; several files each, one after another or -j at a time."""
    from sipflow.coordinator.options import StartOptions
    from sipflow.coordinator.settings import variables
    from sipflow.coordinator.start import start_files

    if mode == "real":
        raise UsageError("--mode real is not there yet; local mode is the default")
    options["log_directory"] = options.pop("log_dir")
    options["variables"] = variables(settings)
    return start_files(files, StartOptions(**options), json=as_json)


def _steering(command: Callable[P, int]) -> Callable[P, None]:
    """Add what every command that speaks with a running coordinator takes."""
    decorated: Callable[P, None] = _exits(command)
    for option in (
        click.option("--key", type=click.Path(path_type=Path), help="Your own secret key."),
        click.option("--server-key", type=click.Path(path_type=Path), help="Its public key."),
        click.option("--at", metavar="ENDPOINT", help="Its --control, where it is not your own."),
        click.argument("run", required=False),
    ):
        decorated = option(decorated)
    return decorated


def _client_keys(server_key: Path | None, key: Path | None) -> "ClientKeys | None":
    if server_key is None and key is None:
        return None
    if server_key is None or key is None:
        raise UsageError("--server-key and --key go together: the one is its, the other yours")
    from sipflow.keys import client_keys

    return client_keys(server_key, key)


def _steer(command: str, run: str | None, at: str | None, *keys: Path | None) -> int:
    from sipflow.coordinator.steering import steer_run

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
@click.option("--json", "as_json", is_flag=True, help="Print the status as one JSON object.")
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
    from sipflow.coordinator.steering import show_status

    return show_status(run, at, _client_keys(server_key, key), json=as_json)


@main.command()
@click.argument("endpoint", required=False, metavar="[RUN | ENDPOINT]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per event and line.")
@click.option("--server-key", type=click.Path(path_type=Path), help="Its public key.")
@click.option("--key", type=click.Path(path_type=Path), help="Your own secret key.")
@_exits
def watch(endpoint: str | None, as_json: bool, server_key: Path | None, key: Path | None) -> int:
    """Print a run's events, all of them, until it ends; its id or its --events selects it."""
    from sipflow.coordinator.watch import watch_run

    return watch_run(endpoint, _client_keys(server_key, key), json=as_json)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_allow_path
@_setting
@_exits
def validate(
    files: tuple[Path, ...], settings: tuple[str, ...], allow_path: tuple[Path, ...]
) -> int:
    """Check scenario files and print every problem of each."""
    from sipflow.coordinator.settings import variables
    from sipflow.coordinator.start import validate_files

    return validate_files(files, variables(settings), allow_path)


@main.command()
@_exits
def schema() -> int:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from sipflow.coordinator.scenario import json_schema

    click.echo(json.dumps(json_schema(), indent=2))
    return 0


@main.command()
@click.argument(
    "directory", default="sipflow-keys", type=click.Path(path_type=Path, file_okay=False)
)
@click.option(
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
    from sipflow.coordinator.keygen import make_key_files

    return make_key_files(directory, names)


if __name__ == "__main__":
    main()
