"""Checks the keys of a mapping: a misspelt one is reported, and read as the key that is meant.

So its value is checked, too.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from sipflow.scenario.problems import Report
from sipflow.scenario.yaml.tree import Mapping
from sipflow.text import listed, shown


def check_keys(mapping: Mapping, known: Iterable[str], what: str, report: Report) -> Mapping:
    """Report every unknown key of ``what``; return the mapping with misspelt keys corrected."""
    known = tuple(known)
    own = [name for name in known if name != what]
    for key, _ in mapping.pairs:
        if key.text not in known:
            near = report.near(key.text, known)
            report.error(
                key.place,
                "unknown-key",
                f"{what} has no key {shown(key.text)}",
                f"did you mean {near}?" if near else f"its keys are {listed(own, 'and')}",
            )
    return with_meant_keys(mapping, known, report)


def with_meant_keys(
    mapping: Mapping, known: Iterable[str], report: Report, but: Iterable[str] = ()
) -> Mapping:
    """Return a mapping with misspelt keys corrected; reports nothing.

    A key that is present already keeps its value. ``but``: keys that are correct as they are.
    """
    known, right = tuple(known), {*known, *but}
    missing = set(known) - {key.text for key, _ in mapping.pairs}
    pairs = []
    for key, value in mapping.pairs:
        near = None if key.text in right else report.near(key.text, known)
        if near in missing:
            missing.discard(near)
            key = replace(key, text=near)  # noqa: PLW2901
        pairs.append((key, value))
    return replace(mapping, pairs=tuple(pairs))
