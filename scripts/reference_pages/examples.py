"""What the files under ``examples/`` show: which words and keys each of them uses.

Of several that use something, that one shows it whose uses are the most common: nothing stands
there that needs an explanation of its own. A sub-flow shows what no scenario does.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sipflow.scenario.problems import Report
from sipflow.scenario.vocabulary import action_types, by_name, main_property
from sipflow.scenario.yaml import tree as yaml_tree
from sipflow.scenario.yaml.blocks import REPEAT
from sipflow.scenario.yaml.composer import compose
from sipflow.scenario.yaml.tree import Mapping, Value

FOLDER = Path(__file__).parents[2] / "examples"
FILE, SUB_FLOW, INSTANCE, STEP = "a file", "a sub-flow", "an instance", "a step"
_LISTS = ("steps", "on_failure")

# Whose it is, and its name: ("a step", "goto"), ("MakeCall", "to"), and of a word ("MakeCall", "").
Use = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A file by its name under the folder, and what it uses."""

    name: str
    uses: frozenset[Use]


def examples(folder: Path = FOLDER) -> list[Example]:
    """Return the examples of a folder and of those in it, the plainest one first."""
    found = [
        Example(path.relative_to(folder).as_posix(), frozenset(uses(_document(path))))
        for path in folder.glob("**/*.yaml")
    ]
    users = Counter(use for one in found for use in one.uses)
    return sorted(found, key=lambda one: _strangeness(one, users))


def _strangeness(example: Example, users: Counter[Use]) -> tuple[bool, int, int, str]:
    rarest = min((users[use] for use in example.uses), default=0)
    is_part = any(owner == SUB_FLOW for owner, _ in example.uses)
    return is_part, -rarest, len(example.uses), example.name


def shown_by(known: Sequence[Example], *uses: Use) -> str | None:
    """Return the name of the first example that has one of some uses."""
    return next((one.name for one in known if not one.uses.isdisjoint(uses)), None)


def uses(document: Mapping) -> Iterator[Use]:
    """Yield what a document uses, the same thing perhaps several times."""
    owner = SUB_FLOW if document.get("steps") is not None else FILE
    for key, _ in document.pairs:
        yield owner, key.text
    for _, instance in _pairs(document.get("instances")):
        for key, _ in _pairs(instance):
            yield INSTANCE, key.text
    for _, flow in _pairs(document.get("flow")):
        yield from _in_steps(flow)
    yield from _in_steps(document.get("steps"))


def _in_steps(steps: Value | None) -> Iterator[Use]:
    for step in steps.items if isinstance(steps, yaml_tree.Sequence) else ():
        if isinstance(step, yaml_tree.Scalar):
            yield str(step.value), ""
        for key, value in _pairs(step):
            yield from (
                _in_word(key.text, value)
                if key.text in action_types()
                else _at_step(key.text, value)
            )


def _at_step(key: str, value: Value) -> Iterator[Use]:
    yield STEP, key
    if key in _LISTS:
        yield from _in_steps(value)
    if key == REPEAT:
        for inner, content in _pairs(value):
            yield from _at_step(inner.text, content)


def _in_word(word: str, value: Value) -> Iterator[Use]:
    yield word, ""
    kind = action_types()[word]
    main = main_property(kind)
    if isinstance(value, yaml_tree.Scalar) and value.value is not None and main is not None:
        yield word, main.name
    for key, _ in _pairs(value):
        if key.text in by_name(kind):
            yield word, by_name(kind)[key.text].name


def _pairs(value: Value | None) -> tuple[tuple[yaml_tree.Key, Value], ...]:
    return value.pairs if isinstance(value, Mapping) else ()


def _document(path: Path) -> Mapping:
    document = compose(path.read_text(encoding="utf-8"), path.name, Report())
    assert isinstance(document, Mapping), f"{path} is no scenario"
    return document
