"""The walk of one instance through its part of the graph. Pure: no clock, no SIP, no sockets.

Law: one node runs at a time. A node goes ``pending → running → completed | failed``; a node that
runs when the walk is broken off ends ``cancelled``. A completed node leads to its success edge, a
failed one to the failure edge for what it failed by; a failed node without one fails the walk.
Start nodes are walked one after another. The graph has no cycle, so every walk ends.

While the walk is paused no node begins and time stands still for the one that runs: it is decided
by what happens, but its time limit passes only after the resumption, later by the length of the
pause. Breaking off needs no resumption.

The walker is given ``now`` and the events on the legs; it returns the outputs in order: commands
for the user agent and events to publish.
"""

from collections import deque
from collections.abc import Mapping

from msgspec import Struct

from sipflow.protocol.events import AnyEvent, Reason
from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import LegAction, NodeAction, legs_of, word
from sipflow.scenario.model.graph import Node
from sipflow.worker.actions import (
    Failed,
    Step,
    Succeeded,
    begin,
    expire,
    first_look,
    look,
    observe,
    time_limit,
)
from sipflow.worker.actions.examination import shown
from sipflow.worker.actions.step import NOTHING_YET
from sipflow.worker.legs.legs import Legs
from sipflow.worker.session.events import InstanceEvents
from sipflow.worker.session.substitution import filled
from sipflow.worker.ua.commands import Order

# How long a call that ran into its time limit may take to end after its CANCEL, in seconds.
# A peer that is there answers a CANCEL at once; two retransmissions fit (RFC 3261 §17.1.2.2).
CANCEL_GRACE = 1.0

Output = Order | AnyEvent


class WalkFailed(Struct, frozen=True):
    """The walk broke off at a node that failed and has no failure edge.

    ``machine``: this host lacked a resource.
    """

    node: str
    reason: Reason
    machine: bool = False


class Walker:
    """Walks one instance's chains; ``finished`` and ``failure`` say how the walk stands.

    ``nodes``: the plan's nodes by id.
    """

    def __init__(
        self,
        plan: InstancePlan,
        nodes: Mapping[str, Node],
        legs: Legs,
        instance_events: InstanceEvents,
    ) -> None:
        self._nodes = nodes
        self._starts = deque(plan.starts)
        self._peers = plan.peers
        self._variables = dict(plan.variables)
        self._legs = legs
        self._instance_events = instance_events
        self._node: Node | None = None
        self._action: NodeAction | None = None
        self._leg: str | None = None
        self._next: tuple[Node, str] | None = None
        self._deadline = self._limit = 0.0
        self._expired = False
        self._paused_at: float | None = None
        self._broken_off = False
        self.failure: WalkFailed | None = None

    @property
    def finished(self) -> bool:
        """Whether every chain has been walked to its end."""
        idle = self._node is None and self._next is None and not self._starts
        return idle and self.failure is None and not self._broken_off

    def next_timer(self) -> float | None:
        """Return when the running node's time limit passes, None if none runs or it is paused."""
        stands = self._node is None or self._paused_at is not None
        return None if stands else self._deadline

    def advance(self, now: float) -> list[Output]:
        """Advance the walk as far as the events so far and the time allow."""
        outputs: list[Output] = []
        while self._node is not None or self._choose_next():
            fresh = self._node is None
            step = self._begin(now, outputs) if fresh else self._look(now)
            if step is NOTHING_YET and not fresh:
                break
            self._carry(step, now, outputs)
            if step.outcome is None and not fresh:
                break
        return outputs

    def pause(self, now: float) -> None:
        """Begin no node from now on; a walk that is paused already stays so."""
        if self._paused_at is None:
            self._paused_at = now

    def resume(self, now: float) -> None:
        """End the pause; the running node keeps the time that it had left when the pause began."""
        if self._paused_at is not None:
            self._deadline += now - self._paused_at
            self._limit += now - self._paused_at
            self._paused_at = None

    def break_off(self, now: float, cause: str) -> list[Output]:
        """Abort the walk; the running node ends ``cancelled``."""
        self._broken_off = True
        self._starts.clear()
        self._next = None
        node, self._node = self._node, None
        if node is None:
            return []
        return [self._instance_events.node(now, cause, node.id, ("running", "cancelled"))]

    def _choose_next(self) -> bool:
        if self._paused_at is not None:
            return False
        if self._next is None and self._starts:
            self._next = (self._nodes[self._starts.popleft()], "go")
        return self._next is not None

    def _begin(self, now: float, outputs: list[Output]) -> Step:
        assert self._next is not None
        (node, cause), self._next = self._next, None
        action = filled(node, self._variables) if node.late else node.action
        self._node = node
        self._leg = next(iter(legs_of(node.action)), None)
        self._expired = False
        outputs.append(self._instance_events.node(now, cause, node.id, ("pending", "running")))
        if isinstance(action, Failed):
            return Step(action)
        self._action = action
        self._deadline = now + first_look(action, self._legs)
        self._limit = now + time_limit(action)
        return begin(action, self._legs, self._peers)

    def _look(self, now: float) -> Step:
        action = self._action
        assert action is not None
        if self._expired:
            gone = isinstance(action, LegAction) and not self._legs.in_use(action.leg)
            return expire(action, self._legs) if gone or self._is_due(now) else NOTHING_YET
        step = observe(action, self._legs)
        if step.outcome is not None or not self._is_due(now):
            return step
        if now < self._limit:
            self._deadline = self._limit
            return look(action, self._legs)
        step = expire(action, self._legs)
        if step.outcome is None:
            self._expired = True
            self._deadline = now + CANCEL_GRACE
        return step

    def _is_due(self, now: float) -> bool:
        return self._paused_at is None and now >= self._deadline

    def _carry(self, step: Step, now: float, outputs: list[Output]) -> None:
        node = self._node
        assert node is not None
        where = (node.id, self._leg)
        if step.log is not None:
            outputs.append(self._instance_events.log(now, word(node.action), step.log, where=where))
        if step.figures is not None:
            outputs.append(
                self._instance_events.figures(
                    now, word(node.action), node.id, self._leg or "", step.figures
                )
            )
        outputs += step.orders
        for name, value in step.captured:
            self._variables[name] = value
            outputs.append(
                self._instance_events.log(now, "capture", f"{name} is {shown(value)}", where=where)
            )
        match step.outcome:
            case Succeeded(cause=cause, warning=warning):
                if warning is not None:
                    outputs.append(
                        self._instance_events.log(now, cause, warning, where=where, level="warning")
                    )
                outputs.append(
                    self._instance_events.node(now, cause, node.id, ("running", "completed"))
                )
                self._follow(node.success, f"{node.id} completed")
            case Failed():
                outputs += self._fail(node, step.outcome, now)
            case None:
                pass

    def _fail(self, node: Node, outcome: Failed, now: float) -> list[Output]:
        reason = Reason(code=outcome.code, message=outcome.message, local=outcome.local)
        failed = self._instance_events.node(
            now, outcome.cause, node.id, ("running", "failed"), reason
        )
        branch = node.after_failure(outcome.code, outcome.cause)
        if branch is not None:
            self._follow(branch, f"{node.id} failed")
            return [failed]
        self._node = None
        self._starts.clear()
        self.failure = WalkFailed(node.id, reason, outcome.machine)
        return [failed, self._instance_events.error(now, outcome.cause, node.id, reason)]

    def _follow(self, successor: str | None, cause: str) -> None:
        self._node = None
        if successor is not None:
            self._next = (self._nodes[successor], cause)
