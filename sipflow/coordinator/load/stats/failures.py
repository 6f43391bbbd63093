"""The failures of a load, grouped by kind. Pure.

Failures are of one kind if instance, node, status code, message and local cause are the same. Words
in these that have a digit in them count as the same word: ports, durations, addresses and ids
differ from run to run and say nothing about why. The group shows its first run's, as they were.
"""

import re

from msgspec import Struct

from sipflow.protocol.events import RunReason
from sipflow.protocol.load_result import FailureGroup

# The most kinds. One run of each is kept with all of its events, and more would not be read. The
# limit also bounds the memory if a peer sends a new reason phrase for every call.
MOST_GROUPS = 50
OTHERS = "other failures"

_DIGIT = re.compile(r"\d")

_Kind = tuple[str | None, str | None, int | None, str, str]


class _Group(Struct):
    first: RunReason
    run: str
    count: int = 1


class Failures:
    """Counts failed runs by kind, with a greatest number of kinds."""

    def __init__(self, most: int = MOST_GROUPS) -> None:
        self._most = most
        self._groups: dict[_Kind, _Group] = {}
        self._others = 0

    def add(self, reason: RunReason, run: str) -> bool:
        """Count a run that failed; return whether it is the example of its kind: the first one."""
        texts = (_alike(reason.message), _alike(reason.local or ""))
        kind = (reason.instance, reason.node, reason.code, *texts)
        group = self._groups.get(kind)
        if group is not None:
            group.count += 1
            return False
        if len(self._groups) == self._most:
            self._others += 1
            return False
        self._groups[kind] = _Group(reason, run)
        return True

    def groups(self) -> tuple[FailureGroup, ...]:
        """Return the groups, the most frequent first; the last may be all further kinds."""
        found = sorted(self._groups.values(), key=lambda group: -group.count)
        others = (_group(self._others, RunReason(message=OTHERS), ""),) if self._others else ()
        return (*(_group(group.count, group.first, group.run) for group in found), *others)


def _alike(message: str) -> str:
    return " ".join("#" if _DIGIT.search(word) else word for word in message.split())


def _group(count: int, reason: RunReason, example: str) -> FailureGroup:
    return FailureGroup(
        count=count,
        instance=reason.instance,
        node=reason.node,
        code=reason.code,
        message=reason.message,
        local=reason.local,
        example=example,
    )
