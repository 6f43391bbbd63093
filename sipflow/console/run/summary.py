"""The summary of a run for people: its outcome, and after a failure where and why it failed.

It also shows what the other instances were doing at that moment. Pure. It judges nothing: the
outcome is the verdict's, the state of each instance is the projection's.
"""

from msgspec.structs import replace

from sipflow.projections.instance import IDLE, INTEREST, InstanceProjection, Phase, Stand
from sipflow.projections.run import RunProjection
from sipflow.protocol.events import Reason, RunReason
from sipflow.protocol.verdict import Verdict
from sipflow.text import counted, duration, one_line
from sipflow.wording.run import and_more, doing, failure, open_legs, why

# The end of a big run must stay on a screen of 24 lines: the most lines about other instances, and
# how many of them there may be until those that have nothing left to do are only counted.
_MOST_OTHERS = 12
_ALL_OTHERS = 5
_DIED = ("crashed", "killed")


def summary(verdict: Verdict, projection: RunProjection) -> str:
    """Return the summary of a run: one line or more, without the last line end.

    ``projection``: of the same run, with its scenario, after all events of the run.
    """
    head = f"{verdict.verdict}  {verdict.scenario}  {duration(verdict.duration_s)}"
    if verdict.verdict == "completed":
        return one_line(f"{head}  {', '.join(_numbers(verdict))}")
    culprit = _culprit(verdict, projection)
    width = max((len(known.label) for known in projection.instances.values()), default=0)
    # The cause last: it is the most important, and a terminal shows it above its prompt.
    lines = [head, *_others(verdict, projection, culprit, width)]
    lines += _clean_up(verdict, projection)
    lines += _cause(verdict.reason, culprit, verdict, width)
    return "\n".join(one_line(line) for line in lines)


def _numbers(verdict: Verdict) -> list[str]:
    states = [state for known in verdict.instances.values() for state in known.nodes.values()]
    ran = sum(state != "pending" for state in states)
    failed = states.count("failed")
    nodes = counted(len(states), "node")
    parts = [counted(len(verdict.instances), "instance")]
    if states:
        parts.append(nodes if ran == len(states) else f"{ran} of {nodes}")
    if failed:
        parts.append(f"{failed} failed with a branch for it")
    return parts + _released(verdict) + _lost(verdict)


def _culprit(verdict: Verdict, projection: RunProjection) -> InstanceProjection | None:
    if verdict.verdict != "failed" or verdict.reason is None or verdict.reason.instance is None:
        return None
    return projection.instances.get(verdict.reason.instance)


def _cause(
    reason: RunReason | None, culprit: InstanceProjection | None, verdict: Verdict, width: int
) -> list[str]:
    if reason is None:
        return []
    if culprit is None:
        said = why(reason)
        return [f"  {said}"] if said else []
    stand = _blamed(culprit, reason)
    who = f"  {culprit.label:{width}}  "
    lines = [who + failure(_how(verdict, culprit, stand), stand)]
    if stand.node is not None and stand.node.node is not None:
        lines.append(" " * len(who) + str(stand.node.node.place))
    return lines


def _blamed(culprit: InstanceProjection, reason: RunReason) -> Stand:
    """Return the failed instance's state with the verdict's reason, which events may lack."""
    stand = culprit.frozen or culprit.stand(0.0)
    node = culprit.nodes.get(reason.node) if reason.node is not None else None
    error = Reason(code=reason.code, message=reason.message, local=reason.local)
    return replace(stand, node=node or stand.node, error=error)


def _how(verdict: Verdict, culprit: InstanceProjection, stand: Stand) -> str:
    """Return how the instance ended; killed after its node had failed counts as failed."""
    ended = verdict.instances.get(culprit.id)
    if ended is None or ended.exit not in _DIED:
        return "failed"
    return "failed" if stand.node is not None and stand.node.state == "failed" else ended.exit


def _others(
    verdict: Verdict, projection: RunProjection, culprit: InstanceProjection | None, width: int
) -> list[str]:
    others = [
        (known, known.frozen or known.stand(projection.latest))
        for known in projection.instances.values()
        if known is not culprit
    ]
    left_out: list[Phase] = []
    if len(others) > _ALL_OTHERS:
        left_out = [stand.phase for known, stand in others if _is_idle(verdict, known, stand)]
        others = [other for other in others if not _is_idle(verdict, *other)]
    if len(others) > _MOST_OTHERS:
        others.sort(key=lambda other: INTEREST.index(other[1].phase))
        left_out += [stand.phase for _, stand in others[_MOST_OTHERS:]]
        del others[_MOST_OTHERS:]
    lines = [f"  {known.label:{width}}  {_was(verdict, known, stand)}" for known, stand in others]
    if left_out:
        lines.append(f"  {and_more(left_out)}")
    return lines


def _is_idle(verdict: Verdict, known: InstanceProjection, stand: Stand) -> bool:
    """Return whether an instance needs no line: it had finished, and has no call."""
    return stand.phase in IDLE and not open_legs(stand.legs) and not _how_it_died(verdict, known.id)


def _was(verdict: Verdict, known: InstanceProjection, stand: Stand) -> str:
    died = _how_it_died(verdict, known.id)
    return f"{died}, {doing(stand)}" if died else doing(stand)


def _how_it_died(verdict: Verdict, instance: str) -> str:
    ended = verdict.instances.get(instance)
    return ended.exit if ended is not None and ended.exit in _DIED else ""


def _clean_up(verdict: Verdict, projection: RunProjection) -> list[str]:
    lines = [f"  {text}" for text in _released(verdict) + _lost(verdict)]
    if verdict.cleanup.confirmed:
        return lines
    left = verdict.cleanup.calls_left
    what = "clean-up not confirmed" + (f", {counted(left, 'call')} left" if left else "")
    whose = "; ".join(
        f"{known.label} {legs}"
        for known in projection.instances.values()
        if (legs := open_legs(tuple(known.legs.values())))
    )
    return [*lines, f"  {what}: {whose}" if whose else f"  {what}"]


def _released(verdict: Verdict) -> list[str]:
    released = verdict.cleanup.calls_released
    return [f"{counted(released, 'call')} released by the clean-up"] if released else []


def _lost(verdict: Verdict) -> list[str]:
    lost = verdict.events.lost
    return [f"{counted(lost, 'event')} lost"] if lost else []
