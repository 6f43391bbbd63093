"""A worker's events are numbered without holes and stamped with the turn's time."""

from typing import Literal

import pytest

from sipflow.media.stream_stats import MediaFigures
from sipflow.protocol.events import (
    ActionLog,
    ErrorRaised,
    LegState,
    MediaReport,
    MediaState,
    NodeState,
    Reason,
    Refusal,
)
from sipflow.sip.dialog import DialogState, Direction
from sipflow.sip.sdp import MediaDirection
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.session.events import InstanceEvents
from sipflow.worker.ua.events import Media, MediaNegotiated, MessageRefused

BUSY = Reason(code=486, message="Busy Here")


@pytest.fixture
def instance_events() -> InstanceEvents:
    return InstanceEvents("r1", "alice", 1_700_000_000.0)


def test_each_kind_of_event_says_whose_it_is_and_is_numbered_from_1(
    instance_events: InstanceEvents,
) -> None:
    dialog = Dialog("out-1", Direction.INITIATOR, "sip:200@127.0.0.1")

    events = [
        instance_events.node(1.0, "go", "alice-1", ("pending", "running")),
        instance_events.log(2.0, "MakeCall", "hello"),
        instance_events.leg(3.0, "MakeCall", dialog, None),
        instance_events.error(4.0, "486 received", "alice-1", BUSY),
    ]

    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert instance_events.last_seq == 4
    assert [event.ts - 1_700_000_000.0 for event in events] == [1.0, 2.0, 3.0, 4.0]
    assert {(event.run, event.instance, event.g, event.v) for event in events} == {
        ("r1", "alice", 0, 1)
    }


def test_nothing_told_is_number_0(instance_events: InstanceEvents) -> None:
    assert instance_events.last_seq == 0


def test_a_node_event_says_the_change_and_why(instance_events: InstanceEvents) -> None:
    event = instance_events.node(0.0, "486 received", "alice-1", ("running", "failed"), BUSY)

    assert event == NodeState(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="486 received",
        node="alice-1", previous="running", new="failed", reason=BUSY,
    )  # fmt: skip


def test_a_log_entry_says_where_and_how_grave_it_is(instance_events: InstanceEvents) -> None:
    event = instance_events.log(
        0.0, "Release", "gone", where=("alice-3", "call-1"), level="warning"
    )

    assert event == ActionLog(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="Release",
        message="gone", level="warning", node="alice-3", leg="call-1",
    )  # fmt: skip


def test_an_error_carries_the_code_and_the_reason(instance_events: InstanceEvents) -> None:
    event = instance_events.error(0.0, "486 received", "alice-1", BUSY)

    assert event == ErrorRaised(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="486 received",
        node="alice-1", code=486, message="Busy Here",
    )  # fmt: skip


def test_a_leg_event_says_how_the_dialog_stands(instance_events: InstanceEvents) -> None:
    dialog = Dialog(
        "out-1", Direction.INITIATOR, "sip:200@127.0.0.1", "primary",
        state=DialogState.EARLY, code=183, reason="Session Progress",
    )  # fmt: skip

    event = instance_events.leg(0.0, "183 seen", dialog, "trying")

    assert event == LegState(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="183 seen",
        leg="primary", previous="trying", new="early", code=183, message="Session Progress",
        peer="sip:200@127.0.0.1",
    )  # fmt: skip


def test_a_media_event_says_the_figures_as_people_read_them(
    instance_events: InstanceEvents,
) -> None:
    figures = MediaFigures(
        packets=899, lost=101, discarded=1, duplicated=2, jitter=0.12345, delay=40.04,
        codec="PCMU", direction="recvonly", level=-11.46363, tone=999.96,
    )  # fmt: skip

    event = instance_events.figures(0.0, "CheckMedia", "bob-3", "primary", (figures, 2.0))

    assert event == MediaReport(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="CheckMedia",
        node="bob-3", leg="primary", window=2.0, packets=899, lost=101, loss=10.1, discarded=1,
        duplicated=2, jitter_ms=0.123, delay_ms=40.0, mos=3.39, codec="PCMU",
        direction="recvonly", level_dbov=-11.5, tone_hz=1000.0,
    )  # fmt: skip


def test_a_media_event_leaves_open_what_nobody_knows(instance_events: InstanceEvents) -> None:
    event = instance_events.figures(0.0, "CheckMedia", "bob-3", "call-1", (MediaFigures(), None))

    unknown = (event.mos, event.codec, event.direction, event.level_dbov, event.tone_hz)
    assert unknown == (None,) * 5
    assert event.window is None


def test_a_refused_message_is_told_with_where_it_came_from(instance_events: InstanceEvents) -> None:
    event = instance_events.refused(0.0, MessageRefused("127.0.0.1:9", "INVITE", None, "odd", 200))

    assert event == Refusal(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="200 received",
        peer="127.0.0.1:9", method="INVITE", code=None, message="odd",
    )  # fmt: skip


def test_a_leg_event_says_what_was_negotiated(instance_events: InstanceEvents) -> None:
    dialog = Dialog("out-1", Direction.INITIATOR, "sip:200@127.0.0.1", "primary")
    dialog.media.negotiated(
        Media(MediaDirection.SENDRECV, MediaDirection.SENDRECV, "PCMA/8000"), "local"
    )

    event = instance_events.leg(0.0, "ACK seen", dialog, "early")

    assert (event.direction, event.codec) == ("sendrecv", "PCMA/8000")


@pytest.mark.parametrize(
    ("by", "cause", "held"), [("remote", "offer received", True), ("local", "offer sent", True)]
)
def test_a_media_event_says_who_offered_and_who_holds(
    instance_events: InstanceEvents, by: Literal["local", "remote"], cause: str, held: bool
) -> None:
    dialog = Dialog("out-1", Direction.INITIATOR, "sip:200@127.0.0.1", "primary")
    media = Media(MediaDirection.RECVONLY, MediaDirection.SENDONLY, "")
    dialog.media.negotiated(media, by)

    event = instance_events.media(0.0, dialog, MediaNegotiated("out-1", media, by))

    assert event == MediaState(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause=cause,
        leg="primary", direction="recvonly", by=by, held=held, codec=None,
    )  # fmt: skip
