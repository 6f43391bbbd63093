"""Digits on real calls, by each method; and what becomes of those that are refused."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sipflow import clock
from sipflow.scenario.model.properties import DigitMethod
from sipflow.worker.ua.commands import (
    HangUp,
    Invite,
    Record,
    Refer,
    Respond,
    SendDigits,
    StopTracks,
)
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DigitReceived,
    InviteSent,
    Track,
    TrackBegan,
    TrackEnded,
    TrackRefused,
    TransferProgressed,
    TryingReceived,
)
from tests.worker.ua.phone import HOST, phones
from tests.worker.ua.talk import CLEARED, Talk, done, loudness, talking

SENDING = Track.SENDING


@pytest.fixture
def talk() -> Iterator[Talk]:
    with talking() as talk:
        yield talk


@pytest.mark.parametrize("method", ["rfc2833", "info"])
def test_every_digit_arrives_once_and_in_order_on_both_sides(
    talk: Talk, method: DigitMethod
) -> None:
    digits = "1234567890*#ABCD"
    talk.alice.order(SendDigits("out-1", digits, 0.1, method))
    assert talk.bob.hear(16) == [DigitReceived("in-1", digit, method) for digit in digits]
    assert talk.alice.hear(2) == done("out-1", SENDING)

    talk.bob.order(SendDigits("in-1", "99", 0.1, method))
    assert talk.alice.hear(2) == [DigitReceived("out-1", "9", method)] * 2
    assert talk.bob.hear(2) == done("in-1", SENDING)


@pytest.mark.parametrize("method", ["rfc2833", "info"])
def test_digits_are_an_interval_apart(talk: Talk, method: DigitMethod) -> None:
    began = clock.monotonic()
    talk.alice.order(SendDigits("out-1", "123", 0.3, method))

    talk.bob.hear(3)

    assert 0.6 <= clock.monotonic() - began < 1.2


def test_the_shortest_interval_loses_no_digit(talk: Talk) -> None:
    talk.alice.order(SendDigits("out-1", "1122334455" * 5, 0.05, "rfc2833"))

    heard = talk.bob.hear(50)

    assert "".join(one.digit for one in heard if isinstance(one, DigitReceived)) == "1122334455" * 5


def test_tones_are_heard_an_interval_apart(talk: Talk, tmp_path: Path) -> None:
    recording = tmp_path / "recording.wav"
    talk.bob.order(Record("in-1", str(recording)))
    talk.bob.hear()
    talk.alice.order(SendDigits("out-1", "19", 0.4, "inband"))
    assert talk.alice.hear(2) == done("out-1", SENDING)
    talk.end()

    loud = [one > 10_000 for one in loudness(recording)]
    begins = [at for at, one in enumerate(loud) if one and not loud[at - 1]]
    assert len(begins) == 2
    assert 7 <= begins[1] - begins[0] <= 9


@pytest.mark.parametrize("method", ["rfc2833", "info", "inband"])
def test_digits_that_are_stopped_are_sent_no_more(talk: Talk, method: DigitMethod) -> None:
    talk.alice.order(SendDigits("out-1", "12345", 0.5, method))
    assert talk.alice.hear() == [TrackBegan("out-1", SENDING)]

    talk.alice.order(StopTracks("out-1", (SENDING,)))

    assert talk.alice.hear() == [TrackEnded("out-1", SENDING)]
    assert talk.alice.is_quiet(0.6)


def test_digits_end_with_their_leg(talk: Talk) -> None:
    talk.alice.order(SendDigits("out-1", "12345", 0.5, "rfc2833"))
    talk.alice.hear()
    talk.bob.hear()

    talk.bob.order(HangUp("in-1"))

    assert talk.alice.hear() == [DialogEnded("out-1", 200, CLEARED)]
    assert talk.alice.is_quiet(0.6)


@pytest.mark.parametrize("method", ["rfc2833", "info"])
def test_who_hears_the_last_digit_may_hang_up_at_once(talk: Talk, method: DigitMethod) -> None:
    talk.alice.order(SendDigits("out-1", "12", 0.1, method))
    talk.bob.hear(2)

    talk.bob.order(HangUp("in-1"))

    ended = DialogEnded("out-1", 200, CLEARED)
    assert talk.alice.hear(3) == [*done("out-1", SENDING), ended]


@pytest.mark.parametrize("answered", [True, False])
def test_an_info_of_before_a_transfer_is_to_be_answered_before_the_next_digit(
    answered: bool,
) -> None:
    with phones(3) as (alice, bob, carol):
        Talk(alice, bob).begin()
        alice.order(Refer("out-1", carol.uri))
        assert bob.hear(2)[-1] == TryingReceived("ref-1")
        carol.hear()
        assert alice.hear(2)[-1] == TransferProgressed("out-1", 100, "Trying", False)
        alice.freeze()
        bob.order(SendDigits("in-1", "12", 0.1, "info"))
        assert bob.hear() == [TrackBegan("in-1", SENDING)]
        carol.order(Respond("in-1", 200))
        assert bob.hear() == [DialogConfirmed("ref-1", 200, "OK")]
        assert carol.hear() == [DialogConfirmed("in-1", 200, "OK")]
        assert carol.is_quiet(0.3)

        if answered:
            alice.thaw()
            assert carol.hear() == [DigitReceived("in-1", "2", "info")]
            assert bob.hear() == [TrackEnded("ref-1", SENDING)]
        else:
            bob.order(HangUp("in-1"))
            detail = "the leg was transferred before the INFO was answered"
            assert bob.hear() == [TrackRefused("ref-1", SENDING, detail)]
            alice.thaw()


class Server:
    """The other end of a call, by hand: knows no RTP events, and answers INFO as it is told."""

    def __init__(self, info: str) -> None:
        self._info = info
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(20.0)
        self.port = self._socket.getsockname()[1]

    def answer(self, method: str) -> None:
        """Wait for a request and answer it."""
        while True:
            data, source = self._socket.recvfrom(65_536)
            message = data.decode()
            if message.startswith(method):
                break
        status = self._info if method == "INFO" else "200 OK"
        body = self._sdp() if method == "INVITE" else ""
        kept = re.findall(r"^(?:Via|From|Call-ID|CSeq):.*\r\n", message, re.MULTILINE)
        to = re.findall(r"^To: ([^\r;]*)", message, re.MULTILINE)[0]
        self._socket.sendto(
            f"SIP/2.0 {status}\r\n{''.join(kept)}To: {to};tag=server\r\n"
            f"Contact: <sip:{HOST}:{self.port}>\r\nContent-Type: application/sdp\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode(),
            source,
        )

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _sdp(self) -> str:
        return (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.port + 1} RTP/AVP 0\r\n"
        )


@pytest.mark.parametrize(
    ("method", "refused"),
    [
        ("info", TrackRefused("out-1", SENDING, "INFO was answered 415 Unsupported", 415)),
        (
            "rfc2833",
            TrackRefused(
                "out-1",
                SENDING,
                "the digit cannot be sent: the other side takes no telephone events (RFC 4733)",
            ),
        ),
    ],
)
def test_digits_that_the_other_side_does_not_take_are_refused(
    method: DigitMethod, refused: TrackRefused
) -> None:
    with closing(Server("415 Unsupported")) as server, phones(1) as (alice,):
        alice.order(Invite("out-1", f"sip:200@{HOST}:{server.port}"))
        assert alice.hear() == [InviteSent("out-1")]
        server.answer("INVITE")
        assert DialogConfirmed("out-1", 200, "OK") in alice.hear(1)
        alice.order(SendDigits("out-1", "12", 0.1, method))
        if method == "info":
            server.answer("INFO")
        assert alice.hear(2) == [TrackBegan("out-1", SENDING), refused]
