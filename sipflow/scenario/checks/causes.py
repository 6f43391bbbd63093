"""Warns of failure branches for ``timeout`` at nodes that cannot fail at their time limit."""

from collections.abc import Mapping

from sipflow.scenario.checks.edges import Links
from sipflow.scenario.checks.node import Checked
from sipflow.scenario.model.actions import Timeout, word
from sipflow.scenario.model.causes import TIMEOUT
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph
from sipflow.text import shown


def check_causes(
    raw: RawGraph, links: Links, actions: Mapping[str, Checked], report: Report
) -> None:
    """Warn of ``timeout`` branches at nodes that succeed at their time limit."""
    nodes = {node.id: node for node in raw.nodes}
    for edge in links.valid:
        checked = actions.get(edge.source)
        if edge.branch != "failure" or edge.cause != TIMEOUT or checked is None:
            continue
        why = _never(checked)
        if why is not None:
            report.warning(
                nodes[edge.source].place,
                "branch-never-taken",
                f"its failure branch for {shown(TIMEOUT)} is never taken: {why}",
                "take it out, or name a cause that it can fail with",
            )


def _never(checked: Checked) -> str | None:
    """Return why a node cannot fail at its time limit, None if it can."""
    if checked.kind is None:
        return None
    if issubclass(checked.kind, Timeout):
        return f"{word(checked.kind)} succeeds at its time limit"
    if checked.fields.get("must_not") is True:
        return f"a {word(checked.kind)} that must not happen succeeds at its time limit"
    return None
