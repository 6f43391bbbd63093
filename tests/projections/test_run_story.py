"""What one of many runs has told, as a picture, whenever that is asked for."""

from sipflow.projections.run import RunProjection
from sipflow.projections.run_story import LazyRunProjection
from tests.projections.transcript import FOUR, Transcript, aborted_talk


def test_the_projection_is_the_one_that_the_events_give() -> None:
    run = aborted_talk()
    story = LazyRunProjection(FOUR)

    for event in run.events:
        story.add(event)

    assert story.projection() == run.told_to(RunProjection(FOUR))


def test_the_projection_may_be_asked_for_in_between_and_again() -> None:
    run = aborted_talk()
    story = LazyRunProjection(FOUR)

    for event in run.events[:5]:
        story.add(event)
    assert story.projection().instances["bob"].phase == "running"
    for event in run.events[5:]:
        story.add(event)

    assert story.projection() == story.projection() == run.told_to(RunProjection(FOUR))


def test_a_run_that_tells_a_lot_loses_nothing() -> None:
    run = Transcript()
    run.scenario(0.0, "running")
    for number in range(5_000):
        run.leg(float(number), "alice", "early", 180, leg=f"call-{number}")
    story = LazyRunProjection(FOUR)

    for event in run.events:
        story.add(event)

    assert len(story.projection().instances["alice"].legs) == 5_000
