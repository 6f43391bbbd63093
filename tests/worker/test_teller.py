"""A worker's events are numbered without holes and stamped with the turn's time."""

from typing import Literal

import pytest

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
from sipflow.protocol.sdp import MediaDirection
from sipflow.protocol.sip import DialogState, Direction
from sipflow.worker.happenings import Media, MediaNegotiated, MessageRefused
from sipflow.worker.legs import Dialog
from sipflow.worker.media_figures import MediaFigures
from sipflow.worker.teller import Teller

BUSY = Reason(code=486, message="Busy Here")


@pytest.fixture
def teller() -> Teller:
    return Teller("r1", "alice", 1_700_000_000.0)


def test_each_kind_of_event_says_whose_it_is_and_is_numbered_from_1(teller: Teller) -> None:
    dialog = Dialog("out-1", Direction.INITIATOR, "sip:200@127.0.0.1")

    events = [
        teller.node(1.0, "go", "alice-1", ("pending", "running")),
        teller.log(2.0, "MakeCall", "hello"),
        teller.leg(3.0, "MakeCall", dialog, None),
        teller.error(4.0, "486 received", "alice-1", BUSY),
    ]

    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert teller.last_seq == 4
    assert [event.ts - 1_700_000_000.0 for event in events] == [1.0, 2.0, 3.0, 4.0]
    assert {(event.run, event.instance, event.g, event.v) for event in events} == {
        ("r1", "alice", 0, 1)
    }


def test_nothing_told_is_number_0(teller: Teller) -> None:
    assert teller.last_seq == 0


def test_a_node_event_says_the_change_and_why(teller: Teller) -> None:
    event = teller.node(0.0, "486 received", "alice-1", ("running", "failed"), BUSY)

    assert event == NodeState(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="486 received",
        node="alice-1", previous="running", new="failed", reason=BUSY,
    )  # fmt: skip


def test_a_log_entry_says_where_and_how_grave_it_is(teller: Teller) -> None:
    event = teller.log(0.0, "Release", "gone", where=("alice-3", "call-1"), level="warning")

    assert event == ActionLog(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="Release",
        message="gone", level="warning", node="alice-3", leg="call-1",
    )  # fmt: skip


def test_an_error_carries_the_code_and_the_reason(teller: Teller) -> None:
    event = teller.error(0.0, "486 received", "alice-1", BUSY)

    assert event == ErrorRaised(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="486 received",
        node="alice-1", code=486, message="Busy Here",
    )  # fmt: skip


def test_a_leg_event_says_how_the_dialog_stands(teller: Teller) -> None:
    dialog = Dialog(
        "out-1", Direction.INITIATOR, "sip:200@127.0.0.1", "primary",
        state=DialogState.EARLY, code=183, reason="Session Progress",
    )  # fmt: skip

    event = teller.leg(0.0, "183 seen", dialog, "trying")

    assert event == LegState(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="183 seen",
        leg="primary", previous="trying", new="early", code=183, message="Session Progress",
        peer="sip:200@127.0.0.1",
    )  # fmt: skip


def test_a_media_event_says_the_figures_as_people_read_them(teller: Teller) -> None:
    figures = MediaFigures(
        packets=899, lost=101, discarded=1, duplicated=2, jitter=0.12345, delay=40.04,
        codec="PCMU", direction="recvonly", level=-11.46363, tone=999.96,
    )  # fmt: skip

    event = teller.figures(0.0, "CheckMedia", "bob-3", "primary", (figures, 2.0))

    assert event == MediaReport(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="CheckMedia",
        node="bob-3", leg="primary", window=2.0, packets=899, lost=101, loss=10.1, discarded=1,
        duplicated=2, jitter_ms=0.123, delay_ms=40.0, mos=3.39, codec="PCMU",
        direction="recvonly", level_dbov=-11.5, tone_hz=1000.0,
    )  # fmt: skip


def test_a_media_event_leaves_open_what_nobody_knows(teller: Teller) -> None:
    event = teller.figures(0.0, "CheckMedia", "bob-3", "call-1", (MediaFigures(), None))

    unknown = (event.mos, event.codec, event.direction, event.level_dbov, event.tone_hz)
    assert unknown == (None,) * 5
    assert event.window is None


def test_a_refused_message_is_told_with_where_it_came_from(teller: Teller) -> None:
    event = teller.refused(0.0, MessageRefused("127.0.0.1:9", "INVITE", None, "odd", 200))

    assert event == Refusal(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause="200 received",
        peer="127.0.0.1:9", method="INVITE", code=None, message="odd",
    )  # fmt: skip


def test_a_leg_event_says_what_was_negotiated(teller: Teller) -> None:
    dialog = Dialog("out-1", Direction.INITIATOR, "sip:200@127.0.0.1", "primary")
    dialog.media.negotiated(
        Media(MediaDirection.SENDRECV, MediaDirection.SENDRECV, "PCMA/8000"), "local"
    )

    event = teller.leg(0.0, "ACK seen", dialog, "early")

    assert (event.direction, event.codec) == ("sendrecv", "PCMA/8000")


@pytest.mark.parametrize(
    ("by", "cause", "held"), [("remote", "offer received", True), ("local", "offer sent", True)]
)
def test_a_media_event_says_who_offered_and_who_holds(
    teller: Teller, by: Literal["local", "remote"], cause: str, held: bool
) -> None:
    dialog = Dialog("out-1", Direction.INITIATOR, "sip:200@127.0.0.1", "primary")
    media = Media(MediaDirection.RECVONLY, MediaDirection.SENDONLY, "")
    dialog.media.negotiated(media, by)

    event = teller.media(0.0, dialog, MediaNegotiated("out-1", media, by))

    assert event == MediaState(
        run="r1", instance="alice", seq=1, ts=1_700_000_000.0, cause=cause,
        leg="primary", direction="recvonly", by=by, held=held, codec=None,
    )  # fmt: skip
