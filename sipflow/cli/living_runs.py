"""Selects one of the user's running runs or commands, or lists them if the choice is ambiguous.

It requests only the status of runs from their coordinators.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sipflow.cli.run_list import run_list
from sipflow.client.request import ask
from sipflow.coordinator.runtime_directory import (
    find_run,
    has_requests,
    living_commands,
    living_runs,
    requests_endpoint,
    runs_of,
)
from sipflow.errors import RunNotFoundError
from sipflow.protocol.requests import AskStatus, Status

# A coordinator that does not answer must not delay the answers of the others.
_ANSWER_LIMIT_MS = 1000


def one_run(run: str | None) -> Path:
    """Return the directory of the run of this id, or of the only one if no id is given.

    Raises ``RunNotFoundError`` with the list of runs.
    """
    if run is None and len(alive := living_runs()) > 1:
        names = ", ".join(path.name for path in alive)
        raise RunNotFoundError(_listed(f"several runs are alive, name one of them: {names}", alive))
    return find_run(run)


@dataclass(frozen=True, slots=True)
class ToStop:
    """The run or command that ``stop`` is to stop.

    who: its name in messages
    directory: the directory whose coordinator gets the request
    run: the id of the run; None for all runs there
    """

    who: str
    directory: Path
    run: str | None = None


def what_to_stop(name: str | None) -> ToStop:
    """Return the run or command to stop.

    ``name``: the id of a run or of a command, None for all runs of the only command. Raises
    ``RunNotFoundError`` with the list of runs.
    """
    commands = living_commands()
    if name is None:
        if len(commands) > 1:
            names = ", ".join(command.name for command in commands)
            what = f"several commands are running, name one of them, or one of their runs: {names}"
            raise RunNotFoundError(_listed(what, living_runs()))
        chosen = commands
    else:
        chosen = [command for command in commands if command.name == name]
    for command in chosen:
        if has_requests(command):
            return ToStop(f"all runs of command {command.name}", command)
        for run in runs_of(command):
            return ToStop(f"run {run.name}", run)
    run = find_run(name)
    return ToStop(f"run {run.name}", run, name)


def how_they_stand(runs: Iterable[Path]) -> list[Status]:
    """Return the status of runs; one that has just ended, or does not answer, is left out."""
    statuses: list[Status] = []
    for run in runs:
        with suppress(RunNotFoundError):
            status = ask(requests_endpoint(run), run.name, AskStatus(), limit_ms=_ANSWER_LIMIT_MS)
            if isinstance(status, Status):
                statuses.append(status)
    return statuses


def _listed(what: str, runs: Iterable[Path]) -> str:
    return "\n".join([what, *(f"  {line}" for line in run_list(how_they_stand(runs)))])
