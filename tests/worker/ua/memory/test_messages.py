"""User agents in memory: texts, early media, redirection."""

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import HangUp, Invite, Respond, SendText
from sipflow.worker.ua.events import (
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    Progressed,
    Redirected,
    TextAnswered,
    TextReceived,
    TryingReceived,
)
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from tests.worker.plans import ALICE, BOB, CAROL, plan

OK = TextAnswered("message-1", 200, "OK")
NO_DIALOG = TextAnswered("message-1", None, "there is no dialog yet")
OUTSIDE = SendText("message-1", "hello", "text/plain", target=BOB)
INSIDE = SendText("message-1", "hello", "text/plain", dialog="out-1")


class Trio:
    """Alice, Bob and Carol on one exchange."""

    def __init__(self) -> None:
        self.exchange = Exchange()
        self.alice, self.bob, self.carol = (self.agent(name) for name in ("alice", "bob", "carol"))

    def agent(self, name: str) -> MemoryUserAgent:
        agent = MemoryUserAgent(self.exchange)
        agent.open(plan(name))
        return agent

    def hear(self) -> tuple[list[Happening], ...]:
        """Let all read until nothing is under way; return what each saw."""
        agents = (self.alice, self.bob, self.carol)
        seen: tuple[list[Happening], ...] = ([], [], [])
        for _ in range(4):
            for agent, happenings in zip(agents, seen, strict=True):
                happenings.extend(agent.poll(0.0))
        return seen


@pytest.fixture
def trio() -> Trio:
    return Trio()


def test_a_text_outside_of_dialogs_is_told_and_answered(trio: Trio) -> None:
    trio.alice.carry_out(OUTSIDE)

    assert trio.hear() == ([OK], [TextReceived(None, ALICE, "hello")], [])


def test_the_answer_to_a_text_is_read_before_the_bye_that_follows_it(trio: Trio) -> None:
    trio.alice.carry_out(Invite("out-1", BOB))
    trio.hear()
    trio.bob.carry_out(Respond("in-1", 200))
    trio.hear()
    trio.alice.carry_out(INSIDE)
    trio.bob.poll(0.0)
    trio.bob.carry_out(HangUp("in-1"))

    read = trio.alice.poll(0.0)

    assert read[0] == OK
    assert isinstance(read[1], DialogEnded)


def test_a_text_to_nobody_is_answered_by_nobody(trio: Trio) -> None:
    trio.alice.carry_out(SendText("message-1", "hello", "text/plain", target="sip:9@127.0.0.1:9"))

    assert trio.hear() == ([], [], [])


def test_a_text_to_a_dead_agent_is_answered_by_nobody(trio: Trio) -> None:
    trio.bob.switch_off()
    trio.alice.carry_out(OUTSIDE)

    assert trio.hear() == ([], [], [])


def test_an_early_dialog_takes_texts_both_ways(trio: Trio) -> None:
    trio.alice.carry_out(Invite("out-1", BOB))
    trio.bob.poll(0.0)
    trio.bob.carry_out(SendText("message-1", "too soon", "text/plain", dialog="in-1"))
    trio.alice.carry_out(INSIDE)
    assert NO_DIALOG in trio.alice.poll(0.0)
    assert trio.bob.poll(0.0) == [NO_DIALOG]

    trio.bob.carry_out(Respond("in-1", 180))
    trio.hear()
    trio.alice.carry_out(INSIDE)
    assert trio.hear() == ([OK], [TextReceived("in-1", ALICE, "hello")], [])
    trio.bob.carry_out(SendText("message-1", "hello", "text/plain", dialog="in-1"))
    assert trio.hear() == ([TextReceived("out-1", BOB, "hello")], [OK], [])


def test_a_dialog_that_never_was_takes_no_text(trio: Trio) -> None:
    trio.alice.carry_out(INSIDE)

    assert trio.hear() == ([NO_DIALOG], [], [])


def test_a_text_in_a_dialog_with_nobody_is_lost(trio: Trio) -> None:
    trio.alice.carry_out(Invite("out-1", "sip:9@127.0.0.1:9"))
    trio.alice.carry_out(HangUp("out-1"))
    trio.hear()
    trio.alice.carry_out(INSIDE)

    assert trio.hear() == ([], [], [])


def test_a_text_in_a_dialog_that_is_gone_is_answered_with_481(trio: Trio) -> None:
    trio.alice.carry_out(Invite("out-1", BOB))
    trio.bob.poll(0.0)
    trio.bob.carry_out(Respond("in-1", 180))
    trio.hear()
    trio.bob.carry_out(Respond("in-1", 486))
    trio.alice.carry_out(INSIDE)

    assert trio.hear()[0] == [
        DialogEnded("out-1", 486, "Busy Here"),
        TextAnswered("message-1", 481, "Call/Transaction Does Not Exist"),
    ]


def test_an_answer_to_a_text_of_an_earlier_run_is_not_told(trio: Trio) -> None:
    trio.alice.carry_out(OUTSIDE)
    trio.bob.poll(0.0)
    trio.alice.open(replace(plan("alice"), run="r2"))
    assert trio.hear() == ([], [], [])

    trio.alice.carry_out(OUTSIDE)
    trio.alice.open(replace(plan("alice"), run="r3"))
    trio.alice.carry_out(OUTSIDE)
    assert trio.hear()[0] == [OK]


def test_an_18x_other_than_180_brings_sdp_and_what_follows_it_has_it_too(trio: Trio) -> None:
    trio.alice.carry_out(Invite("out-1", BOB))
    trio.hear()
    for code in (180, 183, 180):
        trio.bob.carry_out(Respond("in-1", code))
    alice, bob, _ = trio.hear()
    for happenings in (alice, bob):
        assert [one.media for one in happenings if isinstance(one, Progressed)] == [
            False,
            True,
            True,
        ]


def test_a_call_that_follows_goes_on_to_the_contact(trio: Trio) -> None:
    trio.alice.carry_out(Invite("out-1", BOB, follow=True))
    trio.bob.poll(0.0)
    trio.bob.carry_out(Respond("in-1", 302, contact=CAROL))
    assert trio.hear() == (
        [
            InviteSent("out-1"),
            TryingReceived("out-1"),
            Redirected("out-1", CAROL),
            TryingReceived("out-1"),
        ],
        [DialogEnded("in-1", 302, "Moved Temporarily")],
        [InviteReceived("in-1", ALICE)],
    )
    trio.carol.carry_out(Respond("in-1", 486))
    assert trio.hear()[0] == [DialogEnded("out-1", 486, "Busy Here")]


@pytest.mark.parametrize(
    ("follow", "contact", "cancelled"),
    [(False, CAROL, False), (True, None, False), (True, CAROL, True)],
)
def test_a_call_ends_with_a_3xx_that_is_not_followed(
    trio: Trio, follow: bool, contact: str | None, cancelled: bool
) -> None:
    trio.alice.carry_out(Invite("out-1", BOB, follow=follow))
    trio.bob.poll(0.0)
    trio.bob.carry_out(Respond("in-1", 302, contact=contact))
    if cancelled:
        trio.alice.carry_out(HangUp("out-1"))
    assert trio.hear()[0][-1] == DialogEnded("out-1", 302, "Moved Temporarily")
