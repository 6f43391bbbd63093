"""The command ``load``: makes a plan of its arguments, all checked before anything starts."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sipflow.cli.output_files import check_load
from sipflow.cli.start import (
    check_listening,
    close_all,
    instance_logs,
    print_problems,
    raise_descriptor_limit,
)
from sipflow.cli.variables import check_known
from sipflow.coordinator.load.plan.data_file import read_rows
from sipflow.coordinator.load.plan.machine import read_machine
from sipflow.coordinator.load.plan.options import profile as profile_of
from sipflow.coordinator.load.plan.profile import Profile
from sipflow.coordinator.load.plan.rows import RowFeeder, Rows, check_apart
from sipflow.coordinator.load.plan.size import check_workers, size, size_text
from sipflow.coordinator.load.plan.target_address import named_address
from sipflow.coordinator.load.plan.targets import AllowedTargets, RateCap, check_targets
from sipflow.coordinator.load.stats import thresholds
from sipflow.coordinator.options import LoadOptions
from sipflow.errors import Mistakes, UsageError
from sipflow.protocol.verdict import NOT_STARTED
from sipflow.reports.scrape_address import scrape_address
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.reader import name_of, read_scenario
from sipflow.scenario.variables.scope import Given

if TYPE_CHECKING:
    from sipflow.coordinator.load.load import LoadPlan
    from sipflow.protocol.subscriber import Subscriber

MOST_RESTARTS = 10_000


def load_file(
    file: Path, options: LoadOptions, *, json: bool, mistakes: Mistakes | None = None
) -> int:
    """Run a load with a scenario file, show its progress, and return the exit code.

    ``mistakes``: the usage errors found so far.
    """
    mistakes = Mistakes() if mistakes is None else mistakes
    asked = _asked(options, mistakes)
    check_listening(options, mistakes)
    rows = asked.rows
    given = Given(
        options.variables, os.environ, frozenset(rows.columns) if rows is not None else frozenset()
    )
    reading = read_scenario(file, given, options.allow_path)
    if options.data is not None and rows is None:
        # A name in the options may be defined in the file that could not be read.
        known = [one for one in reading.problems if one.code != "unknown-variable"]
        reading = replace(reading, problems=tuple(known))
    print_problems(reading, sys.stderr)
    with mistakes:
        check_known([reading])
    if reading.scenario is None:
        mistakes.raise_all()
        return NOT_STARTED
    with mistakes:
        check_load(file, reading, options)
    plan = _plan(reading.scenario, name_of(file), options, asked, mistakes)
    return _play(plan, options, json=json)


class _Asked(Struct, frozen=True):
    """The parsed options: each part that is not None is valid."""

    rows: Rows | None
    profile: Profile | None
    criteria: tuple[thresholds.Threshold, ...]


def _asked(options: LoadOptions, mistakes: Mistakes) -> _Asked:
    rows: Rows | None = None
    profile: Profile | None = None
    criteria: list[thresholds.Threshold] = []
    with mistakes:
        rows = read_rows(options.data) if options.data is not None else None
    with mistakes:
        if rows is not None and options.data is not None:
            check_apart(rows.columns, name_of(options.data), options.variables)
    with mistakes:
        profile = profile_of(options, len(rows.rows) if rows is not None else None)
    for text in options.fail_if:
        with mistakes:
            criteria.append(thresholds.parse(text))
    for target in options.targets:
        with mistakes:
            named_address(target)
    with mistakes:
        if options.prometheus is not None:
            scrape_address(options.prometheus)
    return _Asked(rows, profile, tuple(criteria))


def _plan(
    scenario: Scenario, file: str, options: LoadOptions, asked: _Asked, mistakes: Mistakes
) -> "LoadPlan":
    from sipflow.coordinator.load.load import LoadPlan

    permission = AllowedTargets(options.targets, options.own_target)
    ceiling: RateCap | None = None
    with mistakes:
        ceiling = check_targets(scenario, permission, asked.profile, asked.rows)
    with mistakes:
        check_workers(scenario, options.workers)
    mistakes.raise_all()
    assert asked.profile is not None, "else there is a mistake"
    raise_descriptor_limit()
    large = size(scenario, asked.profile, read_machine(options.base_port), options.workers)
    return LoadPlan(
        scenario=scenario,
        file=file,
        profile=asked.profile,
        size=large,
        criteria=asked.criteria,
        feeder=RowFeeder(scenario, asked.rows) if asked.rows is not None else None,
        ceiling=ceiling,
        text=size_text(large, asked.profile),
    )


def _play(plan: "LoadPlan", options: LoadOptions, *, json: bool) -> int:
    from sipflow.console.keyboard import Keys
    from sipflow.console.load.view import LoadConsole
    from sipflow.coordinator.load.load import play_load

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
    """Return the subscribers for the report files, and the lines that announce them.

    Raises ``UsageError`` if a file cannot be written.
    """
    from sipflow.reports.event_log import EventLog
    from sipflow.reports.load_csv import LoadCsv

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
            from sipflow.reports.prometheus_server import LoadPrometheus

            scraped = LoadPrometheus(*scrape_address(options.prometheus))
            others.append(scraped)
            said = (f"metrics {scraped.url}",)
    except UsageError:
        for other in others:
            other.close()
        raise
    return others, said
