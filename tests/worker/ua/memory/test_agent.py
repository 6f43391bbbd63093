"""User agents wired together in memory tell what agents that speak SIP would tell."""

import os

import pytest
from msgspec.structs import replace

from sipflow.media.stream_stats import MediaFigures
from sipflow.worker.ipc.waker import Waker
from sipflow.worker.ua import UserAgentError
from sipflow.worker.ua.commands import DropRtp, HangUp, Invite, MeasureMedia, Respond, WatchMedia
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    MediaMeasured,
    OrderRefused,
    Progressed,
    RtpDropping,
    TryingReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from tests.worker.plans import ALICE, BOB, plan

CALL = Invite("out-1", BOB)
TOO_MANY = "the instance has 4 legs already, as many as one endpoint carries"


class Pair:
    """Alice and Bob on one exchange."""

    def __init__(self) -> None:
        self.exchange = Exchange()
        self.alice = self.agent("alice")
        self.bob = self.agent("bob")

    def agent(self, name: str) -> MemoryUserAgent:
        agent = MemoryUserAgent(self.exchange)
        agent.open(plan(name))
        return agent

    def hear(self) -> tuple[list[Happening], list[Happening]]:
        """Let both read until nothing is under way; return what Alice and what Bob saw."""
        seen: tuple[list[Happening], list[Happening]] = ([], [])
        for _ in range(4):
            seen[0].extend(self.alice.poll(0.0))
            seen[1].extend(self.bob.poll(0.0))
        return seen

    def ring(self) -> None:
        """Let Alice call Bob, who rings."""
        self.alice.carry_out(CALL)
        self.bob.poll(0.0)
        self.bob.carry_out(Respond("in-1", 180))
        self.hear()

    def talk(self) -> None:
        """Let Alice call Bob, who answers."""
        self.ring()
        self.bob.carry_out(Respond("in-1", 200))
        self.hear()


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_an_invite_is_sent_at_once_and_answered_with_100_as_it_is_read(pair: Pair) -> None:
    pair.alice.carry_out(CALL)

    assert pair.alice.poll(0.0) == [InviteSent("out-1")]
    assert pair.bob.poll(0.0) == [InviteReceived("in-1", ALICE)]
    assert pair.alice.poll(0.0) == [TryingReceived("out-1")]
    assert pair.hear() == ([], [])


@pytest.mark.parametrize(
    ("code", "reason", "phrase"),
    [(180, None, "Ringing"), (183, None, "Session Progress"), (182, "In line", "In line")],
)
def test_a_provisional_response_is_seen_on_both_sides(
    pair: Pair, code: int, reason: str | None, phrase: str
) -> None:
    pair.alice.carry_out(CALL)
    pair.hear()

    pair.bob.carry_out(Respond("in-1", code, reason))

    media = code != 180
    assert pair.hear() == (
        [Progressed("out-1", code, phrase, media)],
        [Progressed("in-1", code, phrase, media)],
    )


def test_a_200_confirms_the_dialog_on_both_sides_at_bob_with_the_ack(pair: Pair) -> None:
    pair.ring()

    pair.bob.carry_out(Respond("in-1", 200))

    assert pair.bob.poll(0.0) == []
    assert pair.alice.poll(0.0) == [DialogConfirmed("out-1", 200, "OK")]
    assert pair.bob.poll(0.0) == [DialogConfirmed("in-1", 200, "OK")]


@pytest.mark.parametrize(
    ("code", "reason", "phrase"),
    [
        (302, None, "Moved Temporarily"),
        (486, "Gone fishing", "Gone fishing"),
        (503, None, "Service Unavailable"),
        (603, None, "Decline"),
    ],
)
def test_a_final_failure_ends_the_dialog_on_both_sides(
    pair: Pair, code: int, reason: str | None, phrase: str
) -> None:
    pair.ring()

    pair.bob.carry_out(Respond("in-1", code, reason))

    assert pair.hear() == (
        [DialogEnded("out-1", code, phrase)],
        [DialogEnded("in-1", code, phrase)],
    )


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_either_side_may_hang_up_and_sees_the_end_once_the_other_has_read_it(
    pair: Pair, first: str
) -> None:
    pair.talk()
    agents = {"alice": (pair.alice, "out-1"), "bob": (pair.bob, "in-1")}
    agent, key = agents.pop(first)
    ((other, other_key),) = agents.values()

    agent.carry_out(HangUp(key))

    assert agent.poll(0.0) == []
    assert other.poll(0.0) == [DialogEnded(other_key, 200, "Normal call clearing")]
    assert agent.poll(0.0) == [DialogEnded(key, 200, "Normal call clearing")]


def test_a_call_that_both_hang_up_at_once_ends_once_on_each_side(pair: Pair) -> None:
    pair.talk()

    pair.alice.carry_out(HangUp("out-1"))
    pair.bob.carry_out(HangUp("in-1"))

    assert pair.hear() == (
        [DialogEnded("out-1", 200, "Normal call clearing")],
        [DialogEnded("in-1", 200, "Normal call clearing")],
    )


