"""Finds cycles of a directed graph: one for each strongly connected component.

Tarjan's strongly connected components (SIAM Journal on Computing 1, 1972), without recursion.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence


def cycles(following: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return a shortest cycle through the first node of each component, in the order of nodes.

    ``following`` has every node as a key. A node that leads to itself is a cycle of one.
    """
    position = {node: index for index, node in enumerate(following)}
    found = []
    for component in _components(following):
        first = min(component, key=position.__getitem__)
        if len(component) > 1 or first in following[first]:
            found.append(_round(first, set(component), following))
    return sorted(found, key=lambda cycle: position[cycle[0]])


def _components(following: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    search = _Search(following)
    for node in following:
        if node not in search.number:
            yield from search.components(node)


class _Search:
    """Tarjan's depth-first search; ``low`` is the earliest node that a node leads back to."""

    def __init__(self, following: Mapping[str, Sequence[str]]) -> None:
        self.number: dict[str, int] = {}
        self._following = following
        self._low: dict[str, int] = {}
        self._open: list[str] = []
        self._is_open: set[str] = set()

    def components(self, root: str) -> Iterator[list[str]]:
        path = [(root, iter(self._enter(root)))]
        while path:
            node, targets = path[-1]
            target = next(targets, None)
            if target is None:
                path.pop()
                if path:
                    parent = path[-1][0]
                    self._low[parent] = min(self._low[parent], self._low[node])
                if self._low[node] == self.number[node]:
                    yield self._close(node)
            elif target not in self.number:
                path.append((target, iter(self._enter(target))))
            elif target in self._is_open:
                self._low[node] = min(self._low[node], self.number[target])

    def _enter(self, node: str) -> Sequence[str]:
        self.number[node] = self._low[node] = len(self.number)
        self._open.append(node)
        self._is_open.add(node)
        return self._following[node]

    def _close(self, root: str) -> list[str]:
        component: list[str] = []
        while not component or component[-1] != root:
            component.append(self._open.pop())
        self._is_open.difference_update(component)
        return component


def _round(first: str, knot: set[str], following: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the shortest path from a node of a component to itself, by breadth-first search."""
    before: dict[str, str] = {}
    pending = deque([first])
    while first not in before:
        node = pending.popleft()
        for target in following[node]:
            if target in knot and target not in before:
                before[target] = node
                pending.append(target)
    way = [before[first]]
    while way[-1] != first:
        way.append(before[way[-1]])
    return way[::-1]
