"""Transfers: what is asked for, what decides it, what it means that nothing does."""

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.actions import AttendedTransfer, BlindTransfer, MuteTransfer
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import HangUp, Refer, ReferToDialog
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    OrderRefused,
    ReferAccepted,
    TransferProgressed,
)
from tests.worker.actions.telling import BUSY, CONFIRMED, REFUSED, RINGING, calling
from tests.worker.plans import BOB, CAROL, PEERS

ACCEPTED = ReferAccepted("out-1", 202)
TRYING = TransferProgressed("out-1", 100, "Trying", False)
ANSWERED = TransferProgressed("out-1", 200, "OK", True)
TARGET_BUSY = TransferProgressed("out-1", 486, "Busy Here", True)
DECLINED = TransferProgressed("out-1", 603, "Decline", True)
GONE = DialogEnded("out-1", 200, "Normal call clearing")
ENDED_BY_BYE = Failed(
    "200 ended the leg", "Normal call clearing", 200, "leg call-1 was ended by a BYE"
)
CONSULT_GONE = DialogEnded("out-2", 200, "Normal call clearing")
JOIN = AttendedTransfer()


def consulting(*happenings: Happening) -> Legs:
    """Return legs with two calls that are up, and what happened then."""
    legs = calling(CONFIRMED)
    legs.start("consult", CAROL)
    for happening in (DialogConfirmed("out-2", 200, "OK"), *happenings):
        legs.apply(happening)
    return legs


def transferring(action: BlindTransfer, *happenings: Happening) -> Legs:
    """Return legs with a call whose transfer has begun, and what happened then."""
    legs = calling(CONFIRMED)
    begin(action, legs, PEERS)
    for happening in happenings:
        legs.apply(happening)
    return legs


@pytest.mark.parametrize(
    ("action", "target"),
    [
        (BlindTransfer(to="300"), CAROL),
        (BlindTransfer(to="carol"), CAROL),
        (BlindTransfer(to="sip:x@example.org"), "sip:x@example.org"),
        (BlindTransfer(user="300"), CAROL),
        (BlindTransfer(user="300", host=""), CAROL),
        (BlindTransfer(user="300", host="10.0.0.1:5070"), "sip:300@10.0.0.1:5070"),
        (BlindTransfer(user="900"), "sip:900@127.0.0.1:5062"),
        (BlindTransfer(user="carol"), "sip:carol@127.0.0.1:5062"),
    ],
)
def test_a_transfer_goes_where_it_says(action: BlindTransfer, target: str) -> None:
    assert begin(action, calling(CONFIRMED), PEERS) == Step(
        orders=(Refer("out-1", target),), log=f"transferring leg call-1 to {target}"
    )


@pytest.mark.parametrize(
    ("action", "legs", "outcome"),
    [
        (BlindTransfer(to="300"), Legs(), Failed("begin", "there is no leg call-1")),
        (BlindTransfer(to="300", leg="x"), consulting(), Failed("begin", "there is no leg x")),
        (
            BlindTransfer(to="300"),
            calling(RINGING),
            Failed("begin", "leg call-1 is not connected"),
        ),
        (
            BlindTransfer(to="300"),
            calling(BUSY),
            Failed("486 ended the leg", "Busy Here", 486),
        ),
        (
            BlindTransfer(to="nobody"),
            calling(CONFIRMED),
            Failed("begin", "nobody is no number, name or SIP URI"),
        ),
        (BlindTransfer(), calling(CONFIRMED), Failed("begin", " is no number, name or SIP URI")),
        (JOIN, calling(CONFIRMED), Failed("begin", "there is no leg consult")),
        (MuteTransfer(leg="x"), consulting(), Failed("begin", "there is no leg x")),
        (
            JOIN,
            consulting(CONSULT_GONE),
            replace(ENDED_BY_BYE, local="leg consult was ended by a BYE"),
        ),
        (
            AttendedTransfer(consult="call-1"),
            consulting(),
            Failed("begin", "leg call-1 cannot be joined with itself"),
        ),
    ],
)
def test_a_transfer_that_cannot_be_asked_for_fails_at_once(
    action: BlindTransfer | AttendedTransfer, legs: Legs, outcome: Outcome
) -> None:
    assert begin(action, legs, PEERS) == Step(outcome)


def test_two_legs_are_joined_by_the_primary_one() -> None:
    assert begin(MuteTransfer(primary="call-1"), consulting(), PEERS) == Step(
        orders=(ReferToDialog("out-1", "out-2"),), log="joining leg call-1 with leg consult"
    )


