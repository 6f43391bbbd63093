"""Calls: how they begin, what decides them, and what their time limit means: tables."""

import pytest

from sipflow.scenario.model.actions import (
    Answer,
    Connected,
    Incoming,
    MakeCall,
    NodeAction,
    Release,
    Response,
)
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import HangUp, Invite, Order, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    Happening,
    OrderRefused,
    Progressed,
)
from tests.worker.actions.telling import (
    ACKED,
    BUSY,
    CANCELLED,
    CONFIRMED,
    DECLINED,
    IN_USE,
    LOST,
    RANG,
    REFUSED,
    RINGING,
    SENT,
    TRYING,
    called,
    calling,
    waiting,
)
from tests.worker.plans import ALICE, BOB, PEERS

BYE_FOR_ACK = DialogConfirmed("in-1", 200, "OK", acknowledged=False)
ANSWERED_BY_BYE = Succeeded("BYE received", "a BYE came and no ACK: the 200 had arrived")


@pytest.mark.parametrize(
    ("to", "target"),
    [("200", BOB), ("bob", BOB), ("sip:900@127.0.0.1:5080", "sip:900@127.0.0.1:5080")],
)
def test_a_call_goes_to_a_number_a_name_or_a_uri(to: str, target: str) -> None:
    step = begin(MakeCall(to=to), Legs(), PEERS)

    assert step == Step(orders=(Invite("out-1", target),), log=f"MakeCall to {target}")


def test_a_call_to_what_nobody_knows_fails_at_once() -> None:
    step = begin(MakeCall(to="nobody"), Legs(), PEERS)

    assert step == Step(Failed("begin", "nobody is no number, name or SIP URI"))


@pytest.mark.parametrize("action", [MakeCall(to="200"), Incoming()], ids=["MakeCall", "INCOMING"])
def test_a_leg_in_use_is_given_to_no_second_call(action: NodeAction) -> None:
    assert begin(action, calling(RINGING), PEERS) == Step(IN_USE)
    assert begin(action, calling(BUSY), PEERS).outcome is None


@pytest.mark.parametrize(
    ("action", "order", "log"),
    [
        (Answer(), Respond("in-1", 200), "answering leg call-1 with 200 OK"),
        (
            Response(code=183),
            Respond("in-1", 183),
            "answering leg call-1 with 183 Session Progress",
        ),
        (Response(code=486), Respond("in-1", 486), "answering leg call-1 with 486 Busy Here"),
        (Response(code=599), Respond("in-1", 599), "answering leg call-1 with 599"),
        (
            Response(code=486, reason="Gone fishing"),
            Respond("in-1", 486, "Gone fishing"),
            "answering leg call-1 with 486 Gone fishing",
        ),
    ],
)
def test_an_incoming_call_is_answered(action: NodeAction, order: Order, log: str) -> None:
    assert begin(action, called(), PEERS) == Step(orders=(order,), log=log)


