"""Hold, retrieval and codecs between user agents in memory."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from sipflow.sip.sdp import MediaDirection
from sipflow.worker.ua.commands import HangUp, Invite, Reinvite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    Media,
    MediaNegotiated,
    OrderRefused,
    ReinviteAnswered,
)
from sipflow.worker.ua.memory.agent import Exchange, MemoryUserAgent
from tests.worker.plans import ALICE, BOB, plan

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection
PCMU = "PCMU/8000"
PCMA = "PCMA/8000"
GSM = "GSM/8000"


class Pair:
    """Alice and Bob, with the codecs that they have."""

    def __init__(self, alice: Iterable[str] = (PCMU,), bob: Iterable[str] = (PCMU,)) -> None:
        exchange = Exchange()
        self.alice, self.bob = MemoryUserAgent(exchange), MemoryUserAgent(exchange)
        self.alice.open(replace(plan("alice"), codecs=tuple(alice)))
        self.bob.open(replace(plan("bob"), codecs=tuple(bob)))

    def hear(self) -> tuple[list[Happening], list[Happening]]:
        """Let both read until nothing is under way; return what Alice and what Bob saw."""
        seen: tuple[list[Happening], list[Happening]] = ([], [])
        for _ in range(6):
            seen[0].extend(self.alice.poll(0.0))
            seen[1].extend(self.bob.poll(0.0))
        return seen

    def talk(self) -> tuple[Happening, Happening]:
        """Let Alice call Bob, who answers; return how each saw it confirmed."""
        self.alice.carry_out(Invite("out-1", BOB))
        self.hear()
        self.bob.carry_out(Respond("in-1", 200))
        alice, bob = self.hear()
        return alice[-1], bob[-1]


@pytest.fixture
def pair() -> Pair:
    pair = Pair()
    pair.talk()
    return pair


def hold(dialog: str, turn: int = 1) -> Reinvite:
    return Reinvite(dialog, True, turn, 10.0)


def retrieve(dialog: str, turn: int = 1) -> Reinvite:
    return Reinvite(dialog, False, turn, 10.0)


def by_us(dialog: str, direction: MediaDirection, peer: MediaDirection) -> MediaNegotiated:
    return MediaNegotiated(dialog, Media(direction, peer, PCMU), "local")


def by_them(dialog: str, direction: MediaDirection, peer: MediaDirection) -> MediaNegotiated:
    return MediaNegotiated(dialog, Media(direction, peer, PCMU), "remote")


def accepted(dialog: str, turn: int = 1) -> ReinviteAnswered:
    return ReinviteAnswered(dialog, turn, 200, "OK")


def test_either_side_can_hold_and_retrieve(pair: Pair) -> None:
    pair.alice.carry_out(hold("out-1"))
    assert pair.hear() == (
        [by_us("out-1", SENDONLY, RECVONLY), accepted("out-1")],
        [by_them("in-1", RECVONLY, SENDONLY)],
    )
    pair.alice.carry_out(retrieve("out-1", 2))
    assert pair.hear() == (
        [by_us("out-1", SENDRECV, SENDRECV), accepted("out-1", 2)],
        [by_them("in-1", SENDRECV, SENDRECV)],
    )
    pair.bob.carry_out(hold("in-1"))
    assert pair.hear() == (
        [by_them("out-1", RECVONLY, SENDONLY)],
        [by_us("in-1", SENDONLY, RECVONLY), accepted("in-1")],
    )


def test_both_sides_can_hold(pair: Pair) -> None:
    pair.alice.carry_out(hold("out-1"))
    pair.hear()

    pair.bob.carry_out(hold("in-1"))
    assert pair.hear() == (
        [by_them("out-1", INACTIVE, INACTIVE)],
        [by_us("in-1", INACTIVE, INACTIVE), accepted("in-1")],
    )
    pair.alice.carry_out(retrieve("out-1", 2))
    assert pair.hear() == (
        [by_us("out-1", RECVONLY, SENDONLY), accepted("out-1", 2)],
        [by_them("in-1", SENDONLY, SENDRECV)],
    )


def test_two_that_meet_try_again_the_called_one_first(pair: Pair) -> None:
    pair.alice.carry_out(hold("out-1"))
    pair.bob.carry_out(hold("in-1"))

    assert pair.hear() == (
        [
            by_them("out-1", RECVONLY, SENDONLY),
            by_us("out-1", INACTIVE, INACTIVE),
            accepted("out-1"),
        ],
        [
            by_us("in-1", SENDONLY, RECVONLY),
            accepted("in-1"),
            by_them("in-1", INACTIVE, INACTIVE),
        ],
    )


def test_a_re_invite_that_crosses_a_bye_is_lost(pair: Pair) -> None:
    pair.alice.carry_out(hold("out-1"))
    pair.bob.carry_out(HangUp("in-1"))

    alice, bob = pair.hear()

    assert [type(one) for one in (*alice, *bob)] == [DialogEnded, DialogEnded]


def test_a_re_invite_is_refused_where_none_can_be_sent(pair: Pair) -> None:
    pair.alice.carry_out(hold("out-1"))
    pair.alice.carry_out(retrieve("out-1", 2))

    assert pair.alice.poll(0.0) == [OrderRefused("out-1", "no re-INVITE can be sent now")]


@pytest.mark.parametrize(
    ("alice", "bob", "codec"),
    [
        ((PCMU, PCMA), (PCMA, PCMU), PCMU),
        ((PCMA, PCMU), (PCMU, PCMA), PCMA),
        ((GSM, PCMA), (PCMU, PCMA), PCMA),
    ],
)
def test_the_called_takes_the_first_of_the_offer_that_it_has(
    alice: tuple[str, ...], bob: tuple[str, ...], codec: str
) -> None:
    for confirmed in Pair(alice, bob).talk():
        assert isinstance(confirmed, DialogConfirmed)
        assert confirmed.media == Media(SENDRECV, SENDRECV, codec)


def test_a_call_without_a_common_codec_is_refused_with_488() -> None:
    pair = Pair((GSM,), (PCMU, PCMA))
    pair.alice.carry_out(Invite("out-1", BOB))

    assert pair.hear() == (
        [InviteSent("out-1"), DialogEnded("out-1", 488, "Not Acceptable Here")],
        [
            InviteReceived("in-1", ALICE),
            DialogEnded(
                "in-1",
                488,
                "no codec in common: offered GSM/8000, this instance has PCMU/8000, PCMA/8000",
            ),
        ],
    )
