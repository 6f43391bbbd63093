"""The command ``load``: from its arguments to a plan, everything checked before anything starts."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sipflow.coordinator.load import criterion
from sipflow.coordinator.load.data_file import read_rows
from sipflow.coordinator.load.machine import read_machine
from sipflow.coordinator.load.profile_options import profile
from sipflow.coordinator.load.rows import Handout, Rows, check_apart
from sipflow.coordinator.load.scrape_address import scrape_address
from sipflow.coordinator.load.size import size, size_text
from sipflow.coordinator.load.targets import Permission, check_targets
from sipflow.coordinator.options import LoadOptions
from sipflow.coordinator.outputs import check_load
from sipflow.coordinator.scenario import Given, name_of, read_scenario
from sipflow.coordinator.settings import check_known
from sipflow.coordinator.start import (
    close_all,
    instance_logs,
    print_problems,
    raise_descriptor_limit,
)
from sipflow.errors import UsageError
from sipflow.protocol.scenario import Scenario
from sipflow.protocol.verdict import NOT_STARTED

if TYPE_CHECKING:
    from sipflow.coordinator.load.play import LoadPlan
    from sipflow.coordinator.subscribers import Subscriber

MOST_RESTARTS = 10_000


def load_file(file: Path, options: LoadOptions, *, json: bool) -> int:
    """Load with a scenario file, show how it goes, and return the exit code."""
    rows = read_rows(options.data) if options.data is not None else None
    given = Given(
        options.variables, os.environ, frozenset(rows.columns) if rows is not None else frozenset()
    )
    if rows is not None and options.data is not None:
        check_apart(rows.columns, name_of(options.data), options.variables)
    reading = read_scenario(file, given, options.allow_path)
    print_problems(reading, sys.stderr)
    check_known([reading])
    if reading.scenario is None:
        return NOT_STARTED
    check_load(file, reading, options)
    plan = _plan(reading.scenario, name_of(file), options, rows)
    return _play(plan, options, json=json)


def _plan(scenario: Scenario, file: str, options: LoadOptions, rows: Rows | None) -> "LoadPlan":
    from sipflow.coordinator.load.play import LoadPlan

    asked = profile(options, len(rows.rows) if rows is not None else None)
    criteria = tuple(criterion.parse(text) for text in options.fail_if)
    permission = Permission(options.targets, options.own_target)
    ceiling = check_targets(scenario, permission, asked, rows)
    raise_descriptor_limit()
    large = size(scenario, asked, read_machine(options.base_port), options.workers)
    return LoadPlan(
        scenario=scenario,
        file=file,
        profile=asked,
        size=large,
        criteria=criteria,
        handout=Handout(scenario, rows) if rows is not None else None,
        ceiling=ceiling,
        text=size_text(large, asked),
    )


def _play(plan: "LoadPlan", options: LoadOptions, *, json: bool) -> int:
    from sipflow.coordinator.load.play import play_load
    from sipflow.coordinator.load_console import LoadConsole
    from sipflow.coordinator.load_keys import Keys

    keys = Keys(sys.stdin)
    console = LoadConsole(
        plan.scenario, options, json=json, has_keys=keys.has_terminal, profile=plan.profile
    )
    closed: list[Subscriber] = [console]
    try:
        others, said = _others(options)
        closed = [*others, console]
        play_load(replace(plan, text=(*plan.text, *said)), options, console, others, keys)
    finally:
        failure = close_all(closed)
    if failure is not None:
        console.obstruct(str(failure))
    return console.report()


def _others(options: LoadOptions) -> "tuple[list[Subscriber], tuple[str, ...]]":
    """Return who else gets all events, and what to say of them.

    Raises ``UsageError`` where one cannot be written to.
    """
    from sipflow.coordinator.subscribers.event_log import EventLog
    from sipflow.coordinator.subscribers.load_csv import LoadCsv

    others: list[Subscriber] = []
    said: tuple[str, ...] = ()
    try:
        if options.event_log is not None:
            others.append(EventLog(options.event_log))
        if options.csv is not None:
            others.append(LoadCsv(options.csv))
        if options.log_directory is not None:
            others.append(instance_logs(options))
        if options.prometheus is not None:
            from sipflow.coordinator.subscribers.load_prometheus import LoadPrometheus

            scraped = LoadPrometheus(*scrape_address(options.prometheus))
            others.append(scraped)
            said = (f"metrics {scraped.url}",)
    except UsageError:
        for other in others:
            other.close()
        raise
    return others, said
