"""Playing, recording and ending both: tables."""

import pytest

from sipflow.scenario.model.actions import NodeAction, PlayAudio, RecordAudio, StopAudio
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import Play, Record, StopTracks
from sipflow.worker.ua.events import Happening, Track, TrackBegan, TrackEnded, TrackRefused
from tests.worker.actions.telling import ACKED, BUSY, CONFIRMED, RINGING, SENT, called, calling
from tests.worker.plans import PEERS

PLAYS = TrackBegan("out-1", Track.PLAYING)
PLAYED = TrackEnded("out-1", Track.PLAYING)
NO_FILE = TrackRefused("out-1", Track.PLAYING, "a.wav is not there")
RECORDS = TrackBegan("out-1", Track.RECORDING)
RECORDED = TrackEnded("out-1", Track.RECORDING)
PLAY = PlayAudio(file="/calls/a.wav")
RECORD = RecordAudio(file="/calls/b.wav")


def doing(action: NodeAction, *happenings: Happening) -> Legs:
    """Return the legs of a call on which a node has begun, and what was told since."""
    legs = calling(CONFIRMED)
    begin(action, legs, PEERS)
    for happening in happenings:
        legs.apply(happening)
    return legs


@pytest.mark.parametrize(
    ("action", "step"),
    [
        (
            PLAY,
            Step(orders=(Play("out-1", "/calls/a.wav"),), log="playing a.wav on leg call-1"),
        ),
        (
            PlayAudio(file="/calls/a.wav", loop=True),
            Step(
                orders=(Play("out-1", "/calls/a.wav", True),),
                log="playing a.wav again and again on leg call-1",
            ),
        ),
        (
            RECORD,
            Step(orders=(Record("out-1", "/calls/b.wav"),), log="recording leg call-1 into b.wav"),
        ),
        (
            RecordAudio(file="b.wav", duration=1.5),
            Step(
                orders=(Record("out-1", "b.wav", 1.5),),
                log="recording leg call-1 into b.wav for 1.5 s",
            ),
        ),
    ],
)
def test_a_node_orders_what_it_is_to_do(action: NodeAction, step: Step) -> None:
    assert begin(action, calling(CONFIRMED), PEERS) == step
    assert begin(action, calling(RINGING), PEERS) == step


@pytest.mark.parametrize("action", [PLAY, RECORD])
def test_there_is_no_audio_before_the_answer_nor_after_the_end(action: NodeAction) -> None:
    unanswered = Failed("begin", "leg call-1 has no audio yet: it is not answered")

    assert begin(action, calling(SENT), PEERS) == Step(unanswered)
    assert begin(action, called(), PEERS) == Step(unanswered)
    assert begin(action, called(ACKED), PEERS).outcome is None
    assert begin(action, calling(BUSY), PEERS) == Step(
        Failed("486 ended the leg", "Busy Here", 486)
    )


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (PLAY, "leg call-1 is playing already: use StopAudio first"),
        (RECORD, "leg call-1 is recording already: use StopAudio first"),
    ],
)
def test_a_leg_plays_and_records_one_file_at_a_time(action: NodeAction, message: str) -> None:
    legs = doing(PLAY, PLAYS)
    begin(RECORD, legs, PEERS)

    assert begin(action, legs, PEERS) == Step(Failed("begin", message))


@pytest.mark.parametrize(
    ("action", "happenings", "outcome"),
    [
        (PLAY, [], None),
        (PLAY, [PLAYS], None),
        (PLAY, [PLAYS, PLAYED], Succeeded("playing ended")),
        (PLAY, [PLAYS, PLAYED, BUSY], Succeeded("playing ended")),
        (PLAY, [NO_FILE], Failed("refused", "a.wav is not there")),
        (PLAY, [PLAYS, BUSY], Failed("486 ended the leg", "Busy Here", 486)),
        (PlayAudio(file="a", background=True), [], None),
        (PlayAudio(file="a", background=True), [PLAYS], Succeeded("playing began")),
        (PlayAudio(file="a", loop=True), [PLAYS], Succeeded("playing began")),
        (PlayAudio(file="a", loop=True), [NO_FILE], Failed("refused", "a.wav is not there")),
        (RECORD, [], None),
        (RECORD, [RECORDS], Succeeded("recording began")),
        (RecordAudio(file="b", duration=2), [RECORDS], None),
        (RecordAudio(file="b", duration=2), [RECORDS, RECORDED], Succeeded("recording ended")),
        (
            RecordAudio(file="b", duration=2, background=True),
            [RECORDS],
            Succeeded("recording began"),
        ),
    ],
)  # fmt: skip
def test_a_node_waits_for_its_end_unless_it_goes_on_in_the_background(
    action: NodeAction, happenings: list[Happening], outcome: Outcome | None
) -> None:
    assert observe(action, doing(action, *happenings)) == Step(outcome)


@pytest.mark.parametrize(
    ("action", "began", "order", "message"),
    [
        (
            PLAY,
            PLAYS,
            StopTracks("out-1", (Track.PLAYING,)),
            "PlayAudio did not end within 10 s",
        ),
        (
            RecordAudio(file="b", duration=20.0),
            RECORDS,
            StopTracks("out-1", (Track.RECORDING,)),
            "RecordAudio did not end within 10 s",
        ),
    ],
)
def test_what_takes_too_long_is_ended(
    action: NodeAction, began: Happening, order: StopTracks, message: str
) -> None:
    assert expire(action, doing(action, began)) == Step(Failed("time limit", message), (order,))


@pytest.mark.parametrize(
    ("what", "tracks", "log"),
    [
        (
            "all",
            (Track.PLAYING, Track.RECORDING),
            "ending on leg call-1: playing and recording",
        ),
        ("playing", (Track.PLAYING,), "ending on leg call-1: playing"),
        ("recording", (Track.RECORDING,), "ending on leg call-1: recording"),
    ],
)
def test_a_stop_ends_what_goes_on(what: str, tracks: tuple[Track, ...], log: str) -> None:
    legs = doing(PLAY, PLAYS)
    begin(RECORD, legs, PEERS)
    legs.apply(RECORDS)
    action = StopAudio(what=what)  # type: ignore[arg-type]

    assert begin(action, legs, PEERS) == Step(orders=(StopTracks("out-1", tracks),), log=log)
    assert observe(action, legs) == Step()
    for track in tracks:
        legs.apply(TrackEnded("out-1", track))
    assert observe(action, legs) == Step(Succeeded("silent"))


def test_a_stop_of_nothing_succeeds_with_a_warning() -> None:
    assert begin(StopAudio(), calling(CONFIRMED), PEERS) == Step(
        Succeeded("begin", "nothing plays or records on leg call-1")
    )
    assert begin(StopAudio(), calling(BUSY), PEERS) == Step(
        Succeeded("begin", "leg call-1 was gone already")
    )


def test_a_stop_is_over_when_the_leg_is_and_fails_at_its_limit() -> None:
    legs = doing(PLAY, PLAYS)

    assert expire(StopAudio(), legs) == Step(
        Failed("time limit", "leg call-1 was not silent within 10 s")
    )
    legs.apply(BUSY)
    assert observe(StopAudio(), legs) == Step(Succeeded("dialog gone"))
