"""What one of many runs has told, as a picture, whenever that is asked for."""

from sipflow.coordinator.subscribers.run_picture import RunPicture
from sipflow.coordinator.subscribers.run_story import RunStory
from tests.coordinator.subscribers.transcript import FOUR, Transcript, aborted_talk


def test_the_picture_is_the_one_that_the_events_give() -> None:
    run = aborted_talk()
    story = RunStory(FOUR)

    for event in run.events:
        story.add(event)

    assert story.picture() == run.told_to(RunPicture(FOUR))


def test_the_picture_may_be_asked_for_in_between_and_again() -> None:
    run = aborted_talk()
    story = RunStory(FOUR)

    for event in run.events[:5]:
        story.add(event)
    assert story.picture().instances["bob"].phase == "running"
    for event in run.events[5:]:
        story.add(event)

    assert story.picture() == story.picture() == run.told_to(RunPicture(FOUR))


def test_a_run_that_tells_a_lot_loses_nothing() -> None:
    run = Transcript()
    run.scenario(0.0, "running")
    for number in range(5_000):
        run.leg(float(number), "alice", "early", 180, leg=f"call-{number}")
    story = RunStory(FOUR)

    for event in run.events:
        story.add(event)

    assert len(story.picture().instances["alice"].legs) == 5_000
