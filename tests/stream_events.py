"""Events of runs as they are published, in a few words."""

from sipflow.protocol.events import ActionLog, AnyEvent, ScenarioState, ScenarioStateName

RUN = "a1"


def said(g: int, run: str = RUN) -> ActionLog:
    """Return an event of a run that goes on."""
    return ActionLog(
        run=run, instance="alice", seq=g, ts=1.0, cause="test", g=g, message=f"event {g}"
    )


def state(new: ScenarioStateName, g: int, run: str = RUN) -> ScenarioState:
    """Return the event of a run's state."""
    return ScenarioState(
        run=run, instance="-", seq=g, ts=1.0, cause="test", g=g, scenario="two", previous=None,
        new=new,
    )  # fmt: skip


def a_run(count: int, run: str = RUN) -> list[AnyEvent]:
    """Return so many events, the last one of which ends the run."""
    return [*(said(g, run) for g in range(1, count)), state("completed", count, run)]
