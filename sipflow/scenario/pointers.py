"""JSON Pointers (RFC 6901) for the places of problems within their documents."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Problem
from sipflow.scenario.yaml.tree import Mapping, Scalar, Value
from sipflow.scenario.yaml.tree import Sequence as Items

_ENTRY = re.compile(r"(nodes|edges)\[([0-9]+)\]")


def with_paths(
    problems: Sequence[Problem], documents: Iterable[Value], order: Sequence[str]
) -> tuple[Problem, ...]:
    """Return the problems with their JSON Pointers, where known.

    documents: the documents that were read as YAML
    order: the ids of a drawn graph's nodes, in the order of the file
    """

    @cache
    def places() -> dict[Place, str]:
        found: dict[Place, str] = {}
        for document in documents:
            # Where a key begins at the same place as its mapping, the place means the key.
            found.update(_within(document, ""))
        return found

    nodes = _of_nodes(order)

    def path(place: Place) -> str | None:
        if place.node is None:
            return places().get(place)
        return nodes.get(place.node) or _of_entry(place.node)

    return tuple(replace(one, path=path(one.place)) for one in problems)


def _within(value: Value, path: str) -> Iterator[tuple[Place, str]]:
    yield value.place, path
    match value:
        case Mapping():
            for key, inner in value.pairs:
                own = f"{path}/{key.text.replace('~', '~0').replace('/', '~1')}"
                yield key.place, own
                yield from _within(inner, own)
        case Items():
            for number, inner in enumerate(value.items):
                yield from _within(inner, f"{path}/{number}")
        case Scalar():
            pass


def _of_nodes(order: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    path = ""
    for one in order:
        path = _of_entry(one) or path
        found.setdefault(one, path)
    return found


def _of_entry(position: str) -> str | None:
    entry = _ENTRY.fullmatch(position)
    return None if entry is None else f"/{entry[1]}/{entry[2]}"
