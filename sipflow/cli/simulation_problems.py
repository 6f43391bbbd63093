"""What ``validate --simulate`` adds to the problems of a file: how its simulation went."""

from collections.abc import Iterator

from msgspec.structs import replace

from sipflow.coordinator.job_queue import Job
from sipflow.coordinator.options import BASE_PORT
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import COMPLETED
from sipflow.scenario.model.graph import Place, Scenario
from sipflow.scenario.problems import Problem, Reading
from sipflow.simulation.batch import simulate
from sipflow.simulation.limits import NOT_SIMULATED, unknown, warning

REAL_RUN = "a real run, with start, decides it"


def simulated(reading: Reading, file: str) -> Reading:
    """Return a reading with the problems that the simulation of its scenario finds.

    A scenario that does not complete is none that could be run, unless it failed for what a
    simulation cannot know: that is a warning.
    """
    scenario = reading.scenario
    if scenario is None:
        return reading
    verdict = simulate(Job(0, file, scenario), BASE_PORT)
    found = list(_warnings(scenario))
    if verdict.exit_code != COMPLETED:
        found.append(
            _failure(scenario, verdict.reason or RunReason(message="it does not complete"))
        )
    failed = any(problem.severity == "error" for problem in found)
    return replace(
        reading, problems=(*reading.problems, *found), scenario=None if failed else scenario
    )


def _warnings(scenario: Scenario) -> Iterator[Problem]:
    for node, what in unknown(scenario):
        yield Problem(node.place, "warning", "not-simulated", warning(node, what), REAL_RUN)


def _failure(scenario: Scenario, reason: RunReason) -> Problem:
    place = _place(scenario, reason)
    code = "" if reason.code is None else f"{reason.code} "
    if NOT_SIMULATED in reason.message or reason.node in {one.id for one, _ in unknown(scenario)}:
        return Problem(place, "warning", "not-simulated", reason.message, REAL_RUN)
    where = reason.node or reason.instance or "the scenario"
    message = f"the simulation fails at {where}: {code}{reason.message}"
    right = "give the step a failure branch, or change what leads to it"
    return Problem(place, "error", "simulation-failed", message, right)


def _place(scenario: Scenario, reason: RunReason) -> Place:
    for instance in scenario.instances:
        if instance.id == reason.instance:
            return next(
                (node.place for node in instance.nodes if node.id == reason.node), instance.place
            )
    return scenario.instances[0].place
