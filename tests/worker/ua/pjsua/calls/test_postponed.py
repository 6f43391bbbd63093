"""INVITEs that wait for handles."""

from math import inf

from sipflow.worker.ua.commands import Invite
from sipflow.worker.ua.pjsua.calls.postponed import DeferredInvites

FIRST, SECOND = (Invite(key, "sip:200@127.0.0.1") for key in ("out-1", "out-2"))


def test_each_is_due_once_and_in_order() -> None:
    postponed = DeferredInvites()
    postponed.add(10.0, FIRST)
    postponed.add(11.0, SECOND)

    assert postponed.wait(9.5) == 0.5
    assert postponed.due(9.9) == []
    assert postponed.due(10.0) == [FIRST]
    assert postponed.wait(12.0) == 0.0
    assert postponed.due(12.0) == [SECOND]
    assert postponed.due(12.0) == []
    assert postponed.wait(12.0) == inf


def test_one_that_is_hung_up_before_it_was_sent_is_dropped() -> None:
    postponed = DeferredInvites()
    postponed.forget("out-1")
    postponed.add(10.0, FIRST)
    postponed.add(10.0, SECOND)

    postponed.forget("out-9")
    postponed.forget("out-1")

    assert postponed.due(10.0) == [SECOND]


def test_nothing_is_left_to_another_run() -> None:
    postponed = DeferredInvites()
    postponed.add(10.0, FIRST)

    postponed.clear()

    assert postponed.due(10.0) == []
