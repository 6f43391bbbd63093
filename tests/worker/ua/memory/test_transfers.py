"""Transfers between user agents in memory are told as those of agents that speak SIP."""

import pytest
from msgspec.structs import replace

from sipflow.protocol.plan import InstancePlan
from sipflow.worker.ua.commands import (
    DropRtp,
    HangUp,
    Invite,
    MeasureMedia,
    Order,
    Refer,
    ReferToDialog,
    Respond,
    SendDigits,
)
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogReplaced,
    DigitReceived,
    Happening,
    InviteReceived,
    OrderRefused,
    Progressed,
    ReferAccepted,
    TransferProgressed,
    TryingReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from tests.worker.plans import ALICE, BOB, CAROL, plan

CLEARED = "Normal call clearing"
FOLLOWED = DialogFollowed("in-1", "ref-1", CAROL)
RINGS: list[Happening] = [
    ReferAccepted("out-1", 202),
    TransferProgressed("out-1", 100, "Trying", False),
]
NOBODY = "sip:900@127.0.0.1:5999"


class Three:
    """Alice, Bob and Carol on one exchange; Alice is in a call with Bob."""

    def __init__(self, bob: InstancePlan | None = None) -> None:
        exchange = Exchange()
        self.agents = {name: MemoryUserAgent(exchange) for name in ("alice", "bob", "carol")}
        for name, agent in self.agents.items():
            agent.open(bob if bob is not None and name == "bob" else plan(name))
        self.call("out-1", BOB, "bob")

    def call(self, key: str, uri: str, callee: str) -> None:
        """Let Alice call somebody, who answers."""
        self.order("alice", Invite(key, uri))
        self.order(callee, Respond("in-1", 200))

    def order(self, name: str, order: Order) -> dict[str, list[Happening]]:
        """Order something, and return what happens then."""
        self.agents[name].carry_out(order)
        return self.hear()

    def hear(self) -> dict[str, list[Happening]]:
        """Let all read until nothing is under way; return what each saw."""
        seen: dict[str, list[Happening]] = {name: [] for name in self.agents}
        for _ in range(9):
            for name, agent in self.agents.items():
                seen[name] += agent.poll(0.0)
        return seen


@pytest.fixture
def three() -> Three:
    return Three()


def refused(code: int, reason: str) -> list[Happening]:
    return [TransferProgressed("out-1", code, reason, True)]


def test_a_refer_is_followed_and_told_of_step_by_step(three: Three) -> None:
    assert three.order("alice", Refer("out-1", CAROL)) == {
        "alice": RINGS,
        "bob": [FOLLOWED, TryingReceived("ref-1")],
        "carol": [InviteReceived("in-1", BOB)],
    }
    assert three.order("carol", Respond("in-1", 180)) == {
        "alice": [TransferProgressed("out-1", 180, "Ringing", False)],
        "bob": [Progressed("ref-1", 180, "Ringing")],
        "carol": [Progressed("in-1", 180, "Ringing")],
    }
    assert three.order("carol", Respond("in-1", 200)) == {
        "alice": [TransferProgressed("out-1", 200, "OK", True)],
        "bob": [DialogConfirmed("ref-1", 200, "OK")],
        "carol": [DialogConfirmed("in-1", 200, "OK")],
    }
    assert three.order("alice", HangUp("out-1"))["bob"] == [DialogEnded("in-1", 200, CLEARED)]
    assert three.order("bob", HangUp("ref-1"))["carol"] == [DialogEnded("in-1", 200, CLEARED)]


def test_a_target_that_refuses_is_told_of_and_another_refer_may_follow(three: Three) -> None:
    for number in (1, 2):
        three.order("alice", Refer("out-1", CAROL))

        told = three.order("carol", Respond(f"in-{number}", 486, "In a meeting"))

        assert told["alice"] == refused(486, "Busy Here")
        assert told["bob"] == [DialogEnded(f"ref-{number}", 486, "In a meeting")]


def test_who_leaves_at_once_is_told_nothing_more(three: Three) -> None:
    three.order("alice", Refer("out-1", CAROL))
    three.order("alice", HangUp("out-1"))

    assert three.order("carol", Respond("in-1", 200)) == {
        "alice": [],
        "bob": [DialogConfirmed("ref-1", 200, "OK")],
        "carol": [DialogConfirmed("in-1", 200, "OK")],
    }


def test_a_target_that_is_nobody_stays_silent(three: Three) -> None:
    assert three.order("alice", Refer("out-1", NOBODY)) == {
        "alice": RINGS,
        "bob": [DialogFollowed("in-1", "ref-1", NOBODY)],
        "carol": [],
    }


def test_who_rejects_refers_declines() -> None:
    three = Three(replace(plan("bob"), on_refer="reject"))

    told = three.order("alice", Refer("out-1", CAROL))

    assert told == {"alice": refused(603, "Decline"), "carol": [], "bob": []}


