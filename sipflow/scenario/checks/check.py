"""Checks a raw graph and makes a scenario of it, independently of the file's format.

No check stops at the first problem; problems that only follow from a reported one are skipped.
"""

from collections.abc import Mapping
from typing import cast

from sipflow.scenario.checks.accounts import check_accounts, check_registrars
from sipflow.scenario.checks.audio_files import AudioFiles
from sipflow.scenario.checks.causes import check_causes
from sipflow.scenario.checks.chains import check_cycles, check_reach
from sipflow.scenario.checks.deferred_names import RuntimeNames
from sipflow.scenario.checks.digits import check_digits
from sipflow.scenario.checks.edges import Links, check_edges, check_owners
from sipflow.scenario.checks.files import check_files
from sipflow.scenario.checks.instances import check_instances, directory
from sipflow.scenario.checks.legs import check_legs
from sipflow.scenario.checks.node import Checked, check_node
from sipflow.scenario.checks.reach import check_reach_of
from sipflow.scenario.checks.variables import check_scopes, fill_numbers
from sipflow.scenario.model.actions import NodeAction
from sipflow.scenario.model.causes import ELSE
from sipflow.scenario.model.graph import Instance, Node, Scenario
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawNode
from sipflow.scenario.vocabulary import properties

# The targets of the edges of one node, by their branch and cause.
Branches = dict[tuple[str, str], str]


def check(raw: RawGraph, report: Report, files: AudioFiles | None = None) -> Scenario | None:
    """Return the scenario, or None if any error was reported, here or by the reader before.

    ``files``: the lookup of audio files; without it they are not checked.
    """
    late = RuntimeNames(raw)
    raw = fill_numbers(raw, late, report)
    check_scopes(raw, late, report)
    instances = check_accounts(raw, check_instances(raw, report), late, report)
    actions = {
        node.id: check_node(node, raw.format, report, late.of_node(node)) for node in raw.nodes
    }
    _check_targets(raw, actions, report)
    if raw.scope.given.mode == "local":
        check_reach_of(raw, instances, actions, report)
    check_digits(raw, actions, report)
    if files is not None:
        check_files(raw, actions, files, report)
    check_owners(raw, report)
    links = check_edges(raw, report)
    check_causes(raw, links, actions, report)
    check_cycles(raw, links, report)
    check_reach(raw, links, report)
    check_legs(raw, links, actions, report)
    check_registrars(raw, links.owners, actions, report)
    return None if report.has_errors else _scenario(raw, instances, actions, links)


def _check_targets(raw: RawGraph, actions: Mapping[str, Checked], report: Report) -> None:
    reachable = directory(raw)
    for node in raw.nodes:
        checked = actions[node.id]
        for property in properties(checked.kind) if checked.kind is not None else ():
            target = checked.fields.get(property.name)
            is_late = any(one.property == property.name for one in checked.late)
            if property.is_target and isinstance(target, str) and not is_late:
                place = checked.places[property.name]
                reachable.check(target, place, report, property.name in checked.secret)


def _scenario(
    raw: RawGraph,
    instances: tuple[Instance, ...],
    actions: Mapping[str, Checked],
    links: Links,
) -> Scenario:
    starts: dict[str, list[str]] = {}
    branches: dict[str, Branches] = {}
    for edge in links.valid:
        if edge.branch == "start":
            starts.setdefault(edge.source, []).append(edge.target)
        else:
            branches.setdefault(edge.source, {})[edge.branch, edge.cause] = edge.target
    nodes: dict[str, list[Node]] = {}
    for node in raw.nodes:
        owner = links.owners.get(node.id)
        # A node that names no instance and is reached from none belongs to no instance, so there is
        # none to report its state. The warning says that no instance reaches it.
        if owner is not None:
            leading = branches.get(node.id, {})
            nodes.setdefault(owner, []).append(_node(node, owner, actions[node.id], leading))
    return Scenario(
        name=raw.name,
        file=raw.file,
        instances=tuple(
            Instance(
                id=instance.id,
                name=instance.name,
                number=instance.number,
                place=instance.place,
                on_refer=instance.on_refer,
                starts=tuple(starts.get(instance.id, ())),
                nodes=tuple(nodes.get(instance.id, ())),
                signalling=instance.signalling,
                codecs=instance.codecs,
                account=instance.account,
            )
            for instance in instances
        ),
    )


def _node(node: RawNode, owner: str, checked: Checked, branches: Branches) -> Node:
    kind = checked.kind
    assert kind is not None, "a node without a type is an error that was reported"
    return Node(
        id=node.id,
        instance=owner,
        action=cast(NodeAction, kind(**checked.fields)),  # type: ignore[arg-type]
        place=node.place,
        success=branches.get(("success", ELSE)),
        failure=branches.get(("failure", ELSE)),
        failures={
            cause: target
            for (branch, cause), target in branches.items()
            if branch == "failure" and cause != ELSE
        },
        late=checked.late,
    )
