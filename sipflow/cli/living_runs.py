"""Which of the user's living runs and commands is meant, and what there is where that is not clear.

Asks coordinators how their runs stand; it asks nothing else of them.
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

# One that does not answer must not keep the others waiting.
_ANSWER_LIMIT_MS = 1000


def one_run(run: str | None) -> Path:
    """Return the directory of the run of this id, or of the only one if no id is given.

    Raises ``RunNotFoundError`` that lists what there is.
    """
    if run is None and len(alive := living_runs()) > 1:
        names = ", ".join(path.name for path in alive)
        raise RunNotFoundError(_listed(f"several runs are alive, name one of them: {names}", alive))
    return find_run(run)


@dataclass(frozen=True, slots=True)
class ToStop:
    """What ``stop`` is to stop: ``who`` for people, and in which directory that is asked for.

    ``run``: the id of the run that is meant; None for all that are asked there.
    """

    who: str
    directory: Path
    run: str | None = None


def what_to_stop(name: str | None) -> ToStop:
    """Return what is to be stopped.

    ``name``: the id of a run or of a command, None for all of the only command. Raises
    ``RunNotFoundError`` that lists what there is.
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
    """Return how runs stand; one that has just ended, or does not answer, is left out."""
    statuses: list[Status] = []
    for run in runs:
        with suppress(RunNotFoundError):
            status = ask(requests_endpoint(run), run.name, AskStatus(), limit_ms=_ANSWER_LIMIT_MS)
            if isinstance(status, Status):
                statuses.append(status)
    return statuses


def _listed(what: str, runs: Iterable[Path]) -> str:
    return "\n".join([what, *(f"  {line}" for line in run_list(how_they_stand(runs)))])
