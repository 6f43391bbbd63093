"""The digit of an INFO is the one that was sent, or none."""

import pytest

from sipflow.sip.info_digit import carries_digit, read_digit


@pytest.mark.parametrize(
    ("line", "carries"),
    [
        (b"Content-Type: application/dtmf-relay", True),
        (b"c:APPLICATION/DTMF-RELAY ;x=y", True),
        (b"Content-Type: application/dtmf", False),
        (b"Content-Type: application/dtmf-relayed", False),
        (b"X-Content-Type: application/dtmf-relay", False),
    ],
)
def test_the_type_of_the_body_tells(line: bytes, carries: bool) -> None:
    assert carries_digit(b"INFO sip:x SIP/2.0\r\n" + line + b"\r\nCSeq: 1 INFO") == carries


@pytest.mark.parametrize(
    ("body", "digit"),
    [
        (b"Signal=4", "4"),
        (b"Signal=4\r\nDuration=160\r\n", "4"),
        (b"signal = 4 \r\n", "4"),
        (b"Duration=160\rSignal=0\r", "0"),
        (b"Signal=*", "*"),
        (b"Signal=#\n", "#"),
        (b"Signal=d", "D"),
        (b"Signal=10", "*"),
        (b"Signal=11", "#"),
        (b"Signal=12", "A"),
        (b"Signal=15", "D"),
        (b"Signal=16", ""),
        (b"Signal=17", None),
        (b"Signal=44", None),
        (b"Signal=", None),
        (b"Signal=\xff", None),
        (b"Signal", None),
        (b"4", None),
        (b"", None),
    ],
)
def test_a_signal_is_a_digit_or_its_event_number(body: bytes, digit: str | None) -> None:
    assert read_digit(body) == digit