def test_a_call_that_is_to_be_succeeded_already_declines(three: Three) -> None:
    three.order("alice", Refer("out-1", CAROL))

    assert three.order("alice", Refer("out-1", CAROL))["alice"] == refused(603, "Decline")


def test_an_agent_with_all_its_legs_in_use_follows_no_refer(three: Three) -> None:
    for number in range(1, MAX_LEGS):
        three.order("bob", Invite(f"out-{number}", NOBODY))

    told = three.order("alice", Refer("out-1", CAROL))

    assert told["alice"] == refused(503, "Service Unavailable")


def test_an_invite_with_replaces_takes_the_place_of_a_call(three: Three) -> None:
    three.call("out-2", CAROL, "carol")

    told = three.order("alice", ReferToDialog("out-1", "out-2"))

    assert told["carol"] == [
        DialogReplaced("in-1", "in-2", BOB),
        DialogEnded("in-1", 200, CLEARED),
        DialogConfirmed("in-2", 200, "OK"),
    ]
    assert told["bob"] == [
        FOLLOWED, TryingReceived("ref-1"), DialogConfirmed("ref-1", 200, "OK"),
    ]  # fmt: skip
    assert TransferProgressed("out-1", 200, "OK", True) in told["alice"]
    assert DialogEnded("out-2", 200, CLEARED) in told["alice"]


@pytest.mark.parametrize("gone", ["hung up", "of another run"])
def test_a_call_that_is_gone_is_not_replaced(three: Three, gone: str) -> None:
    three.call("out-2", CAROL, "carol")
    three.agents["alice"].carry_out(ReferToDialog("out-1", "out-2"))
    three.agents["bob"].poll(0.0)
    if gone == "hung up":
        three.agents["carol"].carry_out(HangUp("in-1"))
    else:
        three.agents["carol"].open(plan("carol"))

    told = three.hear()

    assert refused(481, "Call/Transaction Does Not Exist")[0] in told["alice"]
    assert not any(isinstance(one, DialogReplaced) for one in told["carol"])


@pytest.mark.parametrize(
    ("order", "detail"),
    [
        (ReferToDialog("out-1", "out-9"), "the consulted call is gone"),
        (ReferToDialog("out-1", "out-2"), "the consulted call is gone"),
        (Refer("out-2", CAROL), "the call is not up"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    three: Three, order: Refer | ReferToDialog, detail: str
) -> None:
    three.order("alice", Invite("out-2", NOBODY))

    assert three.order("alice", order)["alice"] == [OrderRefused(order.dialog, detail)]


def test_nothing_is_told_of_a_transfer_that_outlived_its_run(three: Three) -> None:
    three.order("alice", Refer("out-1", CAROL))

    three.agents["bob"].open(plan("bob"))

    told = three.hear()
    assert told["bob"] == []
    assert told["carol"] == [DialogEnded("in-1", 487, "Request Terminated")]
    assert three.order("carol", Invite("out-1", ALICE))["alice"] == [InviteReceived("in-1", CAROL)]


MEDIA_ORDERS = (
    SendDigits("in-1", "1", 0.1, "info"),
    MeasureMedia("in-1"),
    DropRtp("in-1", 10),
)


@pytest.mark.parametrize("order", MEDIA_ORDERS, ids=str)
def test_audio_and_media_of_a_leg_go_on_with_the_target(three: Three, order: Order) -> None:
    three.order("alice", Refer("out-1", CAROL))
    assert {one.dialog for one in three.order("bob", order)["bob"]} == {"in-1"}  # type: ignore[union-attr]

    three.order("carol", Respond("in-1", 200))
    assert {one.dialog for one in three.order("bob", order)["bob"]} == {"ref-1"}  # type: ignore[union-attr]

    three.order("alice", HangUp("out-1"))
    assert {one.dialog for one in three.order("bob", order)["bob"]} == {"ref-1"}  # type: ignore[union-attr]


def test_audio_of_a_leg_that_is_replaced_goes_on_with_the_one_in_its_place(three: Three) -> None:
    three.call("out-2", CAROL, "carol")
    three.order("alice", ReferToDialog("out-1", "out-2"))

    told = three.order("carol", SendDigits("in-1", "1", 0.1, "info"))

    assert told["bob"] == [DigitReceived("ref-1", "1", "info")]


def test_another_run_begins_without_the_transfers_of_the_one_before(three: Three) -> None:
    three.order("bob", Refer("in-1", CAROL))
    three.order("carol", Respond("in-1", 200))
    for name, agent in three.agents.items():
        agent.open(plan(name))
    three.hear()
    three.order("alice", Invite("out-1", BOB))
    three.order("bob", Respond("in-2", 200))

    told = three.order("alice", SendDigits("out-1", "1", 0.1, "info"))

    assert told["bob"] == [DigitReceived("in-2", "1", "info")]