def test_a_call_that_is_hung_up_before_its_answer_is_cancelled(pair: Pair) -> None:
    pair.ring()

    pair.alice.carry_out(HangUp("out-1"))

    assert pair.alice.poll(0.0) == []
    assert pair.bob.poll(0.0) == [DialogEnded("in-1", 487, "Request Terminated")]
    assert pair.alice.poll(0.0) == [DialogEnded("out-1", 487, "Request Terminated")]


def test_a_cancelled_call_ends_as_it_was_answered_where_the_answer_was_faster(pair: Pair) -> None:
    pair.ring()

    pair.bob.carry_out(Respond("in-1", 200))
    pair.alice.carry_out(HangUp("out-1"))

    assert pair.hear() == (
        [DialogConfirmed("out-1", 200, "OK"), DialogEnded("out-1", 200, "Normal call clearing")],
        [DialogConfirmed("in-1", 200, "OK"), DialogEnded("in-1", 200, "Normal call clearing")],
    )


def test_a_refusal_that_crosses_a_cancel_stands(pair: Pair) -> None:
    pair.ring()

    pair.bob.carry_out(Respond("in-1", 486))
    pair.alice.carry_out(HangUp("out-1"))

    assert pair.hear() == (
        [DialogEnded("out-1", 486, "Busy Here")],
        [DialogEnded("in-1", 486, "Busy Here")],
    )


def test_an_unanswered_incoming_call_that_is_hung_up_is_declined(pair: Pair) -> None:
    pair.ring()

    pair.bob.carry_out(HangUp("in-1"))

    assert pair.hear()[0] == [DialogEnded("out-1", 603, "Decline")]


def test_a_call_may_be_hung_up_between_the_200_and_its_ack(pair: Pair) -> None:
    pair.ring()

    pair.bob.carry_out(Respond("in-1", 200))
    pair.bob.carry_out(HangUp("in-1"))

    assert pair.hear() == (
        [DialogConfirmed("out-1", 200, "OK"), DialogEnded("out-1", 200, "Normal call clearing")],
        [DialogEnded("in-1", 200, "Normal call clearing")],
    )


def test_a_second_hang_up_does_nothing(pair: Pair) -> None:
    pair.talk()

    pair.alice.carry_out(HangUp("out-1"))
    pair.alice.carry_out(HangUp("out-1"))

    assert [len(seen) for seen in pair.hear()] == [1, 1]


@pytest.mark.parametrize(
    "order", [Respond("in-1", 180), Respond("in-1", 486)], ids=["provisional", "final"]
)
def test_an_answered_call_cannot_be_answered_again(pair: Pair, order: Respond) -> None:
    pair.talk()

    pair.bob.carry_out(order)

    assert pair.hear() == ([], [OrderRefused("in-1", "there is no INVITE to answer")])


def test_the_caller_cannot_answer(pair: Pair) -> None:
    pair.ring()

    pair.alice.carry_out(Respond("out-1", 200))

    assert pair.alice.poll(0.0) == [OrderRefused("out-1", "there is no INVITE to answer")]


@pytest.mark.parametrize("order", [HangUp("in-9"), Respond("in-9", 180)])
def test_an_order_on_a_dialog_that_is_not_there_is_told_as_its_end(
    pair: Pair, order: HangUp | Respond
) -> None:
    pair.alice.carry_out(order)

    assert pair.alice.poll(0.0) == [DialogEnded("in-9", None, "the INVITE was never sent")]


def test_an_invite_to_nobody_stays_silent_also_when_it_is_cancelled(pair: Pair) -> None:
    pair.alice.carry_out(Invite("out-1", "sip:900@127.0.0.1:5999"))
    pair.alice.carry_out(HangUp("out-1"))

    assert pair.hear() == ([InviteSent("out-1")], [])


def test_a_fifth_leg_is_refused_where_it_begins(pair: Pair) -> None:
    for number in range(MAX_LEGS):
        pair.alice.carry_out(Invite(f"out-{number}", "sip:900@127.0.0.1:5999"))
    pair.alice.poll(0.0)

    pair.alice.carry_out(Invite("fifth", BOB))

    assert pair.hear() == ([DialogEnded("fifth", None, TOO_MANY)], [])


def test_a_fifth_leg_is_busy_where_it_comes_in(pair: Pair) -> None:
    for number in range(MAX_LEGS):
        pair.bob.carry_out(Invite(f"out-{number}", "sip:900@127.0.0.1:5999"))
    pair.bob.poll(0.0)

    pair.alice.carry_out(CALL)

    assert pair.hear() == ([InviteSent("out-1"), DialogEnded("out-1", 486, "Busy Here")], [])


def test_a_leg_is_free_again_once_its_dialog_is_gone(pair: Pair) -> None:
    for number in range(3 * MAX_LEGS):
        pair.alice.carry_out(Invite(f"out-{number}", BOB))
        pair.hear()
        pair.bob.carry_out(Respond(f"in-{number + 1}", 480))

        assert pair.hear()[0] == [DialogEnded(f"out-{number}", 480, "Temporarily Unavailable")]


