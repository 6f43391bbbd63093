"""Scenarios for the tests of the simulation, read as the command line reads them."""

from pathlib import Path

from sipflow.coordinator.job_queue import Job
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.reader import read_scenario
from sipflow.scenario.variables.scope import Given

EXAMPLES = Path(__file__).parents[2] / "examples"
HEAD = """
name: a call
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
"""


def scenario(path: Path, **variables: str) -> Scenario:
    """Read a file."""
    reading = read_scenario(path, Given(variables, {"SECRET": "confidential"}), ())
    assert reading.scenario is not None, reading.problems
    return reading.scenario


def job(folder: Path, flow: str, head: str = HEAD) -> Job:
    """Write a scenario with a flow into a folder, and read it."""
    path = folder / "call.yaml"
    path.write_text(head + flow, encoding="utf-8")
    return Job(0, path.name, scenario(path))
