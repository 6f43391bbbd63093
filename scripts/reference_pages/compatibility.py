"""What the published document has promised to readers of the wire, and what new types break of it.

Without a new ``WIRE_VERSION`` a message or a key stays, and a key that was not always there never
becomes one that must be: readers of today understand yesterday's messages, and the other way round.
"""

from dataclasses import dataclass

from scripts.reference_pages.schemas import Schema, referred

WIRE_VERSION_KEY = "x-wire-version"


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of a message, and those of them that must be there."""

    keys: frozenset[str]
    required: frozenset[str]


def broken_promises(published: Schema, current: Schema) -> list[str]:
    """Return a line for each promise of one document that another one breaks."""
    if published["info"][WIRE_VERSION_KEY] != current["info"][WIRE_VERSION_KEY]:
        return []
    was, now = shapes(published), shapes(current)
    return [
        f"{name}: {problem}; raise WIRE_VERSION in sipflow/protocol/events.py, or take that back"
        for name in was
        for problem in _differences(was[name], now.get(name))
    ]


def shapes(document: Schema) -> dict[str, Shape]:
    """Return the shape of every message by its tag, and of what is in messages by its name."""
    components = document["components"]
    names = {referred(message["payload"]): tag for tag, message in components["messages"].items()}
    return {
        names.get(name, name): Shape(
            frozenset(schema["properties"]), frozenset(schema.get("required", ()))
        )
        for name, schema in components["schemas"].items()
        if "properties" in schema
    }


def _differences(was: Shape, now: Shape | None) -> list[str]:
    if now is None:
        return ["is gone"]
    gone = sorted(was.keys - now.keys)
    demanded = sorted(now.required - was.required)
    return [f"`{key}` is gone" for key in gone] + [f"`{key}` has no default" for key in demanded]