@pytest.mark.parametrize(
    ("legs", "outcome"),
    [
        (calling(RINGING),
         Failed("begin", "leg call-1 is a call made from here: no INVITE to answer")),
        (called(ACKED), Failed("begin", "leg call-1 is answered already")),
        (called(CANCELLED), Failed("487 ended the leg", "Request Terminated", 487)),
        (calling(LOST), Failed("dialog gone", "leg call-1 is gone", None)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("action", [Answer(), Response(code=486)], ids=["Answer", "Response"])
def test_what_cannot_be_answered_fails_the_node_at_once(
    action: NodeAction, legs: Legs, outcome: Outcome
) -> None:
    assert begin(action, legs, PEERS) == Step(outcome)


def test_a_final_response_is_given_once() -> None:
    legs = called()
    begin(Answer(), legs, PEERS)

    assert begin(Response(code=486), legs, PEERS) == Step(
        Failed("begin", "leg call-1 is answered already")
    )


def test_a_refused_response_can_be_followed_by_another() -> None:
    legs = called()
    begin(Answer(), legs, PEERS)
    legs.apply(OrderRefused("in-1", "no media"))

    assert begin(Response(code=500), legs, PEERS).orders == (Respond("in-1", 500),)
    assert observe(Response(code=500), legs) == Step()


@pytest.mark.parametrize(
    ("legs", "order", "how"),
    [
        (calling(), HangUp("out-1"), "CANCEL"),
        (calling(RINGING), HangUp("out-1"), "CANCEL"),
        (calling(CONFIRMED), HangUp("out-1"), "BYE"),
        (called(), Respond("in-1", 480), "480 Temporarily Unavailable"),
        (called(RANG), Respond("in-1", 480), "480 Temporarily Unavailable"),
        (called(ACKED), HangUp("in-1"), "BYE"),
    ],
)
def test_a_leg_is_released_as_its_state_asks_for(legs: Legs, order: Order, how: str) -> None:
    step = begin(Release(), legs, PEERS)

    assert step == Step(orders=(order,), log=f"releasing leg call-1: {how}")
    assert legs["call-1"].hanging_up


def test_the_release_of_a_leg_that_is_being_transferred_ends_both_its_dialogs() -> None:
    legs = called(ACKED, DialogFollowed("in-1", "ref-1", BOB))

    step = begin(Release(), legs, PEERS)

    assert step.orders == (HangUp("in-1"), HangUp("ref-1"))
    legs.apply(DialogEnded("in-1", 200, "Normal call clearing"))
    assert observe(Release(), legs) == Step()
    legs.apply(DialogEnded("ref-1", 487, "Request Terminated"))
    assert observe(Release(), legs) == Step(Succeeded("dialog gone"))


def test_a_leg_whose_200_has_no_ack_yet_is_released_with_a_bye() -> None:
    legs = called(RANG)
    begin(Answer(), legs, PEERS)

    step = begin(Release(), legs, PEERS)

    assert step == Step(orders=(HangUp("in-1"),), log="releasing leg call-1: BYE")


@pytest.mark.parametrize(
    ("end", "how"),
    [(BUSY, "486 Busy Here"), (LOST, "ended"), (DialogEnded("out-1", None, "lost"), "lost")],
)
def test_the_release_of_a_leg_that_is_gone_succeeds_with_a_warning(
    end: DialogEnded, how: str
) -> None:
    step = begin(Release(), calling(end), PEERS)

    assert step == Step(Succeeded("begin", f"leg call-1 was gone already: {how}"))


@pytest.mark.parametrize(
    ("until", "happenings", "outcome"),
    [
        ("answered", [], None),
        ("answered", [SENT, TRYING, RINGING], None),
        ("answered", [RINGING, CONFIRMED], Succeeded("200 received")),
        ("answered", [RINGING, BUSY], Failed("486 ended the leg", "Busy Here", 486)),
        ("answered", [LOST], Failed("dialog gone", "leg call-1 is gone")),
        ("answered", [REFUSED], Failed("refused", "no media", 500)),
        ("ringing", [SENT, TRYING], None),
        ("ringing", [Progressed("out-1", 199, "")], None),
        ("ringing", [RINGING], Succeeded("180 received")),
        ("ringing", [Progressed("out-1", 183, "")], Succeeded("183 received")),
        ("ringing", [CONFIRMED], Succeeded("200 received")),
        ("ringing", [BUSY], Failed("486 ended the leg", "Busy Here", 486)),
        ("sent", [], None),
        ("sent", [SENT], Succeeded("INVITE sent")),
    ],
)
def test_a_call_succeeds_when_it_has_come_as_far_as_asked_for(
    until: str, happenings: list[Happening], outcome: Outcome | None
) -> None:
    action = MakeCall(to="200", until=until)  # type: ignore[arg-type]

    assert observe(action, calling(*happenings)) == Step(outcome)


@pytest.mark.parametrize(
    ("action", "legs", "step"),
    [
        (Incoming(), Legs(), Step()),
        (
            Incoming(leg="primary"),
            waiting(),
            Step(
                Succeeded("INVITE received"),
                (Respond("in-1", 180),),
                f"INVITE from {ALICE} taken as leg primary",
            ),
        ),
        (
            Incoming(ring=False),
            waiting(),
            Step(
                Succeeded("INVITE received"), log=f"INVITE from {ALICE} taken as leg call-1"
            ),
        ),
        (
            Incoming(),
            waiting(CANCELLED),
            Step(
                Succeeded("INVITE received", "the call had already ended: 487 Request Terminated")
            ),
        ),
    ],
)  # fmt: skip
def test_an_incoming_call_is_taken_and_rings_unless_told_not_to(
    action: Incoming, legs: Legs, step: Step
) -> None:
    assert observe(action, legs) == step


@pytest.mark.parametrize(
    ("action", "happenings", "outcome"),
    [
        (Answer(), [RANG], None),
        (Answer(), [ACKED], Succeeded("ACK received")),
        (Answer(), [BYE_FOR_ACK], ANSWERED_BY_BYE),
        (Answer(), [BYE_FOR_ACK, DialogEnded("in-1", 200, "OK")], ANSWERED_BY_BYE),
        (Answer(), [CANCELLED], Failed("487 ended the leg", "Request Terminated", 487)),
        (Answer(), [OrderRefused("in-1", "no media")], Failed("refused", "no media")),
        (Response(code=180), [], None),
        (Response(code=180), [RANG], Succeeded("180 sent")),
        (Response(code=183), [RANG], None),
        (Response(code=183), [CANCELLED], Failed("487 ended the leg", "Request Terminated", 487)),
        (Response(code=183), [OrderRefused("in-1", "no")], Failed("refused", "no")),
        (Response(code=603), [RANG], None),
        (Response(code=603), [DECLINED], Succeeded("603 sent")),
        (Response(code=603), [CANCELLED], Failed("487 ended the leg", "Request Terminated", 487)),
    ],
)
def test_an_answer_is_through_when_the_dialog_says_so(
    action: NodeAction, happenings: list[Happening], outcome: Outcome | None
) -> None:
    assert observe(action, called(*happenings)) == Step(outcome)


def test_a_response_is_not_taken_for_an_earlier_one_with_its_code() -> None:
    legs = called(RANG)

    begin(Response(code=180), legs, PEERS)

    assert observe(Response(code=180), legs) == Step()


@pytest.mark.parametrize(
    ("happenings", "outcome"),
    [
        ([CONFIRMED], None),
        ([CONFIRMED, BUSY], Succeeded("dialog gone")),
        ([CONFIRMED, DialogEnded("out-1", 200, "OK", bye=1.0)], Succeeded("dialog gone")),
        (
            [CONFIRMED, DialogEnded("out-1", 481, "Call Does Not Exist", bye=1.0)],
            Succeeded("dialog gone", "the BYE was answered 481 Call Does Not Exist"),
        ),
        (
            [CONFIRMED, DialogEnded("out-1", None, "the BYE could not be sent", unconfirmed=True)],
            Failed("dialog gone", "the BYE could not be sent"),
        ),
        ([CONFIRMED, REFUSED], Failed("refused", "no media", 500)),
    ],
)
def test_a_release_is_through_when_the_dialog_is_gone(
    happenings: list[Happening], outcome: Outcome | None
) -> None:
    assert observe(Release(), calling(*happenings)) == Step(outcome)


def test_a_call_at_its_time_limit_is_cancelled_first_and_fails_then() -> None:
    legs, action = calling(RINGING), MakeCall(to="200", timeout=3.0)

    cancelling = expire(action, legs)

    assert cancelling == Step(
        orders=(HangUp("out-1"),),
        log="no final answer within 3 s (180 Ringing came): cancelling leg call-1",
    )
    assert expire(action, legs) == Step(
        Failed("time limit", "no final answer within 3 s (180 Ringing came): cancelled")
    )


def test_what_a_call_is_to_carry_goes_into_its_invite() -> None:
    action = MakeCall(to="200", offer="late", follow=True, headers={"X-A": "b", "X-C": "d"})
    order = Invite("out-1", BOB, True, True, (("X-A", "b"), ("X-C", "d")))

    assert begin(action, Legs(), PEERS).orders == (order,)


@pytest.mark.parametrize(
    ("action", "order"),
    [
        (Answer(headers={"X-A": "b"}), Respond("in-1", 200, headers=(("X-A", "b"),))),
        (
            Response(code=183, reason="Wait", headers={"X-A": "b"}),
            Respond("in-1", 183, "Wait", None, (("X-A", "b"),)),
        ),
        (Response(code=302, contact="bob"), Respond("in-1", 302, None, BOB)),
        (Response(code=302, contact="sip:x@y"), Respond("in-1", 302, None, "sip:x@y")),
        (Release(headers={"X-A": "b"}), Respond("in-1", 480, headers=(("X-A", "b"),))),
    ],
)
def test_what_an_answer_is_to_carry_goes_into_it(action: NodeAction, order: Order) -> None:
    assert begin(action, called(), PEERS).orders == (order,)


def test_what_a_release_is_to_carry_goes_into_the_bye() -> None:
    order = HangUp("out-1", (("X-A", "b"),))
    assert begin(Release(headers={"X-A": "b"}), calling(CONFIRMED), PEERS).orders == (order,)


def test_nobody_is_sent_on_to_what_nobody_knows() -> None:
    step = begin(Response(code=302, contact="nobody"), called(), PEERS)

    assert step == Step(Failed("begin", "nobody is no number, name or SIP URI"))


FAULT = "the SDP of the 200 refuses the audio: its port is 0"


@pytest.mark.parametrize(
    "action", [MakeCall(to="200"), MakeCall(to="200", expect=200), Answer()], ids=str
)
@pytest.mark.parametrize("ended", [False, True])
def test_a_call_that_came_to_no_audio_fails_with_what_was_wrong(
    action: MakeCall | Answer, ended: bool
) -> None:
    legs, key = (called(), "in-1") if isinstance(action, Answer) else (calling(), "out-1")
    legs.apply(DialogConfirmed(key, 200, "OK", fault=FAULT))
    if ended:
        legs.apply(DialogEnded(key, None, FAULT))

    assert observe(action, legs) == Step(Failed("200 without media", FAULT))


def test_a_call_that_came_to_no_audio_is_not_connected() -> None:
    legs = calling(DialogConfirmed("out-1", 200, "OK", fault=FAULT))
    assert observe(Connected(), legs) == Step()
    legs.apply(DialogEnded("out-1", None, FAULT))
    assert observe(Connected(), legs) == Step(Failed("dialog gone", FAULT))


def test_a_code_that_is_expected_is_enough_where_another_one_came() -> None:
    legs = calling(DialogConfirmed("out-1", 200, "OK", fault=FAULT))
    (order,) = observe(MakeCall(to="200", expect=486), legs).orders
    assert order == HangUp("out-1")
