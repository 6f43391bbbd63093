"""The target policy: limits calls of a load to targets outside its scenario. Pure.

A load can overload systems whose owners did not agree to it. So every target outside the scenario
must be named with ``--target``, and targets on other hosts are called at a low rate unless the user
owns them (``--i-own-the-target``). A target captured from a message cannot be checked beforehand,
so it is refused unless the user owns the targets.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct

from sipflow.coordinator.load.plan.profile import Profile
from sipflow.coordinator.load.plan.rows import MOST_SAID, Rows
from sipflow.coordinator.load.plan.target_address import Address, Named, address_of, named_address
from sipflow.errors import Mistakes, UsageError
from sipflow.protocol.masking import mask_of
from sipflow.scenario.model.actions import BlindTransfer, MakeCall, Response, SendMessage, Variable
from sipflow.scenario.model.graph import Node, Scenario
from sipflow.scenario.variables.run_variables import RUN
from sipflow.sip.uri import LOCAL_HOST
from sipflow.text import shown

# Enough to try a load against a server of others, and too little to harm it.
CEILING_RATE = 10.0
CEILING_AT_ONCE = 50
# Placeholders for the run's own variables, whose targets are known without their values. This port
# is never written in a scenario, so a URI of this host with it leads to an instance.
_ANY_RUN = "0"
_OWN_PORT = "00001"

Parts = tuple[str | Variable, ...]


class RateCap(Struct, frozen=True):
    """The limits of a load because of its targets: runs per second, and concurrent runs."""

    rate: float = CEILING_RATE
    at_once: int = CEILING_AT_ONCE


class AllowedTargets(Struct, frozen=True):
    """The targets that the user allows: ``named`` by ``--target``; ``own``: the user owns them."""

    named: tuple[str, ...] = ()
    own: bool = False


def check_targets(
    scenario: Scenario,
    permission: AllowedTargets,
    profile: Profile | None,
    rows: Rows | None = None,
) -> RateCap | None:
    """Return the rate cap of the load, None if there is none.

    Raises ``UsageError`` for targets that are not named, each host once, and a profile beyond the
    cap. ``profile``: None if it is not known.
    """
    guard = TargetPolicy(scenario, permission)
    mistakes = Mistakes()
    remote: Address | None = None
    seen: set[str] = set()
    unnamed: dict[str, UsageError] = {}
    for node, target in _targets(scenario, rows, permission, mistakes):
        if target in seen:
            continue
        seen.add(target)
        try:
            remote = guard.judge(target, node.id) or remote
        except UsageError as error:
            unnamed.setdefault(_place(target), error)
    for one in islice(unnamed.values(), MOST_SAID):
        with mistakes:
            raise one
    is_free = remote is None or permission.own
    with mistakes:
        if remote is not None and profile is not None and not is_free:
            _check_ceiling(remote, profile)
    mistakes.raise_all()
    return None if is_free else RateCap()


class TargetPolicy:
    """Checks targets one by one, as they become known."""

    def __init__(self, scenario: Scenario, permission: AllowedTargets) -> None:
        self._own = {instance.number for instance in scenario.instances}
        self._own |= {instance.name for instance in scenario.instances}
        self._mask = mask_of(scenario.secrets)
        mistakes = Mistakes()
        named: list[Named] = []
        for one in permission.named:
            with mistakes:
                named.append(named_address(one))
        mistakes.raise_all()
        self._named = tuple(named)

    def judge(self, target: str, node: str) -> Address | None:
        """Return where a target is if that is not this host; raises ``UsageError`` unless named."""
        if target in self._own:
            return None
        found = address_of(target)
        if found is None:  # no number, no name, no SIP URI: it cannot be called
            return None
        if found.is_loopback and found.written == _OWN_PORT:
            return None
        if not any(one.covers(found) for one in self._named):
            masked = target if self._mask is None else self._mask.text(target)
            address = shown(found.whole if found.devious else found.short)
            right = address if masked == target else "with its host"
            raise UsageError(
                f"node {node} calls {shown(masked)}, which is no instance of the scenario; "
                f"if its owner agrees to the load, name it: --target {right}",
                code="unnamed-target",
            )
        return None if found.is_loopback else found


def _place(target: str) -> str:
    """Return the part of a target to name with ``--target``, so that one message is enough."""
    address = address_of(target)
    return target if address is None or address.devious else address.short


def _check_ceiling(remote: Address, profile: Profile) -> None:
    own = "if it is yours to load, say so with --i-own-the-target"
    mistakes = Mistakes()
    with mistakes:
        if profile.peak is not None and profile.peak > CEILING_RATE:
            raise UsageError(
                f"{remote.short} is not on this host, so at most {CEILING_RATE:g} runs a second "
                f"are started, not {profile.peak:g}; {own}",
                code="too-much-load",
            )
    with mistakes:
        if profile.concurrency is not None and profile.concurrency > CEILING_AT_ONCE:
            raise UsageError(
                f"{remote.short} is not on this host, so at most {CEILING_AT_ONCE} runs go on at "
                f"once, not {profile.concurrency}; {own}",
                code="too-much-load",
            )
    mistakes.raise_all()


def _targets(
    scenario: Scenario, rows: Rows | None, permission: AllowedTargets, mistakes: Mistakes
) -> Iterator[tuple[Node, str]]:
    """Yield every target of a node; a target from data rows is yielded once per distinct text."""
    known = _known(scenario)
    for node in (node for instance in scenario.instances for node in instance.nodes):
        parts = _parts(node)
        texts: Iterable[str] = ()
        with mistakes:
            if parts is not None:
                texts = _texts(node, parts, known, rows, permission)
        for text in texts:
            yield node, text


def _parts(node: Node) -> Parts | None:
    """Return the template of a node's target, None if the node has no target."""
    match node.action:
        case MakeCall() | SendMessage():
            return _property(node, "to")
        case Response():
            return _property(node, "contact")
        case BlindTransfer():
            host = _property(node, "host")
            if host is None:
                return _property(node, "to")
            return ("sip:", *(_property(node, "user") or ()), "@", *host)
        case _:
            return None


