"""What the real stack cannot read is taken without that, refused, or at least reported."""

import pytest

from sipflow.worker.ua.events import Happening, InviteReceived, MessageRefused, Progressed
from tests.worker.ua.odd_calls import end, invited, talk
from tests.worker.ua.odd_peer import SDP, OddPeer
from tests.worker.ua.phone import Phone


@pytest.mark.parametrize(
    "line",
    ["Expires: soon", "Authorization: Bearer abc.def", "Authorization: Digest\r\n ,,x",
     "Retry-After: never", "Supported: ,,\x01"],
)  # fmt: skip
def test_a_malformed_header_that_is_not_needed_is_left_out(
    alice: Phone, other: OddPeer, line: str
) -> None:
    other.request("INVITE", line, "Subject: after it", body=SDP)

    name = line.partition(":")[0]
    told: list[Happening] = alice.hear(2)
    assert InviteReceived("in-1", other.uri) in told
    why = f"its {name} cannot be read"
    assert MessageRefused(other.address, "INVITE", None, why, corrected=True) in told


@pytest.mark.parametrize("line", ["Contact: <sip:a@", "Max-Forwards: x", "Content-Length: -1"])
def test_a_request_with_a_malformed_header_that_it_needs_is_answered_with_400(
    alice: Phone, other: OddPeer, line: str
) -> None:
    name = line.partition(":")[0]
    other.request("INVITE", line, body=SDP, contact="Subject: no Contact")

    assert other.code() == 400
    why = f"its {name} cannot be read"
    assert alice.hear() == [MessageRefused(other.address, "INVITE", 400, why)]


def test_a_request_whose_target_cannot_be_read_is_answered_with_400(
    alice: Phone, other: OddPeer
) -> None:
    other.request("INVITE", target=f"<sip:100@127.0.0.1:{alice.plan.port}>", body=SDP)

    assert other.code() == 400
    why = "its Request-URI cannot be read"
    assert alice.hear() == [MessageRefused(other.address, "INVITE", 400, why)]


def test_in_a_dialog_it_is_so_too_and_the_dialog_stays(alice: Phone, other: OddPeer) -> None:
    talk(alice, other)

    other.request("INFO", "Expires: soon")
    assert other.code() == 200
    other.request("OPTIONS", "Max-Forwards: -1")
    assert other.code() == 400

    methods = [one.method for one in alice.hear(2) if isinstance(one, MessageRefused)]
    assert methods == ["INFO", "OPTIONS"]
    end(alice, other)


def test_a_response_is_taken_without_what_cannot_be_read(alice: Phone, other: OddPeer) -> None:
    other.answer(invited(alice, other), "180 Ringing", "Expires: soon", body="")

    why = "its Expires cannot be read"
    told = alice.hear(2)
    assert Progressed("out-1", 180, "Ringing") in told
    assert MessageRefused(other.address, "INVITE", None, why, 180, corrected=True) in told


@pytest.mark.parametrize(
    ("text", "method", "response", "why"),
    [
        ("\r\nGET / HTTP/1.1\r\nHost: example.com:80\r\n\r\n", "", 0, "it has no Via"),
        ("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n", "OPTIONS", 0, "it has no From"),
        (
            "SIP/2.0 200 OK\r\nVia: ;;\r\nFrom: <sip:a@b>\r\nTo: <sip:a@b>\r\n"
            "Call-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n",
            *("INVITE", 200, "its Via cannot be read"),
        ),
    ],
)
def test_what_cannot_be_read_at_all_is_reported_once(
    alice: Phone, other: OddPeer, text: str, method: str, response: int, why: str
) -> None:
    other.send(text)
    other.send(text)

    assert alice.hear() == [MessageRefused(other.address, method, None, why, response)]
    other.request("OPTIONS")
    assert other.code() == 200


def test_what_keeps_a_connection_alive_is_no_message(alice: Phone, other: OddPeer) -> None:
    other.send("\r\n\r\n")
    other.send("\0\0")
    other.call()

    assert alice.hear() == [InviteReceived("in-1", other.uri)]
