"""The events that a worker publishes: numbered and stamped here, sent elsewhere.

Owns ``seq``: from 1, no holes. Reads no clock: an event's time is the turn's ``now`` moved to Unix
time by a fixed offset, so that a run's events never go back when the clock is set.
"""

from sipflow.media.stream_stats import MediaFigures
from sipflow.protocol.events import (
    ActionLog,
    ErrorRaised,
    LegState,
    Level,
    MediaReport,
    MediaState,
    NodeState,
    NodeStateName,
    Reason,
    Refusal,
    local_cause,
)
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.ua.events import MediaNegotiated, MessageRefused


class InstanceEvents:
    """Makes the events of one instance in one run."""

    def __init__(self, run: str, instance: str, wall_offset: float) -> None:
        self._run = run
        self._instance = instance
        self._wall_offset = wall_offset
        self.last_seq = 0

    def node(
        self,
        now: float,
        cause: str,
        node: str,
        change: tuple[NodeStateName, NodeStateName],
        reason: Reason | None = None,
    ) -> NodeState:
        """Return the event of a node that went from ``change[0]`` to ``change[1]``."""
        return NodeState(
            run=self._run,
            instance=self._instance,
            seq=self._next_seq(),
            ts=now + self._wall_offset,
            cause=cause,
            node=node,
            previous=change[0],
            new=change[1],
            reason=reason,
        )

    def log(
        self,
        now: float,
        cause: str,
        message: str,
        *,
        where: tuple[str | None, str | None] = (None, None),
        level: Level = "info",
    ) -> ActionLog:
        """Return an entry of the action log; ``where`` is the node and the leg it is about."""
        return ActionLog(
            run=self._run,
            instance=self._instance,
            seq=self._next_seq(),
            ts=now + self._wall_offset,
            cause=cause,
            message=message,
            level=level,
            node=where[0],
            leg=where[1],
        )

    def error(self, now: float, cause: str, node: str | None, reason: Reason) -> ErrorRaised:
        """Return the event of a failure that aborts the run."""
        return ErrorRaised(
            run=self._run,
            instance=self._instance,
            seq=self._next_seq(),
            ts=now + self._wall_offset,
            cause=cause,
            node=node,
            code=reason.code,
            message=reason.message,
            local=reason.local,
        )

    def leg(self, now: float, cause: str, dialog: Dialog, previous: str | None) -> LegState:
        """Return the event of a leg whose dialog is in a new state."""
        direction = dialog.media.direction
        return LegState(
            run=self._run,
            instance=self._instance,
            seq=self._next_seq(),
            ts=now + self._wall_offset,
            cause=cause,
            leg=dialog.leg or "",
            previous=previous,
            new=dialog.state.value,
            code=dialog.code,
            message=dialog.reason,
            local=local_cause(dialog.code, dialog.reason),
            peer=dialog.peer,
            direction=None if direction is None else direction.value,
            codec=dialog.media.codec or None,
        )

    def media(self, now: float, dialog: Dialog, negotiated: MediaNegotiated) -> MediaState:
        """Return the event of a leg whose media were renegotiated."""
        media = negotiated.media
        return MediaState(
            run=self._run,
            instance=self._instance,
            seq=self._next_seq(),
            ts=now + self._wall_offset,
            cause="offer received" if negotiated.by == "remote" else "offer sent",
            leg=dialog.leg or "",
            direction=media.direction.value,
            by=negotiated.by,
            held=dialog.media.held,
            codec=media.codec or None,
        )

    def figures(
        self, now: float, cause: str, node: str, leg: str, found: tuple[MediaFigures, float | None]
    ) -> MediaReport:
        """Return the event of a leg's received media: the figures and their window."""
        figures, window = found
        return MediaReport(
            run=self._run,
            instance=self._instance,
            seq=self._next_seq(),
            ts=now + self._wall_offset,
            cause=cause,
            node=node,
            leg=leg,
            window=window,
            packets=figures.packets,
            lost=figures.lost,
            loss=round(figures.loss, 2),
            discarded=figures.discarded,
            duplicated=figures.duplicated,
            jitter_ms=round(figures.jitter, 3),
            delay_ms=round(figures.delay, 1),
            mos=_rounded(figures.mos, 2),
            codec=figures.codec,
            direction=figures.direction,
            level_dbov=_rounded(figures.level, 1),
            tone_hz=_rounded(figures.tone, 1),
        )

    def refused(self, now: float, refused: MessageRefused) -> Refusal:
        """Return the event of a message that the user agent itself refused or dropped."""
        return Refusal(
            run=self._run,
            instance=self._instance,
            seq=self._next_seq(),
            ts=now + self._wall_offset,
            cause=refused.cause,
            peer=refused.peer,
            method=refused.method,
            code=refused.code,
            message=refused.message,
        )

    def _next_seq(self) -> int:
        self.last_seq += 1
        return self.last_seq


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
