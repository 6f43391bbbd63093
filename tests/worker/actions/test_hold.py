"""Hold and Retrieve, HELD and RETRIEVED."""

import pytest

from sipflow.scenario.model.actions import Held, Hold, NodeAction, Retrieve, Retrieved
from sipflow.sip.sdp import MediaDirection
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import Reinvite
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogFollowed,
    Happening,
    Media,
    MediaNegotiated,
    OrderRefused,
    ReinviteAnswered,
    ReinvitePostponed,
    ReinviteProgressed,
    ReinviteSent,
)
from tests.worker.actions.telling import ACKED, BUSY, CONFIRMED, RINGING, called, calling
from tests.worker.plans import CAROL, PEERS

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
HELD = MediaNegotiated("out-1", Media(RECVONLY, SENDONLY, "PCMU/8000"), "remote")
FREED = MediaNegotiated("out-1", Media(SENDRECV, SENDRECV, "PCMU/8000"), "remote")
HOLDING = MediaNegotiated("out-1", Media(SENDONLY, RECVONLY, "PCMU/8000"), "local")
TAKEN = ReinviteAnswered("out-1", 1, 200, "OK")
REFUSED = ReinviteAnswered("out-1", 1, 488, "Not Acceptable Here")


@pytest.mark.parametrize("action", [Hold(), Retrieve(), Held(), Retrieved()], ids=str)
def test_a_leg_that_never_was_fails_the_node_at_once(action: NodeAction) -> None:
    assert begin(action, Legs(), PEERS) == Step(Failed("begin", "there is no leg call-1"))


@pytest.mark.parametrize("action", [Hold(), Retrieve()], ids=str)
@pytest.mark.parametrize(
    ("legs", "failure"),
    [
        (calling(), Failed("begin", "leg call-1 is not answered yet: there is no call")),
        (calling(RINGING), Failed("begin", "leg call-1 is not answered yet: there is no call")),
        (called(), Failed("begin", "leg call-1 is not answered yet: there is no call")),
        (calling(BUSY), Failed("486 ended the leg", "Busy Here", 486)),
    ],
)
def test_what_is_no_call_cannot_be_held(action: NodeAction, legs: Legs, failure: Failed) -> None:
    assert begin(action, legs, PEERS) == Step(failure)


def test_a_leg_that_is_being_released_cannot_be_held() -> None:
    legs = calling(CONFIRMED)
    legs["call-1"].hanging_up = True

    assert begin(Hold(), legs, PEERS) == Step(Failed("begin", "leg call-1 is being released"))


@pytest.mark.parametrize(
    ("action", "happenings", "hold", "log"),
    [
        (Hold(), [], True, "putting leg call-1 on hold: re-INVITE with a=sendonly"),
        (Hold(), [HELD], True, "putting leg call-1 on hold: re-INVITE with a=inactive"),
        (Retrieve(), [], False, "taking leg call-1 off hold: re-INVITE with a=sendrecv"),
    ],
)
def test_a_re_invite_is_ordered(
    action: NodeAction, happenings: list[Happening], hold: bool, log: str
) -> None:
    order = Reinvite("out-1", hold, turn=1, within=10.0)

    assert begin(action, calling(CONFIRMED, *happenings), PEERS) == Step(orders=(order,), log=log)


def test_the_side_that_is_called_can_hold_too() -> None:
    (order,) = begin(Hold(timeout=2.5), called(ACKED), PEERS).orders

    assert order == Reinvite("in-1", True, turn=1, within=2.5)


@pytest.mark.parametrize(
    ("happenings", "outcome"),
    [
        ([], None),
        ([HOLDING], None),
        ([HOLDING, TAKEN], Succeeded("200 received")),
        ([REFUSED], Failed("488 received", "Not Acceptable Here", 488)),
        ([ReinviteAnswered("out-1", 0, 200, "OK")], None),
        ([BUSY], Failed("486 ended the leg", "Busy Here", 486)),
        ([HOLDING, TAKEN, BUSY], Succeeded("200 received")),
        ([OrderRefused("out-1", "no", 500)], Failed("refused", "no", 500)),
    ],
)
def test_the_final_answer_decides(happenings: list[Happening], outcome: Outcome | None) -> None:
    legs = calling(CONFIRMED)
    begin(Hold(), legs, PEERS)
    for happening in happenings:
        legs.apply(happening)

    assert observe(Hold(), legs) == Step(outcome)


