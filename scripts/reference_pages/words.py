"""The page of the scenario language in Markdown: a line for each word, property and key.

What a value may be comes from the JSON Schema, which is made from the types; which example shows
it comes from the examples.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from scripts.reference_pages import plain
from scripts.reference_pages.examples import (
    FILE,
    INSTANCE,
    STEP,
    SUB_FLOW,
    Example,
    Use,
    examples,
    shown_by,
)
from scripts.reference_pages.schemas import Schema
from sipflow.scenario.model.actions import Action, LegAction, word
from sipflow.scenario.schema import json_schema
from sipflow.scenario.vocabulary import (
    Property,
    action_types,
    alternatives,
    dependent,
    main_property,
    other_name_of,
    properties,
    summary,
    words_of,
)
from sipflow.text import listed

HEAD = """\
<!-- Made by scripts/reference from the types in sipflow/protocol and from examples/; change those,
     then run it. -->

# The words of a scenario

Every command, event, property and key of a scenario file: what it takes, what it is where it is
not written, what it means, and which example shows it. [Scenario files](scenario-files.md) says how
they go together.

- [Commands](#commands) and [events](#events), each with its properties
- [Instances](#instances)
- [Files](#files), [sub-flows](#sub-flows) and [steps](#steps)

The second name of a property is the desktop application's; both formats take both, but not at once.
Where no default is given, a property that is not written is not there. Most values of a step may be
[variables](scenario-files.md#variables)."""
STEPS = """\
A step is a word with its properties, or a `goto`, a `Repeat` or a `use`. `id` and `on_failure` may
stand beside each of these but `goto`."""
_PROPERTIES = ("property", "takes", "default", "meaning", "shown by")
_ANY_EVENT_OR_COMMAND = tuple(field.name for field in msgspec.structs.fields(LegAction))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the page: names, what it takes, its default, what it means, and its uses."""

    names: tuple[str, ...]
    takes: str
    default: str
    meaning: str
    uses: tuple[Use, ...] = ()


def page(known: Sequence[Example] | None = None) -> str:
    """Return the page."""
    known = examples() if known is None else known
    return "\n\n".join([HEAD, *_parts(known)]) + "\n"


def unseen(known: Sequence[Example] | None = None) -> list[str]:
    """Return a line for each word, property and key that no example shows."""
    known = examples() if known is None else known
    return [
        f"examples: none shows {name}; write one, or let one that is there use it"
        for name, uses in _wanted().items()
        if shown_by(known, *uses) is None
    ]


def _wanted() -> dict[str, list[Use]]:
    """Return what an example has to show, and the uses of which each shows it.

    A property is shown by any word that has it, and a word by any of its names.
    """
    wanted: dict[str, list[Use]] = {}
    for kind in action_types().values():
        meant = other_name_of(kind) or kind
        wanted.setdefault(f"`{word(meant)}`", []).append((word(kind), ""))
        for one in properties(kind):
            wanted.setdefault(f"the property `{one.name}`", []).append((word(kind), one.name))
    for entry in (*instances(), *file_keys(), *sub_flow_keys(), *step_keys()):
        for owner, name in entry.uses:
            wanted[f"`{name}` of {owner}"] = [(owner, name)]
    return wanted


def _parts(known: Sequence[Example]) -> Iterator[str]:
    for kind in ("command", "event"):
        yield f"## {kind.capitalize()}s"
        yield _table(
            (kind, "what it does" if kind == "command" else "what it waits for", "shown by"),
            ([_linked(one), *_told(one, known)] for one in _types(kind)),
        )
        for one in _types(kind):
            if other_name_of(one) is None:
                yield from _section(one, known)
    yield "## Instances"
    yield _table(
        ("in YAML", "in XYFlow JSON", "takes", "default", "meaning", "shown by"),
        (_instance_row(entry, known) for entry in instances()),
    )
    for title, entries in (
        ("Files", file_keys()),
        ("Sub-flows", sub_flow_keys()),
    ):
        yield f"## {title}"
        yield _table(("key", *_PROPERTIES[1:]), (_row(entry, known) for entry in entries))
    yield "## Steps"
    yield STEPS
    yield _table(
        ("key", "takes", "meaning", "shown by"), (_step_row(entry, known) for entry in step_keys())
    )


def _types(kind: str) -> list[type[Action]]:
    return [action_types()[one] for one in words_of(kind)]


# Words.


def _linked(kind: type[Action]) -> str:
    name = word(kind)
    return f"`{name}`" if other_name_of(kind) else f"[`{name}`](#{name.lower()})"


def _told(kind: type[Action], known: Sequence[Example]) -> tuple[str, str]:
    other = other_name_of(kind)
    if other is None:
        return summary(kind), _example(known, (word(kind), ""))
    return f"Another name of {_linked(other)}.", _example(known, (word(other), ""))


def _section(kind: type[Action], known: Sequence[Example]) -> Iterator[str]:
    yield f"### `{word(kind)}`"
    main = main_property(kind)
    if main is not None:
        yield f"`{word(kind)}: …` is short for `{word(kind)}: {{{main.name}: …}}`."
    yield _table(_PROPERTIES, (_row(entry, known) for entry in _word_entries(kind)))


def _word_entries(kind: type[Action]) -> Iterator[Entry]:
    schemas = _definition(word(kind))["anyOf"][0]["properties"]
    for one in sorted(properties(kind), key=lambda one: _rank(kind, one)):
        schema = schemas[one.name]
        yield Entry(
            one.names,
            plain.takes(schema),
            _needed(kind, one) or plain.default(schema),
            one.description,
            ((word(kind), one.name),),
        )


def _rank(kind: type[Action], one: Property) -> tuple[bool, bool, int]:
    """Return a key that puts what is required first, and what all words have last."""
    names = [field.name for field in msgspec.structs.fields(kind)]
    return not one.required, one.name in _ANY_EVENT_OR_COMMAND, names.index(one.name)


def _needed(kind: type[Action], one: Property) -> str:
    if one.required:
        return "required"
    if one in alternatives(kind):
        return f"{listed([f'`{other.name}`' for other in alternatives(kind)])}, one of them"
    return next((f"only with `{other.name}`" for it, other in dependent(kind) if it == one), "")


# Keys.


def instances() -> list[Entry]:
    """Return the properties of an instance; ``names`` has the one of YAML first, empty if none."""
    inside = _properties(_definition("yaml"))["instances"]["additionalProperties"]
    drawn = _drawn_instance()
    own = [
        Entry(
            (name, *(other for other in drawn if _is_same(drawn[other], schema))),
            plain.takes(schema),
            _default(name, inside),
            schema["description"],
            ((INSTANCE, name),),
        )
        for name, schema in _properties(inside).items()
    ]
    told = {name for entry in own for name in entry.names}
    return own + [
        Entry(("", name), plain.takes(schema), plain.default(schema), schema["description"])
        for name, schema in drawn.items()
        if name not in told
    ]


def file_keys() -> list[Entry]:
    """Return the keys of a scenario file in YAML."""
    return _keys(FILE, _definition("yaml"))


def sub_flow_keys() -> list[Entry]:
    """Return the keys of a file of steps."""
    return _keys(SUB_FLOW, _definition("sub-flow"))


def step_keys() -> list[Entry]:
    """Return the keys of a step that are no words, each once."""
    found: dict[str, Entry] = {}
    for form in _definition("step")["anyOf"]:
        for entry in (*_keys(STEP, form), *_inner_keys(form)):
            if entry.names[0] not in action_types():
                found.setdefault(entry.names[0], entry)
    return list(found.values())


def _inner_keys(form: Schema) -> Iterator[Entry]:
    for schema in form.get("properties", {}).values():
        for inner in schema.get("anyOf", ()):
            yield from _keys(STEP, inner)


def _keys(owner: str, schema: Schema) -> list[Entry]:
    return [
        Entry(
            (name,),
            plain.takes(inner),
            _default(name, schema),
            inner.get("description", ""),
            ((owner, name),),
        )
        for name, inner in schema.get("properties", {}).items()
    ]


def _default(name: str, owner: Schema) -> str:
    return (
        "required" if name in owner.get("required", ()) else plain.default(_properties(owner)[name])
    )


def _drawn_instance() -> dict[str, Schema]:
    """Return what an instance's data may have in XYFlow JSON."""
    return _properties(_definition("instance-data"))


def _is_same(one: Schema, other: Schema) -> bool:
    return bool(one["description"] == other["description"])


def _definition(name: str) -> Schema:
    definitions: Any = json_schema()["$defs"]
    return dict(definitions[name])


def _properties(schema: Schema) -> dict[str, Schema]:
    return dict(schema["properties"])


# Tables.


def _row(entry: Entry, known: Sequence[Example]) -> list[str]:
    names = ", ".join(f"`{name}`" for name in entry.names)
    return [names, entry.takes, entry.default, entry.meaning, _example(known, *entry.uses)]


def _step_row(entry: Entry, known: Sequence[Example]) -> list[str]:
    names, takes, _, *rest = _row(entry, known)
    return [names, takes, *rest]


def _instance_row(entry: Entry, known: Sequence[Example]) -> list[str]:
    yaml, *drawn = entry.names
    rest = _row(entry, known)[1:]
    return [f"`{yaml}`" if yaml else "", ", ".join(f"`{name}`" for name in drawn), *rest]


def _example(known: Sequence[Example], *uses: Use) -> str:
    name = shown_by(known, *uses)
    return "" if name is None else f"[{name.removesuffix('.yaml')}](../examples/{name})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(head), f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
