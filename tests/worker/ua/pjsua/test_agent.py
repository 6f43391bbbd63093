"""Real SIP between real endpoints: what is told of each course that a call can take."""

from collections.abc import Iterator

import pytest

from sipflow.worker.ua.commands import HangUp, Invite, Respond
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    InviteSent,
    MessageRefused,
    OrderRefused,
    Progressed,
    TryingReceived,
)
from sipflow.worker.ua.limits import MAX_LEGS
from tests.worker.ua.phone import FIRST_PORT, Phone, free_ports, phones
from tests.worker.ua.raw_sip_peer import RawPeer
from tests.worker.ua.talk import until_end

# Nothing is to come in this time; what comes at all comes in a few milliseconds.
QUIET = 0.3
TOO_MANY = "the instance has 4 legs already, as many as one endpoint carries"
CLEARED = "Normal call clearing"


class Line:
    """Alice and Bob, and a call from her to him step by step."""

    def __init__(self, alice: Phone, bob: Phone) -> None:
        self.alice = alice
        self.bob = bob

    def invite(self, number: int = 1) -> None:
        """Bring an INVITE to Bob."""
        self.alice.order(Invite(f"out-{number}", self.bob.uri))
        assert self.bob.hear() == [InviteReceived(f"in-{number}", self.alice.uri)]
        assert self.alice.hear(2) == [InviteSent(f"out-{number}"), TryingReceived(f"out-{number}")]

    def ring(self) -> None:
        """Bring a 180 to Alice."""
        self.invite()
        self.bob.order(Respond("in-1", 180))
        assert self.bob.hear() == [Progressed("in-1", 180, "Ringing")]
        assert self.alice.hear() == [Progressed("out-1", 180, "Ringing")]

    def talk(self) -> None:
        """Bring the call to its answer."""
        self.ring()
        self.bob.order(Respond("in-1", 200))
        assert self.alice.hear() == [DialogConfirmed("out-1", 200, "OK")]
        assert self.bob.hear() == [DialogConfirmed("in-1", 200, "OK")]


@pytest.fixture
def line() -> Iterator[Line]:
    with phones(2) as (alice, bob):
        yield Line(alice, bob)


def test_an_answered_call_may_be_ended_by_the_caller(line: Line) -> None:
    line.talk()

    line.alice.order(HangUp("out-1"))

    assert line.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]
    assert line.bob.hear() == [DialogEnded("in-1", 200, CLEARED)]


def test_an_answered_call_may_be_ended_by_the_called(line: Line) -> None:
    line.talk()

    line.bob.order(HangUp("in-1"))

    assert line.bob.hear() == [DialogEnded("in-1", 200, CLEARED)]
    assert line.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]


def test_the_end_of_an_answered_call_is_told_when_the_bye_is_answered(line: Line) -> None:
    line.talk()
    line.bob.freeze()

    line.alice.order(HangUp("out-1"))

    assert line.alice.is_quiet(QUIET)
    line.bob.thaw()
    assert line.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]


@pytest.mark.parametrize(
    ("code", "reason", "phrase"),
    [
        (486, "Gone fishing", "Gone fishing"),
        (480, None, "Temporarily Unavailable"),
        (503, None, "Service Unavailable"),
        (603, None, "Decline"),
        (302, None, "Moved Temporarily"),
    ],
)
def test_a_refused_call_ends_on_both_sides_with_code_and_reason(
    line: Line, code: int, reason: str | None, phrase: str
) -> None:
    line.ring()

    line.bob.order(Respond("in-1", code, reason))

    assert line.bob.hear() == [DialogEnded("in-1", code, phrase)]
    assert line.alice.hear() == [DialogEnded("out-1", code, phrase)]


@pytest.mark.parametrize(
    ("code", "reason", "phrase"), [(183, None, "Session Progress"), (182, "In line", "In line")]
)
def test_any_provisional_response_is_told_on_both_sides(
    line: Line, code: int, reason: str | None, phrase: str
) -> None:
    line.invite()

    line.bob.order(Respond("in-1", code, reason))

    assert line.bob.hear() == [Progressed("in-1", code, phrase, media=True)]
    assert line.alice.hear() == [Progressed("out-1", code, phrase, media=True)]


def test_a_cancelled_call_ends_on_both_sides_with_487(line: Line) -> None:
    line.ring()

    line.alice.order(HangUp("out-1"))

    assert line.bob.hear() == [DialogEnded("in-1", 487, "Request Terminated")]
    assert line.alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]


def test_the_end_of_a_cancelled_call_is_told_when_the_487_is_in(line: Line) -> None:
    line.ring()
    line.bob.freeze()

    line.alice.order(HangUp("out-1"))

    assert line.alice.is_quiet(QUIET)
    line.bob.thaw()
    assert line.alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]


