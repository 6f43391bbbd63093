"""Requests in a dialog that the stack itself has no right answer for."""

import pytest

from sipflow.worker.ua.events import DigitReceived, Happening, MessageRefused
from tests.worker.ua.odd_calls import end, talk
from tests.worker.ua.odd_peer import OddPeer, header
from tests.worker.ua.phone import Phone

RELAY = "application/dtmf-relay"


@pytest.fixture
def other(alice: Phone, other: OddPeer) -> OddPeer:
    """Return the peer, in a call with Alice."""
    talk(alice, other)
    return other


def test_options_say_what_is_understood(alice: Phone, other: OddPeer) -> None:
    other.request("OPTIONS")

    answer = other.receive()
    assert answer.startswith("SIP/2.0 200 ")
    assert "INVITE" in header(answer, "Allow")
    assert "application/sdp" in header(answer, "Accept")
    end(alice, other)


@pytest.mark.parametrize(
    ("method", "content", "code", "why"),
    [
        ("INFO", ("6", "application/dtmf"), 415, "its body is no application/dtmf-relay"),
        ("INFO", ("Signal=x\r\n", RELAY), 400, "its Signal is missing or unknown"),
        ("SUBSCRIBE", ("", ""), 489, "no event package is supported"),
        ("FOO", ("", ""), 405, "its method is not supported in a dialog"),
        ("REGISTER", ("", ""), 405, "its method is not supported in a dialog"),
    ],
)
def test_what_is_not_understood_is_refused_and_told_and_the_dialog_stays(
    alice: Phone, other: OddPeer, method: str, content: tuple[str, str], code: int, why: str
) -> None:
    other.request(method, "Event: dialog", body=content[0], kind=content[1])

    assert other.code() == code
    assert alice.hear() == [MessageRefused(other.address, method, code, why)]
    end(alice, other)


def test_an_empty_info_is_taken_and_means_nothing(alice: Phone, other: OddPeer) -> None:
    other.request("INFO")

    assert other.code() == 200
    end(alice, other)


@pytest.mark.parametrize(
    ("body", "digits"),
    [
        ("Signal=4", "4"),
        ("Signal=4\r\nDuration=160\r\n", "4"),
        ("Signal= *\r\n", "*"),
        ("Signal=10\r\n", "*"),
        ("Signal=11\r\n", "#"),
        ("Signal=12\r\n", "A"),
        ("Signal=16\r\n", ""),
    ],
)
def test_the_digit_of_an_info_is_the_one_that_was_sent_or_none(
    alice: Phone, other: OddPeer, body: str, digits: str
) -> None:
    other.request("INFO", body=body, kind=RELAY)

    assert other.code() == 200
    expected: list[Happening] = [DigitReceived("in-1", digit, "info") for digit in digits]
    assert alice.hear(len(digits)) == expected
    end(alice, other)


def test_a_repeated_info_is_one_digit(alice: Phone, other: OddPeer) -> None:
    for _ in range(2):
        other.request("INFO", body="Signal=4", kind=RELAY, cseq=2)
        assert other.code() == 200

    assert alice.hear() == [DigitReceived("in-1", "4", "info")]
    end(alice, other)
