"""The page of the messages in Markdown: sections of messages, a table of keys for each."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scripts.reference_pages.schemas import (
    ANSWERS,
    ANY_EVENT,
    EVENTS,
    LOAD_RESULTS,
    REPLAYS,
    REQUESTS,
    VERDICTS,
    Kind,
    Schema,
    referred,
    schemas,
    tag,
    tag_field,
)
from sipflow.protocol.events import WIRE_VERSION

HEAD = f"""\
<!-- Made by scripts/reference from the types in sipflow/protocol; change those, then run it. -->

# Messages

Every public message of sipflow, key by key; the wire format has version {WIRE_VERSION}. The page
[Events](events.md) says how to read them, [asyncapi.json](asyncapi.json) says the same for
programs, as an AsyncAPI document with JSON Schemas.

A message is one map with string keys. sipflow writes every key; a reader takes the default for one
that is missing, ignores keys that it does not know and skips types that it does not know. New keys
always have a default, and a type's name is never used again for something else.

- [Events](#events)
- [Catching up](#catching-up)
- [Requests](#requests) and [answers](#answers)
- [The verdict](#the-verdict)
- [The result of a load](#the-result-of-a-load)"""


@dataclass(frozen=True, slots=True)
class Section:
    """Messages that belong together."""

    title: str
    text: str
    kinds: tuple[Kind, ...]


SECTIONS = (
    Section(
        "Events",
        "On the topic `<run>.<instance>.<type>`, dots inside an id written `_`. Every event has:",
        EVENTS,
    ),
    Section(
        "Catching up",
        """\
To subscribe to the topic `replay/<run>/<g>/<nonce>` is to ask for a run's events from the number
`<g>` on, or with an empty `<run>` for the runs that there are. `<nonce>` is up to 64 characters
without a slash that the subscriber has not used yet. One message comes back on this very topic,
with a piece of what there is; the next piece is asked for with the next subscription. Who gets none
within a second asks again. Every such message has:""",
        REPLAYS,
    ),
    Section(
        "Requests",
        """\
What a REQ socket sends that is connected to `ipc://<directory>/requests`. The directory has the id
of the run for a name and is below `$XDG_RUNTIME_DIR/sipflow`, or below `/tmp/sipflow-<uid>` where
there is no such. One msgpack map in one frame; each is answered once. Every request has:""",
        REQUESTS,
    ),
    Section("Answers", "What comes back on the REQ socket. Every answer has:", ANSWERS),
    Section(
        "The verdict",
        """\
What `start --json` prints: a JSON object that is the outcome of a run, or in its place one that
says why there was none.""",
        VERDICTS,
    ),
    Section(
        "The result of a load",
        """\
What `load --json` prints: one JSON object. Its `latency_ms` has a key for each of `srd`, `sdd`,
`rrd` (RFC 6076's session request, session disconnect and registration request delays), `answer`
(from an INVITE to its 2xx) and `run` (a whole run that completed, from when it was due), measured
or not; those in the events of a load have only what was measured.""",
        LOAD_RESULTS,
    ),
)


def page() -> str:
    """Return the page."""
    told: set[str] = set()
    return "\n\n".join([HEAD, *(part for at in SECTIONS for part in parts(at, told))]) + "\n"


def parts(section: Section, told: set[str]) -> Iterator[str]:
    """Yield the parts of a section; ``told`` are the structures that the page already has."""
    known = schemas(section.kinds)
    own = [known[kind.__name__] for kind in section.kinds]
    common = common_keys(section.kinds, own)
    yield f"## {section.title}"
    yield section.text
    if common:
        yield table(with_all_tags(own, section.kinds), common)
    for kind, schema in zip(section.kinds, own, strict=True):
        yield from entry(f"`{tag(kind)}`", schema, common)
    mine = {kind.__name__ for kind in section.kinds}
    for name in inner(own, known):
        if name not in told | mine:
            told.add(name)
            yield from entry(name, known[name])


def entry(title: str, schema: Schema, common: Iterable[str] = ()) -> Iterator[str]:
    """Yield the parts of one message or structure; its keys without those that all have."""
    keys = [key for key in schema["properties"] if key not in common]
    yield f"### {title}"
    yield schema["description"]
    if keys:
        yield table(schema, keys)


def common_keys(kinds: tuple[Kind, ...], own: list[Schema]) -> list[str]:
    """Return the keys that all of the tagged messages have; none if they are not tagged."""
    if any(tag_field(kind) is None for kind in kinds):
        return []
    return [key for key in own[0]["properties"] if all(key in it["properties"] for it in own)]


def with_all_tags(own: list[Schema], kinds: tuple[Kind, ...]) -> Schema:
    """Return the first of the schemas, its tag any of all tags."""
    key = tag_field(kinds[0])
    tags = {**own[0]["properties"].get(key, {}), "enum": [tag(kind) for kind in kinds]}
    return {**own[0], "properties": {**own[0]["properties"], key: tags}}


def inner(own: list[Schema], known: dict[str, Schema]) -> Iterator[str]:
    """Yield the names of the structures that are in these messages, each where it is first met."""
    for schema in own:
        for name in mentioned(schema["properties"]):
            if "properties" in known[name]:
                yield name
                yield from inner([known[name]], known)


def mentioned(value: Any) -> Iterator[str]:
    """Yield the names of the schemas that are pointed to anywhere in a value."""
    if isinstance(value, list):
        for item in value:
            yield from mentioned(item)
    elif isinstance(value, dict):
        name = referred(value)
        if name is not None:
            yield name
        for item in value.values():
            yield from mentioned(item)


def table(schema: Schema, keys: Iterable[str]) -> str:
    """Return the table of some keys of a schema."""
    head = ("| key | type | default | meaning |", "|---|---|---|---|")
    return "\n".join([*head, *(row(key, schema) for key in keys)])


def row(key: str, schema: Schema) -> str:
    """Return the row of one key."""
    it = schema["properties"][key]
    cells = (f"`{key}`", type_of(it), default(key, schema), it.get("description", ""))
    return f"| {' | '.join(cells)} |"


def default(key: str, schema: Schema) -> str:
    """Return what a key is when it is missing, if it may be."""
    if key in schema["required"]:
        return "required"
    it = schema["properties"][key]
    return f"`{json.dumps(it['default'])}`" if "default" in it else "each of its keys' own"


def type_of(schema: Schema) -> str:
    """Return the type of a value in words."""
    name = referred(schema)
    if name is not None:
        return "[event](#events)" if name == ANY_EVENT else f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "array":
        return f"list of {type_of(schema['items'])}"
    if schema["type"] == "object":
        return f"map to {type_of(schema['additionalProperties'])}"
    return str(schema["type"])