TO_CAROL = BlindTransfer(to="300")
AT_ONCE = BlindTransfer(to="300", expect="accepted")
HANG_UP = Step(orders=(HangUp("out-1"),))


@pytest.mark.parametrize(
    ("action", "happenings", "step"),
    [
        (TO_CAROL, [], Step()),
        (TO_CAROL, [ACCEPTED, TRYING], Step()),
        (TO_CAROL, [ACCEPTED, ANSWERED], HANG_UP),
        (TO_CAROL, [ACCEPTED, ANSWERED, GONE], Step(Succeeded("transferred"))),
        (TO_CAROL, [ACCEPTED, TARGET_BUSY], Step(Failed("486 notified", "Busy Here", 486))),
        (
            TO_CAROL,
            [ACCEPTED, TransferProgressed("out-1", 480, "", True)],
            Step(Failed("480 notified", "the target answered 480", 480)),
        ),
        (
            TO_CAROL,
            [DECLINED],
            Step(Failed("603 received", "the REFER was refused: Decline", 603)),
        ),
        (
            TO_CAROL,
            [TransferProgressed("out-1", 603, "", True)],
            Step(Failed("603 received", "the REFER was refused: 603", 603)),
        ),
        (TO_CAROL, [REFUSED], Step(Failed("refused", "no media", 500))),
        (
            TO_CAROL,
            [ACCEPTED, GONE],
            Step(ENDED_BY_BYE),
        ),
        (AT_ONCE, [], Step()),
        (AT_ONCE, [ACCEPTED], HANG_UP),
        (AT_ONCE, [ACCEPTED, GONE], Step(Succeeded("transferred"))),
        (AT_ONCE, [DECLINED], Step(Failed("603 received", "the REFER was refused: Decline", 603))),
    ],
)
def test_a_transfer_is_decided_by_the_word_of_the_other_end(
    action: BlindTransfer, happenings: list[Happening], step: Step
) -> None:
    assert observe(action, transferring(action, *happenings)) == step


def test_a_leg_is_released_once_and_a_refused_release_fails_the_transfer() -> None:
    legs = transferring(TO_CAROL, ACCEPTED, ANSWERED)
    assert observe(TO_CAROL, legs) == HANG_UP
    assert observe(TO_CAROL, legs) == Step()

    legs.apply(OrderRefused("out-1", "no memory"))

    assert observe(TO_CAROL, legs) == Step(Failed("refused", "no memory"))


def test_a_second_transfer_forgets_what_became_of_the_first() -> None:
    legs = transferring(TO_CAROL, ACCEPTED, TARGET_BUSY, REFUSED)

    begin(TO_CAROL, legs, PEERS)

    assert observe(TO_CAROL, legs) == Step()


def test_the_consulted_leg_is_released_after_the_primary_one_unless_the_target_has_ended_it() -> (
    None
):
    courses: list[tuple[list[Happening], Step | None]] = [
        ([], Step(orders=(HangUp("out-2"),))), ([CONSULT_GONE], None),
    ]  # fmt: skip
    for gone, last in courses:
        legs = consulting()
        begin(JOIN, legs, PEERS)
        for happening in (ACCEPTED, *gone, ANSWERED):
            legs.apply(happening)

        assert observe(JOIN, legs) == HANG_UP
        legs.apply(GONE)
        assert observe(JOIN, legs) == (last or Step(Succeeded("transferred")))


def test_a_leg_that_has_itself_another_dialog_by_now_fails_the_transfer() -> None:
    legs = calling(CONFIRMED)

    assert observe(TO_CAROL, legs) == Step(
        Failed("transferred", f"leg call-1 was transferred to {BOB} meanwhile")
    )
    assert expire(TO_CAROL, legs) == Step(
        Failed("time limit", "no answer to the REFER within 10 s")
    )


@pytest.mark.parametrize(
    ("action", "happenings", "message"),
    [
        (TO_CAROL, [], "no answer to the REFER within 10 s"),
        (TO_CAROL, [ACCEPTED], "no NOTIFY about the target within 10 s"),
        (
            TO_CAROL,
            [ACCEPTED, TRYING],
            "no final NOTIFY about the target, the last was 100 Trying within 10 s",
        ),
        (TO_CAROL, [ACCEPTED, ANSWERED], "leg call-1 did not end within 10 s"),
        (AT_ONCE, [ACCEPTED], "leg call-1 did not end within 10 s"),
    ],
)
def test_a_time_limit_says_what_is_missing(
    action: BlindTransfer, happenings: list[Happening], message: str
) -> None:
    assert expire(action, transferring(action, *happenings)) == Step(Failed("time limit", message))
