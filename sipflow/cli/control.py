"""The commands that control a run from another process, and ``status``.

Each sends one request to the coordinator and prints its answer.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sipflow import output
from sipflow.cli.living_runs import how_they_stand, one_run, what_to_stop
from sipflow.cli.run_list import run_list
from sipflow.client.request import ask
from sipflow.console.terminal_width import line_width
from sipflow.coordinator.runtime_directory import living_runs, requests_endpoint
from sipflow.errors import RunNotFoundError, UsageError
from sipflow.protocol.requests import (
    Accepted,
    AskStatus,
    ChangeRate,
    Denied,
    LoadStatus,
    PauseRun,
    Request,
    ResumeRun,
    Status,
    StopRun,
)
from sipflow.security.keys import ClientKeys
from sipflow.text import one_line

_COMMANDS: dict[str, tuple[type[StopRun | PauseRun | ResumeRun], str]] = {
    "stop": (StopRun, "stopping"),
    "pause": (PauseRun, "pausing"),
    "resume": (ResumeRun, "resuming"),
}


def steer_run(command: str, run: str | None, at: str | None, keys: ClientKeys | None) -> int:
    """Stop, pause or resume a run; returns as soon as its coordinator has accepted the request.

    run: the run's id, None for the only one; a stop also takes a command's id, and without an id
        stops all runs of the only command
    at: the endpoint of its coordinator's ``--control``, None for the user's own runs on this host
    """
    kind, doing = _COMMANDS[command]
    if kind is StopRun and at is None:
        meant = what_to_stop(run)
        asked = StopRun(run=meant.run)
        who, answer = _answered(requests_endpoint(meant.directory), meant.who, asked, keys)
    else:
        who, answer = _ask(run, at, keys, kind(run=run))
    if not isinstance(answer, Accepted):
        raise UsageError(f"{who} cannot {command}", code="not-possible")
    output.print_line(f"{doing} {who}")
    return 0


def change_rate(rate: str, run: str | None, at: str | None, keys: ClientKeys | None) -> int:
    """Change the rate of a load; arguments as for ``steer_run``."""
    from sipflow.coordinator.load.plan.options import parse_rate

    asked = parse_rate(rate, "RATE")
    who, answer = _ask(run, at, keys, ChangeRate(run=run, rate=asked))
    if not isinstance(answer, Accepted):
        raise UsageError(f"{who} cannot change its rate", code="not-possible")
    output.print_line(f"{who} keeps to {asked:g} from now on")
    return 0


def show_status(run: str | None, at: str | None, keys: ClientKeys | None, *, json: bool) -> int:
    """Print the status of a run, or the list of several; arguments as for ``steer_run``."""
    if run is None and at is None and len(alive := living_runs()) > 1:
        return _show_several(alive, json=json)
    who, status = _ask(run, at, keys, AskStatus(run=run))
    if not isinstance(status, Status):
        raise UsageError(f"{who} does not report its status", code="not-possible")
    output.print_line(msgspec.json.encode(status).decode() if json else _in_words(status))
    return 0


def _show_several(alive: Sequence[Path], *, json: bool) -> int:
    statuses = how_they_stand(alive)
    if json:
        output.print_line(msgspec.json.encode(statuses).decode())
    elif statuses:
        output.print_line("\n".join(run_list(statuses, line_width(sys.stdout, os.environ))))
    return 0


def _ask(
    run: str | None, at: str | None, keys: ClientKeys | None, request: Request
) -> tuple[str, Accepted | Status]:
    if at is None:
        directory = one_run(run)
        who, endpoint = f"run {directory.name}", requests_endpoint(directory)
    else:
        who, endpoint = f"run {run}" if run is not None else f"the run at {at}", at
    return _answered(endpoint, who, request, keys)


def _answered(
    endpoint: str, who: str, request: Request, keys: ClientKeys | None
) -> tuple[str, Accepted | Status]:
    answer = ask(endpoint, who, request, keys)
    if isinstance(answer, Denied):
        raise RunNotFoundError(f"{who} refuses the request: {answer.detail}")
    return who, answer


def _load_in_words(load: LoadStatus) -> str:
    rate = f"{load.rate:g} runs/s asked, " if load.rate is not None else ""
    runs = load.runs
    return (
        f"{rate}{runs.started} started, {runs.completed} completed, {runs.failed} failed, "
        f"{load.in_flight} in flight, {load.workers} workers"
    )


def _in_words(status: Status) -> str:
    lines = [
        f"run {status.run}  {one_line(status.scenario)}  {status.state}  {status.elapsed_s:.1f} s"
        f"  {status.last_g} events at {status.events}"
    ]
    if status.load is not None:
        lines.append(f"  {_load_in_words(status.load)}")
    width = max((len(name) for name in status.instances), default=0)
    for name, instance in status.instances.items():
        at = f"{instance.node} {instance.state}" if instance.node is not None else "not started"
        pid = f"pid {instance.pid}" if instance.pid is not None else "no process yet"
        lines.append(f"  {name:{width}}  port {instance.port}  {pid}  {at}")
    if status.file:
        lines.append(f"  file {one_line(status.file)}")
    return "\n".join(lines)