def test_a_call_whose_answer_crosses_its_cancel_is_ended_by_a_bye() -> None:
    with phones(1) as (alice,), RawPeer() as raw_peer:
        alice.order(Invite("out-1", raw_peer.uri))
        invite = raw_peer.hear("INVITE")
        raw_peer.answer(invite, 180)
        alice.hear(2)
        alice.order(HangUp("out-1"))
        cancel = raw_peer.hear("CANCEL")

        raw_peer.answer(invite, 200, raw_peer.sdp("sendrecv"))
        raw_peer.answer(cancel, 200)

        raw_peer.hear("ACK")
        bye = raw_peer.hear("BYE")
        assert alice.is_quiet(QUIET)
        raw_peer.answer(bye, 200)
        assert alice.hear() == [DialogEnded("out-1", 200, "OK")]


def test_whoever_answers_faster_than_the_cancel_comes_has_a_call_that_is_ended(line: Line) -> None:
    line.ring()
    line.alice.freeze()
    line.bob.order(Respond("in-1", 200))
    assert line.bob.is_quiet(QUIET)

    line.alice.order(HangUp("out-1"))
    line.alice.thaw()

    assert line.bob.hear(2) == [
        DialogConfirmed("in-1", 200, "OK"),
        DialogEnded("in-1", 200, CLEARED),
    ]
    # She finds both as she wakes, the answer and her order: where she reads the order first,
    # a CANCEL crosses the answer. Either way the call ends with a BYE and its 200.
    end = until_end(line.alice)[-1]
    assert end in (DialogEnded("out-1", 200, CLEARED), DialogEnded("out-1", 200, "OK"))


def test_a_call_may_be_hung_up_between_the_200_and_its_ack(line: Line) -> None:
    line.ring()
    line.alice.freeze()
    line.bob.order(Respond("in-1", 200), HangUp("in-1"))
    assert line.bob.is_quiet(QUIET)

    line.alice.thaw()

    assert line.bob.hear() == [DialogEnded("in-1", 200, "OK")]
    assert line.alice.hear(2) == [
        DialogConfirmed("out-1", 200, "OK"),
        DialogEnded("out-1", 200, CLEARED),
    ]


def test_an_answered_call_cannot_be_answered_again(line: Line) -> None:
    line.talk()

    line.bob.order(Respond("in-1", 486))

    assert isinstance(line.bob.hear()[0], OrderRefused)


def test_a_second_hang_up_does_nothing(line: Line) -> None:
    line.ring()
    line.bob.freeze()

    line.alice.order(HangUp("out-1"), HangUp("out-1"))
    line.bob.thaw()

    assert line.alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]
    assert line.alice.is_quiet(QUIET)


def test_an_unanswered_incoming_call_that_is_hung_up_is_declined(line: Line) -> None:
    line.invite()

    line.bob.order(HangUp("in-1"))

    assert line.alice.hear() == [DialogEnded("out-1", 603, "Decline")]


def test_an_order_that_the_stack_cannot_carry_out_is_told_as_refused(line: Line) -> None:
    line.invite()

    line.alice.order(Respond("out-1", 180))

    (refused,) = line.alice.hear()
    assert isinstance(refused, OrderRefused)
    assert refused.dialog == "out-1"


def test_an_order_on_a_call_that_is_not_there_is_told_as_its_end(line: Line) -> None:
    line.alice.order(HangUp("out-9"))

    assert line.alice.hear() == [DialogEnded("out-9", None, "the INVITE was never sent")]


def test_a_fifth_leg_is_refused_where_it_begins(line: Line) -> None:
    for number in range(1, MAX_LEGS + 1):
        line.invite(number)

    line.alice.order(Invite("fifth", line.bob.uri))

    assert line.alice.hear() == [DialogEnded("fifth", None, TOO_MANY)]


def test_a_fifth_leg_is_busy_where_it_comes_in() -> None:
    with phones(3) as (alice, bob, carol):
        line = Line(alice, bob)
        for number in range(1, MAX_LEGS + 1):
            line.invite(number)

        carol.order(Invite("fifth", bob.uri))

        assert carol.hear(2) == [InviteSent("fifth"), DialogEnded("fifth", 486, "Busy Here")]
        peer, why = f"127.0.0.1:{carol.plan.port}", f"the instance has {MAX_LEGS} legs already"
        assert bob.hear() == [MessageRefused(peer, "INVITE", 486, why)]


def test_a_taken_port_is_an_error_that_names_it(line: Line) -> None:
    port = int(line.bob.uri.rpartition(":")[2])
    late = Phone("300", port, 2)

    late.await_open()
    late.close()

    assert late.error is not None
    assert late.error.startswith(f"no SIP endpoint on 127.0.0.1:{port}: ")
    assert port >= FIRST_PORT


def test_an_invite_to_a_port_where_nobody_is_stays_silent_also_when_it_is_cancelled() -> None:
    with phones(1) as (alice,):
        nobody = next(free_ports())

        alice.order(Invite("out-1", f"sip:900@127.0.0.1:{nobody}"))
        assert alice.hear() == [InviteSent("out-1")]
        assert alice.is_quiet(QUIET)
        alice.order(HangUp("out-1"))

        assert alice.is_quiet(QUIET)