def test_an_agent_that_is_switched_off_reads_sends_and_tells_nothing(pair: Pair) -> None:
    pair.talk()
    pair.alice.carry_out(Invite("out-2", BOB))
    pair.bob.switch_off()

    pair.alice.carry_out(HangUp("out-1"))
    pair.alice.carry_out(Invite("out-3", BOB))
    pair.bob.carry_out(Invite("out-1", ALICE))

    assert pair.hear() == ([InviteSent("out-2"), InviteSent("out-3")], [])


def test_a_taken_address_cannot_be_opened(pair: Pair) -> None:
    with pytest.raises(UserAgentError) as raised:
        pair.agent("bob")

    assert str(raised.value) == "no SIP endpoint on 127.0.0.1:5062: Address already in use"


# One run after another.


def test_an_agent_that_is_opened_again_has_the_new_number(pair: Pair) -> None:
    pair.alice.open(replace(plan("alice"), number="700"))

    pair.alice.carry_out(CALL)

    assert pair.bob.poll(0.0) == [InviteReceived("in-1", "sip:700@127.0.0.1:5060")]


def test_nothing_is_told_of_a_call_that_outlived_its_run(pair: Pair) -> None:
    pair.talk()

    pair.alice.open(plan("alice"))

    assert pair.hear() == ([], [DialogEnded("in-1", 200, "Normal call clearing")])
    pair.alice.carry_out(CALL)
    assert pair.hear() == (
        [InviteSent("out-1"), TryingReceived("out-1")],
        [InviteReceived("in-2", ALICE)],
    )


def test_what_a_run_was_not_told_yet_is_not_told_to_the_next(pair: Pair) -> None:
    pair.alice.carry_out(CALL)
    pair.bob.poll(0.0)
    pair.bob.carry_out(Respond("in-1", 180))

    pair.alice.open(plan("alice"))

    assert pair.hear() == ([], [
        Progressed("in-1", 180, "Ringing"),
        DialogEnded("in-1", 487, "Request Terminated"),
    ])  # fmt: skip


def test_an_answer_that_crosses_the_end_of_its_run_is_followed_by_a_hang_up(pair: Pair) -> None:
    pair.ring()
    pair.bob.carry_out(Respond("in-1", 200))

    pair.alice.open(plan("alice"))

    assert pair.hear() == (
        [],
        [DialogConfirmed("in-1", 200, "OK"), DialogEnded("in-1", 200, "Normal call clearing")],
    )


def test_an_invite_that_nobody_took_in_its_run_is_declined(pair: Pair) -> None:
    pair.ring()

    pair.bob.open(plan("bob"))

    assert pair.hear() == ([DialogEnded("out-1", 603, "Decline")], [])


def test_a_call_that_outlived_its_run_is_a_leg_until_it_is_gone(pair: Pair) -> None:
    for number in range(MAX_LEGS):
        pair.alice.carry_out(Invite(f"out-{number}", BOB))
        pair.hear()
    pair.alice.open(plan("alice"))
    pair.bob.carry_out(Invite("out-1", ALICE))
    pair.alice.carry_out(Invite("fifth", BOB))

    assert pair.alice.poll(0.0) == [DialogEnded("fifth", None, TOO_MANY)]
    pair.hear()
    pair.alice.carry_out(Invite("fifth", BOB))
    assert pair.hear()[0] == [InviteSent("fifth"), TryingReceived("fifth")]


def test_an_agent_keeps_its_place(pair: Pair) -> None:
    with pytest.raises(UserAgentError) as raised:
        pair.alice.open(replace(plan("alice"), port=5070))

    assert str(raised.value) == (
        "the endpoint keeps its SIP address: 127.0.0.1:5060, not 127.0.0.1:5070"
    )


@pytest.mark.parametrize("window", [None, 2.0])
def test_no_media_flows_and_that_is_measured_at_once(window: float | None) -> None:
    pair = Pair()
    pair.talk()

    pair.alice.carry_out(WatchMedia("out-1", listen=True))
    pair.alice.carry_out(MeasureMedia("out-1", window))

    assert pair.hear() == ([MediaMeasured("out-1", MediaFigures(), window)], [])


def test_what_does_not_flow_can_be_dropped() -> None:
    pair = Pair()
    pair.talk()

    pair.alice.carry_out(DropRtp("out-1", 10))

    assert pair.hear() == ([RtpDropping("out-1", 10)], [])


def test_nothing_is_told_of_the_media_of_a_call_that_is_gone() -> None:
    pair = Pair()

    pair.alice.carry_out(MeasureMedia("out-1"))
    pair.alice.carry_out(DropRtp("out-1", 10))

    assert pair.hear() == ([], [])


def test_a_poll_rings_the_bell_for_what_waits_in_its_descriptor() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb"), open(writing, "wb", buffering=0) as commands:
        bell = Waker(reading)
        alice = Pair().alice
        alice.wake_on(bell)

        alice.poll(0.0)
        assert not bell.rang

        commands.write(b"x")
        alice.poll(0.0)
        assert bell.rang