def _property(node: Node, name: str) -> Parts | None:
    for late in node.late:
        if late.property == name:
            return late.parts
    value: str | None = getattr(node.action, name)
    return None if value is None else (value,)


def _texts(
    node: Node,
    parts: Parts,
    known: Mapping[str, str],
    rows: Rows | None,
    permission: AllowedTargets,
) -> Iterable[str]:
    names = {part.name for part in parts if isinstance(part, Variable)}
    columns = rows.columns if rows is not None else ()
    _check_known(node, names, {*known, *columns}, permission)
    wanted = [(name, columns.index(name)) for name in columns if name in names]
    if rows is None or not wanted:
        return (_joined(parts, known),)
    values = dict.fromkeys(tuple(row[index] for _, index in wanted) for row in rows.rows)
    order = [name for name, _ in wanted]
    return (_joined(parts, {**known, **dict(zip(order, one, strict=True))}) for one in values)


def _check_known(
    node: Node, names: Collection[str], known: Collection[str], permission: AllowedTargets
) -> None:
    for name in sorted(names):
        if name not in known and not permission.own:
            raise UsageError(
                f"node {node.id} calls the target captured as {shown(name)}, which cannot be "
                "checked beforehand; name a target, or say with --i-own-the-target that all are "
                "yours",
                code="unnamed-target",
            )


def _joined(parts: Parts, known: Mapping[str, str]) -> str:
    """Return a target as text; a captured value is replaced by text that cannot be called."""
    return "".join(part if isinstance(part, str) else known.get(part.name, "\0") for part in parts)


def _known(scenario: Scenario) -> dict[str, str]:
    """Return placeholder values of the run's own variables, which lead to its own instances."""
    known = {RUN: _ANY_RUN}
    for place in ("name", "id"):
        for instance in scenario.instances:
            own = f"instance.{instance.name if place == 'name' else instance.id}."
            known |= {
                f"{own}name": instance.name,
                f"{own}number": instance.number,
                f"{own}host": LOCAL_HOST,
                f"{own}port": _OWN_PORT,
                f"{own}uri": instance.number,
            }
    return known
