"""The commands that read scenario files: ``start`` and ``validate``."""

import resource
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click

from sipflow.coordinator.options import StartOptions
from sipflow.coordinator.scenario import Reading, read_scenario
from sipflow.protocol.verdict import COMPLETED, NOT_STARTED


def start_file(file: Path, options: StartOptions, *, json: bool) -> int:
    """Run a scenario file once, show it, and return the exit code."""
    reading = read_scenario(file)
    _print_problems(reading, sys.stderr)
    if reading.scenario is None:
        return NOT_STARTED
    # Only what is going to run pays for what running needs.
    from sipflow.coordinator.console import Console
    from sipflow.coordinator.run import run_scenario
    from sipflow.coordinator.subscribers import Subscriber
    from sipflow.coordinator.subscribers.event_log import EventLog

    _raise_descriptor_limit()
    subscribers: list[Subscriber] = []
    if options.event_log is not None:
        subscribers.append(EventLog(options.event_log))
    console = Console(reading.scenario, json=json)
    subscribers.append(console)
    run = secrets.token_hex(4)
    try:
        verdict = run_scenario(reading.scenario, run, options, subscribers, console.begin)
    finally:
        for subscriber in subscribers:
            subscriber.close()
    console.conclude(verdict)
    return verdict.exit_code


def validate_files(files: Iterable[Path]) -> int:
    """Print every problem of every file; 0 if all could be run, else 2."""
    exit_code = COMPLETED
    for file in files:
        reading = read_scenario(file)
        _print_problems(reading, sys.stdout)
        if reading.scenario is None:
            exit_code = NOT_STARTED
            continue
        instances = len(reading.scenario.instances)
        nodes = sum(len(instance.nodes) for instance in reading.scenario.instances)
        click.echo(f"{file}: ok, {reading.scenario.name}: {instances} instances, {nodes} nodes")
    return exit_code


def _print_problems(reading: Reading, stream: TextIO) -> None:
    for problem in reading.problems:
        click.echo(problem, file=stream)


def _raise_descriptor_limit() -> None:
    """Allow as many descriptors as may be: an instance takes the coordinator a handful."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
