"""A leg is watched if a node checks it, and listened to if a node asks what it sounds like.

So it is for the sake of digits that are tones.
"""

import pytest

from sipflow.scenario.model.actions import Answer, CheckMedia, DTMFReceived, Incoming, NodeAction
from sipflow.worker.session.script import watched_legs
from tests.worker.plans import chain


@pytest.mark.parametrize(
    ("actions", "watched"),
    [
        ([], {}),
        ([Incoming(), Answer()], {}),
        ([CheckMedia(max_loss=1, min_mos=4)], {"call-1": False}),
        ([CheckMedia(sound=False)], {"call-1": True}),
        ([CheckMedia(tone=1000)], {"call-1": True}),
        ([CheckMedia(sound=True), CheckMedia()], {"call-1": True}),
        ([DTMFReceived(digit="1")], {}),
        ([DTMFReceived(inband=True)], {"call-1": True}),
        ([DTMFReceived(inband=True), CheckMedia()], {"call-1": True}),
        ([CheckMedia(), DTMFReceived(inband=True)], {"call-1": True}),
        ([CheckMedia(leg="a"), CheckMedia(leg="b", sound=True)], {"a": False, "b": True}),
    ],
)
def test_legs_are_watched_for_the_sake_of_the_nodes(
    actions: list[NodeAction], watched: dict[str, bool]
) -> None:
    assert watched_legs(chain("bob", *actions).nodes) == watched
