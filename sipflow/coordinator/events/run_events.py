"""The coordinator's own events: of the run, its clean-up, and workers that exited. Pure.

Owns the coordinator's ``seq``. Events on behalf of an exited worker continue that worker's
numbering, which is not used any more.
"""

from sipflow.protocol.events import (
    ActionLog,
    CleanUpState,
    ErrorRaised,
    NodeState,
    Reason,
    RunReason,
    ScenarioState,
    ScenarioStateName,
)
from sipflow.scenario.model.graph import COORDINATOR


class RunEvents:
    """Makes the coordinator's events of one run; ``ts`` is Unix time in seconds everywhere."""

    def __init__(self, run: str, scenario: str) -> None:
        self._run = run
        self._scenario = scenario
        self._seq = 0
        self.state: ScenarioStateName | None = None

    def scenario_state(
        self, ts: float, cause: str, new: ScenarioStateName, reason: RunReason | None = None
    ) -> ScenarioState:
        """Return the event of the run's new state."""
        previous, self.state = self.state, new
        return ScenarioState(
            run=self._run,
            instance=COORDINATOR,
            seq=self._next_seq(),
            ts=ts,
            cause=cause,
            scenario=self._scenario,
            previous=previous,
            new=new,
            reason=reason,
        )

    def warning(self, ts: float, cause: str, message: str) -> ActionLog:
        """Return the event of a warning that no node caused."""
        return ActionLog(
            run=self._run,
            instance=COORDINATOR,
            seq=self._next_seq(),
            ts=ts,
            cause=cause,
            message=message,
            level="warning",
        )

    def clean_up_started(self, ts: float, cause: str) -> CleanUpState:
        """Return the event of the clean-up's beginning."""
        return CleanUpState(
            run=self._run,
            instance=COORDINATOR,
            seq=self._next_seq(),
            ts=ts,
            cause=cause,
            phase="started",
        )

    def clean_up_finished(self, ts: float, released: int, left: int) -> CleanUpState:
        """Return the event of the clean-up's end: all workers exited, all ports checked."""
        return CleanUpState(
            run=self._run,
            instance=COORDINATOR,
            seq=self._next_seq(),
            ts=ts,
            cause="workers ended",
            phase="finished",
            calls_released=released,
            calls_left=left,
        )

    def death(
        self, ts: float, who: tuple[str, int], how: str, node: str | None, last_words: str
    ) -> list[NodeState | ErrorRaised | ActionLog]:
        """Return the events for a worker that exited unexpectedly.

        ``who``: its instance and the number of its last event.
        ``node``: the node that was running, which fails.
        ``last_words``: the end of the worker's own log, empty if there is none.
        """
        instance, seq = who
        events: list[NodeState | ErrorRaised | ActionLog] = []
        if last_words:
            seq += 1
            events.append(
                ActionLog(
                    run=self._run,
                    instance=instance,
                    seq=seq,
                    ts=ts,
                    cause="worker ended",
                    message=f"the worker's log ends with: {last_words}",
                    level="error",
                    node=node,
                )
            )
        if node is not None:
            seq += 1
            events.append(
                NodeState(
                    run=self._run,
                    instance=instance,
                    seq=seq,
                    ts=ts,
                    cause="worker ended",
                    node=node,
                    previous="running",
                    new="failed",
                    reason=Reason(message=how),
                )
            )
        events.append(
            ErrorRaised(
                run=self._run,
                instance=instance,
                seq=seq + 1,
                ts=ts,
                cause="worker ended",
                node=node,
                message=how,
                local=how,
            )
        )
        return events

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq
