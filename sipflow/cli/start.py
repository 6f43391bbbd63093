"""The commands that read scenario files: ``start`` and ``validate``."""

import os
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec.structs import replace

from sipflow import output
from sipflow.cli.scenario_files import Found, read_file, scenario_files
from sipflow.cli.variables import check_known
from sipflow.coordinator.job_queue import Job
from sipflow.coordinator.options import SharedOptions, StartOptions
from sipflow.errors import Mistakes, SipflowError, UsageError
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import COMPLETED, NOT_STARTED, NotStarted
from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import name_of, read_scenario
from sipflow.scenario.variables.scope import Given

if TYPE_CHECKING:
    from sipflow.protocol.subscriber import BatchView, Subscriber


def start_files(
    files: Sequence[Path], options: StartOptions, *, json: bool, mistakes: Mistakes | None = None
) -> int:
    """Run scenario files, each once, show their progress, and return one exit code.

    A folder stands for the scenarios in it, and is a suite even if it has only one.
    ``mistakes``: the usage errors found so far.
    """
    mistakes = Mistakes() if mistakes is None else mistakes
    found = _found(files, sys.stderr)
    with mistakes:
        _check_mode(options)
    check_listening(options, mistakes)
    if not found.is_one:
        return _start_several(found.files, options, mistakes, json=json)
    given = Given(options.variables, os.environ)
    reading = read_scenario(files[0], given, options.allow_path)
    print_problems(reading, sys.stderr)
    with mistakes:
        check_known([reading])
    if reading.scenario is None:
        mistakes.raise_all()
        return NOT_STARTED
    # Imported only here: ``validate`` and refused files do not need it.
    from sipflow.cli.output_files import check_start
    from sipflow.console.run.view import Console

    with mistakes:
        check_start([(files[0], reading)], options)
    mistakes.raise_all()
    console = Console(reading.scenario, json=json, plain=options.is_plain, verbose=options.verbose)
    return _run([Job(0, name_of(files[0]), reading.scenario)], options, console)


def _check_mode(options: StartOptions) -> None:
    """Refuse options that need processes or sockets, where the mode has none."""
    given = {
        "--events": options.events,
        "--control": options.control,
        "--keys": options.keys,
        "--log-dir": options.log_directory,
    }
    useless = [name for name, value in given.items() if value is not None]
    if options.mode == "mock" and useless:
        raise UsageError(
            f"--mode mock has no processes and no sockets: leave out {', '.join(useless)}",
            code="conflicting-options",
        )


def check_listening(options: SharedOptions, mistakes: Mistakes) -> None:
    """Check the keys and endpoints of a command before any socket or file is opened."""
    if any(one is not None for one in (options.keys, options.events, options.control)):
        from sipflow.coordinator import resources

        with mistakes:
            resources.check_listening(options)


def _start_several(
    files: Sequence[Path], options: StartOptions, mistakes: Mistakes, *, json: bool
) -> int:
    from sipflow.cli.output_files import check_start
    from sipflow.console.suite.view import SuiteConsole
    from sipflow.text import counted

    jobs: list[Job] = []
    refused: list[tuple[int, NotStarted]] = []
    given = Given(options.variables, os.environ)
    readings = [read_file(file, given, options.allow_path) for file in files]
    with mistakes:
        check_known(readings)
    for index, (file, reading) in enumerate(zip(files, readings, strict=True)):
        if reading.scenario is not None:
            print_problems(reading, sys.stderr)
            jobs.append(Job(index, name_of(file), reading.scenario))
        else:
            problems = tuple(map(str, reading.problems))
            why = counted(len(problems), "problem")
            refused.append((index, _not_started(name_of(file), why, NOT_STARTED, problems)))
    if refused and options.fail_fast:
        why = "not reached: another file cannot be run, and --fail-fast was given"
        refused += [(job.index, _not_started(job.file, why, COMPLETED)) for job in jobs]
        jobs.clear()
    options = replace(options, logs_by_run=True)
    with mistakes:
        check_start(list(zip(files, readings, strict=True)), options)
    mistakes.raise_all()
    console = SuiteConsole(
        [name_of(file) for file in files],
        json=json,
        plain=options.is_plain,
        verbose=options.verbose,
    )
    return _run(jobs, options, console, refused)


def _not_started(file: str, why: str, exit_code: int, problems: tuple[str, ...] = ()) -> NotStarted:
    reason = RunReason(message=why)
    return NotStarted(file=file, reason=reason, problems=problems, exit_code=exit_code)


