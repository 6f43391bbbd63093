"""The keys of a mapping against those that it may have: a misspelt one is read as what is meant.

So what stands behind it is checked in the same go.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from sipflow.scenario.problems import Report
from sipflow.scenario.yaml.tree import Mapping
from sipflow.text import listed, shown


def check_keys(mapping: Mapping, known: Iterable[str], what: str, report: Report) -> Mapping:
    """Report every key that ``what`` does not have; return the mapping with those that are meant.

    A key that is called as ``what`` is, is not listed among those that there are.
    """
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
    """Return a mapping with the keys that its misspelt ones are meant to be; reports nothing.

    A key that is there already has its own value. ``but``: keys that are right as they are.
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
