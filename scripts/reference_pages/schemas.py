"""The public messages and their JSON Schemas, as the types give them.

How they look in a document is decided elsewhere.
"""

import inspect
from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from sipflow.protocol.events import AnyEvent
from sipflow.protocol.load_result import LoadResult
from sipflow.protocol.replay import AnyAnswer as AnyReplay
from sipflow.protocol.requests import Answer, Request
from sipflow.protocol.verdict import NotStarted, Verdict

Schema = dict[str, Any]
Kind = type[msgspec.Struct]

EVENTS: tuple[Kind, ...] = get_args(AnyEvent)
REPLAYS: tuple[Kind, ...] = get_args(AnyReplay)
REQUESTS: tuple[Kind, ...] = get_args(Request)
ANSWERS: tuple[Kind, ...] = get_args(Answer)
VERDICTS: tuple[Kind, ...] = (Verdict, NotStarted)
LOAD_RESULTS: tuple[Kind, ...] = (LoadResult,)

ANY_EVENT = "AnyEvent"
_REF = "#/components/schemas/"


def tag(kind: Kind) -> str:
    """Return what a message says it is; of one that does not say it, the type's name."""
    return str(kind.__struct_config__.tag or kind.__name__)


def tag_field(kind: Kind) -> str | None:
    """Return the key under which a message says what it is, if it does."""
    return kind.__struct_config__.tag_field


def reference(name: str) -> Schema:
    """Return a pointer to a schema."""
    return {"$ref": f"{_REF}{name}"}


def referred(schema: Schema) -> str | None:
    """Return the name of the schema that this one points to, if it does."""
    target = schema.get("$ref")
    return target.removeprefix(_REF) if isinstance(target, str) else None


def schemas(kinds: Iterable[Kind]) -> dict[str, Schema]:
    """Return the schemas of messages and of all that is in them, by the names of the types."""
    kinds = tuple(kinds)
    _, components = msgspec.json.schema_components(kinds, ref_template=f"{_REF}{{name}}")
    for kind in kinds:
        key = tag_field(kind)
        if key is not None:
            components[kind.__name__]["properties"][key]["description"] = "which message it is"
    if "Replay" in components:
        _say_what_is_replayed(components)
    return {name: _readable(schema) for name, schema in components.items()}


def _say_what_is_replayed(components: dict[str, Schema]) -> None:
    """Fill in what the type leaves open: it takes events over as bytes."""
    components["Replay"]["properties"]["events"]["items"] = reference(ANY_EVENT)
    components[ANY_EVENT] = {
        "title": ANY_EVENT,
        "description": "One event of any type.",
        "oneOf": [reference(kind.__name__) for kind in EVENTS],
    }


def _readable(value: Any) -> Any:
    """Return a schema with its descriptions in Markdown instead of a docstring's markup."""
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: inspect.cleandoc(item).replace("``", "`")
        if key == "description" and isinstance(item, str)
        else _readable(item)
        for key, item in value.items()
    }