def _run(
    jobs: list[Job],
    options: StartOptions,
    view: "BatchView",
    refused: Sequence[tuple[int, NotStarted]] = (),
) -> int:
    from sipflow.reports.event_log import EventLog

    is_simulated = options.mode == "mock"
    if jobs and not is_simulated:
        check_resources(jobs, options)
    log: list[Subscriber] = []
    if jobs and options.event_log is not None:
        log.append(EventLog(options.event_log))
    if jobs and options.log_directory is not None:
        log.append(instance_logs(options))
    try:
        for index, entry in refused:
            view.not_started(index, entry)
        if jobs and is_simulated:
            from sipflow.simulation.batch import simulate_batch

            simulate_batch(jobs, options, view, log)
        elif jobs:
            from sipflow.coordinator.batch import run_batch

            run_batch(jobs, options, view, log)
        else:
            view.conclude()
    finally:
        failure = close_all([*log, view])
    if failure is not None:
        view.obstruct(str(failure))
    return view.report()


def instance_logs(options: SharedOptions) -> "Subscriber":
    """Return the subscriber that writes the logs of ``--log-dir``; creates the folder."""
    from sipflow.coordinator.runtime_directory import kept_log, make_log_directory
    from sipflow.reports.instance_logs import InstanceLogs

    assert options.log_directory is not None
    make_log_directory(options.log_directory)
    return InstanceLogs(lambda run, instance: kept_log(options.logs_of(run) or Path(), instance, 0))


def close_all(subscribers: "Sequence[Subscriber]") -> SipflowError | None:
    """Close all subscribers, also after one fails; return the first failure."""
    failure: SipflowError | None = None
    for subscriber in subscribers:
        try:
            subscriber.close()
        except SipflowError as error:
            failure = failure or error
    return failure


def validate_files(
    files: Sequence[Path],
    variables: Mapping[str, str] | None = None,
    allowed: Sequence[Path] = (),
    mistakes: Mistakes | None = None,
    *,
    json: bool = False,
    simulate: bool = False,
) -> int:
    """Print every problem of every file; return 0 if all can be run, else 2.

    mistakes: the usage errors found so far
    json: print one JSON array
    simulate: also play each scenario in virtual time, and report one that does not complete
    """
    from sipflow.text import counted

    mistakes = Mistakes() if mistakes is None else mistakes
    exit_code = COMPLETED
    given = Given(variables or {}, os.environ)
    readings: list[Reading] = []
    for file in _found(files, sys.stderr).files:
        reading = read_file(file, given, allowed)
        if simulate:
            from sipflow.cli.simulation_problems import simulated

            reading = simulated(reading, name_of(file))
        readings.append(reading)
        if not json:
            print_problems(reading, sys.stdout)
        if reading.scenario is None:
            exit_code = NOT_STARTED
        if json or reading.scenario is None:
            continue
        instances = len(reading.scenario.instances)
        nodes = sum(len(instance.nodes) for instance in reading.scenario.instances)
        output.print_line(
            f"{name_of(file)}: ok, {reading.scenario.name}: "
            f"{counted(instances, 'instance')}, {counted(nodes, 'node')}"
        )
    with mistakes:
        check_known(readings)
    if json:
        from sipflow.cli.problem_list import problem_list

        output.print_line(problem_list(readings, mistakes.errors))
    mistakes.raise_all()
    return exit_code


def _found(files: Sequence[Path], stream: TextIO) -> Found:
    found = scenario_files(files)
    for note in found.notes:
        _print(note, stream)
    return found


def print_problems(reading: Reading, stream: TextIO) -> None:
    """Print the problems of a file, one per line.

    Raises ``OutputError`` if standard output cannot be written.
    """
    for problem in reading.problems:
        _print(str(problem), stream)


def _print(text: str, stream: TextIO) -> None:
    if stream is sys.stdout:
        output.print_line(text)
    else:
        output.write(text, stream)


def check_resources(jobs: Sequence[Job], options: StartOptions) -> None:
    """Raise ``ResourceError`` if the machine does not have the resources that the runs need."""
    from sipflow.cli.start_size import check_size
    from sipflow.coordinator.load.plan.machine import read_machine

    raise_descriptor_limit()
    instances = [len(job.scenario.instances) for job in jobs]
    check_size(instances, options.jobs, read_machine(options.base_port))


def raise_descriptor_limit() -> None:
    """Raise the descriptor limit as far as allowed: each instance costs the coordinator some."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
