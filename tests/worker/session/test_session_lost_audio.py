"""A recording for which the disk has no room: its node fails, or the run where no node waits."""

import pytest

from sipflow.scenario.model.actions import MakeCall, NodeAction, RecordAudio, Timeout
from sipflow.worker.session.session import Phase
from sipflow.worker.ua.events import DialogConfirmed, InviteSent, Track, TrackBegan, TrackRefused
from tests.worker.plans import chain
from tests.worker.walk import Solo

WHY = "heard.wav was cut off: No space left on device"
LOST = TrackRefused("out-1", Track.RECORDING, WHY, machine=True)
BACKGROUND = RecordAudio(file="/heard.wav", background=True)
IN_FRONT = RecordAudio(file="/heard.wav", duration=4.0)


def recording(*actions: NodeAction) -> Solo:
    """Return an instance whose recording has begun on the call that it made."""
    solo = Solo(chain("alice", MakeCall(to="200"), *actions))
    solo.go()
    for happening in (
        InviteSent("out-1"),
        DialogConfirmed("out-1", 200, "OK"),
        TrackBegan("out-1", Track.RECORDING),
    ):
        solo.tell(happening)
    return solo


def test_the_node_that_waits_for_it_fails() -> None:
    solo = recording(IN_FRONT, Timeout(timeout=9))
    assert solo.tell(LOST) == [
        f"alice-2 failed (refused) {WHY}",
        f"error: alice-2 {WHY}",
        f"ChainFailed alice-2 {WHY}",
    ]
    assert solo.failures[-1].machine


def test_in_the_background_it_fails_the_run_at_the_node_where_it_is() -> None:
    solo = recording(BACKGROUND, Timeout(timeout=9))
    assert solo.tell(LOST) == [
        "alice-3 cancelled (refused)",
        f"error: {WHY}",
        f"ChainFailed {WHY}",
    ]
    assert solo.session.phase is Phase.WALKED
    assert (solo.failures[-1].node, solo.failures[-1].machine) == (None, True)
    assert solo.at(60.0) == []


def test_after_the_walk_it_fails_the_run_still() -> None:
    solo = recording(BACKGROUND)
    assert solo.session.phase is Phase.WALKED
    assert solo.tell(LOST) == [f"error: {WHY}", f"ChainFailed {WHY}"]


def test_in_the_clean_up_it_is_only_told() -> None:
    solo = recording(BACKGROUND)
    solo.clean_up()
    assert solo.tell(LOST) == [f"error: {WHY}"]


@pytest.mark.parametrize("track", [Track.PLAYING, Track.SENDING])
def test_what_is_no_fault_of_the_machine_is_left_to_the_nodes(track: Track) -> None:
    solo = recording(BACKGROUND, Timeout(timeout=9))
    assert solo.tell(TrackRefused("out-1", track, "the file cannot be played")) == []