def test_a_leg_that_is_transferred_before_the_answer_fails_the_node_at_once() -> None:
    legs = calling(CONFIRMED)
    begin(Hold(), legs, PEERS)
    for happening in (DialogFollowed("out-1", "ref-1", CAROL), DialogConfirmed("ref-1", 200, "OK")):
        legs.apply(happening)

    failure = Failed("transferred", f"leg call-1 was transferred to {CAROL} meanwhile")
    assert observe(Hold(), legs) == Step(failure)


def test_a_refusal_of_before_does_not_count() -> None:
    legs = calling(CONFIRMED, OrderRefused("out-1", "no"))
    begin(Hold(), legs, PEERS)

    assert observe(Hold(), legs) == Step()


@pytest.mark.parametrize("action", [Hold(timeout=0.5), Retrieve(timeout=0.5)], ids=str)
def test_a_time_limit_fails_a_re_invite(action: NodeAction) -> None:
    failure = Failed(
        "time limit", "no final answer to the re-INVITE within 0.5 s (no response came)"
    )

    assert expire(action, calling(CONFIRMED)) == Step(failure)


@pytest.mark.parametrize(
    ("action", "happenings", "outcome"),
    [
        (Held(), [], None),
        (Held(), [HELD], Succeeded("put on hold by the other side")),
        (Held(), [HELD, FREED], Succeeded("put on hold by the other side")),
        (Held(), [HOLDING, TAKEN], None),
        (Held(), [BUSY], Failed("486 ended the leg", "Busy Here", 486)),
        (Held(), [HELD, BUSY], Succeeded("put on hold by the other side")),
        (Retrieved(), [HELD], None),
        (Retrieved(), [FREED], None),
        (Retrieved(), [HELD, FREED], Succeeded("taken off hold by the other side")),
    ],
)
def test_a_wait_is_satisfied_by_what_the_other_side_did(
    action: NodeAction, happenings: list[Happening], outcome: Outcome | None
) -> None:
    assert observe(action, calling(CONFIRMED, *happenings)) == Step(outcome)


def test_each_hold_satisfies_one_wait() -> None:
    legs = calling(CONFIRMED, HELD, FREED, HELD)

    assert observe(Held(), legs).outcome is not None
    assert observe(Held(), legs).outcome is not None
    assert observe(Held(), legs).outcome is None


@pytest.mark.parametrize("action", [Held(timeout=1.0), Retrieved(timeout=1.0)], ids=str)
def test_a_time_limit_fails_a_wait(action: NodeAction) -> None:
    word = "HELD" if isinstance(action, Held) else "RETRIEVED"
    failure = Failed("time limit", f"no {word} on leg call-1 within 1 s")

    assert expire(action, calling(CONFIRMED)) == Step(failure)


@pytest.mark.parametrize("action", [Hold(timeout=2.0), Retrieve(timeout=2.0)], ids=str)
def test_an_answer_whose_sdp_came_to_nothing_fails_with_what_was_wrong(action: NodeAction) -> None:
    legs = calling(CONFIRMED)
    begin(action, legs, PEERS)
    legs.apply(ReinviteAnswered("out-1", 1, 200, "OK", "the 200 has no SDP"))

    assert observe(action, legs) == Step(Failed("200 received", "the 200 has no SDP"))
    assert not legs["call-1"].media.on_hold


def test_a_re_invite_that_could_not_be_sent_says_what_had_to_come_first() -> None:
    legs, action = calling(CONFIRMED), Hold(timeout=2.0)
    begin(action, legs, PEERS)
    legs.apply(ReinvitePostponed("out-1", 1, "491 Request Pending came to the last one"))
    assert expire(action, legs) == Step(
        Failed(
            "time limit",
            "no re-INVITE could be sent within 2 s: 491 Request Pending came to the last one",
        )
    )

    legs.apply(ReinviteSent("out-1", 1))
    assert expire(action, legs) == Step(
        Failed("time limit", "no final answer to the re-INVITE within 2 s (no response came)")
    )
    for turn, code in ((1, 100), (0, 181), (1, 183), (1, 183)):
        legs.apply(ReinviteProgressed("out-1", turn, code))
    assert expire(action, legs) == Step(
        Failed("time limit", "no final answer to the re-INVITE within 2 s (100 and 183 came)")
    )
    legs.apply(ReinvitePostponed("out-1", 0, "of one before"))
    assert not legs["call-1"].media.postponed
