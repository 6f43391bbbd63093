"""Pieces of scenario files for the tests of their reading, and what is said about them."""

import json

from sipflow.scenario.model.graph import Node, Scenario
from sipflow.scenario.problems import Problem, Reading
from sipflow.scenario.reader import read_text
from sipflow.scenario.vocabulary import words_of
from sipflow.text import listed

TWO = 'instances: {alice: {number: "100"}, bob: {number: "200"}}\nflow:\n'
ALICE_DOES = TWO + "  alice:\n"
# What a message about an unknown word says of those that there are.
ALL_COMMANDS = listed(words_of("command"), "and")
ALL_EVENTS = listed(words_of("event"), "and")


def read_yaml(text: str) -> Reading:
    """Read a YAML text as a file called ``call.yaml``."""
    return read_text(text.encode(), "call.yaml")


def read_json(value: object) -> Reading:
    """Read a value's JSON as a file called ``call.json``."""
    return read_text(json.dumps(value).encode(), "call.json")


def lines(reading: Reading) -> list[str]:
    """Return the problems as they are printed."""
    return [str(problem) for problem in reading.problems]


def coded(reading: Reading) -> list[str]:
    """Return where the problems are, and their codes: ``call.yaml:4:7: error: unknown-word``."""
    return [brief(problem) for problem in reading.problems]


def brief(problem: Problem) -> str:
    """Return where a problem is, and its code."""
    return f"{problem.place}: {problem.severity}: {problem.code}"


def scenario(reading: Reading) -> Scenario:
    """Return the scenario of a file that has no problem at all."""
    assert lines(reading) == []
    assert reading.scenario is not None
    return reading.scenario


def nodes(reading: Reading) -> dict[str, Node]:
    """Return the nodes of a file without problems by their ids."""
    return {node.id: node for one in scenario(reading).instances for node in one.nodes}


def instance(id: str = "i", **data: object) -> dict[str, object]:
    """Return an instance's node, called A with the number 100 unless told otherwise."""
    return {"id": id, "type": "sipInstance", "data": {"label": "A", "dn": "100", **data}}


def command(id: str = "a", word: object = "MakeCall", **data: object) -> dict[str, object]:
    """Return a command's node."""
    return {"id": id, "type": "command", "data": {"command": word, **data}}


def event(id: str = "e", word: object = "INCOMING", **data: object) -> dict[str, object]:
    """Return an event's node."""
    return {"id": id, "type": "event", "data": {"event": word, **data}}


def edge(source: object, target: object, **more: object) -> dict[str, object]:
    """Return an edge."""
    return {"source": source, "target": target, **more}


ALICE = instance()
BOB = instance("j", label="B", dn="200")
CALL = command(targetUri="200")
