"""Scenario files: text to a checked ``Scenario``, or all that is wrong with it."""

from sipflow.coordinator.scenario.problem import Problem, Reading
from sipflow.coordinator.scenario.reading import name_of, read_scenario, read_text
from sipflow.coordinator.scenario.schema import json_schema
from sipflow.coordinator.scenario.scope import Given

__all__ = ["Given", "Problem", "Reading", "json_schema", "name_of", "read_scenario", "read_text"]
