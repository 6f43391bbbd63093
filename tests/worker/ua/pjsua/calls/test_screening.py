"""What the real stack does not survive never reaches it, and the run goes on."""

import pytest
from msgspec.structs import replace

from sipflow.worker.ua.commands import HangUp
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    InviteReceived,
    MessageRefused,
    OrderRefused,
    Progressed,
    Redirected,
)
from tests.worker.ua.odd_calls import end, invited, talk
from tests.worker.ua.odd_peer import SDP, OddPeer, header
from tests.worker.ua.phone import Phone

OVERLONG = SDP.replace("c=IN IP4 127.0.0.1", "c=IN IP4 " + "1" * 254)
TOO_LONG = "its SDP has an address of more than 253 characters"
TWICE = SDP.replace("0 101", "0 101 101")
NO_URI = "is no SIP URI"
# Of every kind that the stack aborted at.
PLACES = [
    ("Contact: <tel:+123>", "its Contact is no SIP URI: <tel:+123>"),
    ("Contact: <urn:x:y>", "its Contact is no SIP URI: <urn:x:y>"),
    ("Contact: <http://x/>", "its Contact is no SIP URI: <http://x/>"),
    ("Record-Route: <tel:+1>", "its Record-Route is no SIP URI: <tel:+1>"),
    ("record-route: <sip:127.0.0.1:1;lr>, <news:a>", "its Record-Route is no SIP URI: <news:a>"),
]


# Requests.


@pytest.mark.parametrize(("line", "why"), PLACES)
def test_an_invite_that_names_no_sip_uri_for_its_dialog_is_refused(
    alice: Phone, other: OddPeer, line: str, why: str
) -> None:
    contact = "" if line.startswith("Contact") else f"Contact: <{other.uri}>"

    other.request("INVITE", line, body=SDP, contact=contact)

    assert other.code() == 400
    assert alice.hear() == [MessageRefused(other.address, "INVITE", 400, why)]


@pytest.mark.parametrize(
    ("uri", "wanted"),
    [("sip:odd@127.0.0.1:9;transport=tcp", "TCP"), ("sips:odd@127.0.0.1:9", "TLS")],
)
def test_an_invite_that_asks_for_a_transport_which_is_not_there_is_refused(
    alice: Phone, other: OddPeer, uri: str, wanted: str
) -> None:
    other.request("INVITE", body=SDP, contact=f"Contact: <{uri}>")

    assert other.code() == 500
    why = f"its Contact asks for {wanted}, which this instance does not have: {uri}"
    assert alice.hear() == [MessageRefused(other.address, "INVITE", 500, why)]


def test_an_invite_that_asks_for_tcp_is_taken_where_there_is_tcp(
    alice: Phone, other: OddPeer
) -> None:
    alice.assign(replace(alice.plan, tcp=True))
    uri = "sip:odd@127.0.0.1:9;transport=tcp"

    other.request("INVITE", body=SDP, contact=f"Contact: <{uri}>")

    assert alice.hear() == [InviteReceived("in-1", uri)]


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize(
    ("line", "body", "why"),
    [("Record-Route: <tel:1>", SDP, NO_URI), ("Subject: odd", OVERLONG, TOO_LONG)],
)
def test_in_a_dialog_it_is_refused_too_and_the_dialog_stays(
    alice: Phone, other: OddPeer, method: str, line: str, body: str, why: str
) -> None:
    talk(alice, other)

    other.request(method, line, body=body)

    assert other.code() == 400
    (refused,) = alice.hear()
    assert isinstance(refused, MessageRefused)
    assert (refused.method, refused.code) == (method, 400)
    assert why in refused.message
    end(alice, other)


def test_an_ack_that_belongs_to_no_dialog_is_dropped(alice: Phone, other: OddPeer) -> None:
    other.request("ACK")

    assert alice.hear() == [MessageRefused(other.address, "ACK", None, "it has no To tag")]
    other.request("OPTIONS")
    assert other.code() == 200


def test_what_udp_repeats_is_told_once(alice: Phone, other: OddPeer) -> None:
    for _ in range(3):
        other.request("INVITE", body=OVERLONG, cseq=7)
        assert other.code() == 400

    assert alice.hear() == [MessageRefused(other.address, "INVITE", 400, TOO_LONG)]
    talk(alice, other)


# Answers.


@pytest.mark.parametrize(("line", "why"), PLACES)
def test_an_answer_that_names_no_sip_uri_ends_its_call_where_it_can(
    alice: Phone, other: OddPeer, line: str, why: str
) -> None:
    invite = invited(alice, other)

    other.answer(invite, "200 OK", line, contact=not line.startswith("Contact"))

    assert other.receive().startswith(f"ACK {other.uri} ")
    assert alice.hear(3) == [
        OrderRefused("out-1", f"the answer cannot be used: {why}"),
        DialogConfirmed("out-1", 200, "OK"),
        MessageRefused(other.address, "INVITE", None, why, 200, corrected=True),
    ]
    alice.order(HangUp("out-1"))
    bye = other.receive()
    assert bye.startswith(f"BYE {other.uri} ")
    other.answer(bye, "200 OK", body="")
    assert alice.hear() == [DialogEnded("out-1", 200, "Normal call clearing")]


def test_a_provisional_answer_that_names_none_is_taken_without(
    alice: Phone, other: OddPeer
) -> None:
    invite = invited(alice, other)
    other.answer(invite, "180 Ringing", "Contact: <tel:1>", body="", contact=False)
    other.answer(invite, "200 OK")
    other.receive()

    why = "its Contact is no SIP URI: <tel:1>"
    told = alice.hear(3)
    assert Progressed("out-1", 180, "Ringing") in told
    assert MessageRefused(other.address, "INVITE", None, why, 180, corrected=True) in told
    assert DialogConfirmed("out-1", 200, "OK") in told


def test_an_answer_that_lists_a_format_twice_is_taken_as_if_once(
    alice: Phone, other: OddPeer
) -> None:
    other.answer(invited(alice, other), "200 OK", body=TWICE)
    other.receive()

    why = "its SDP lists a format twice"
    assert alice.hear(2) == [
        DialogConfirmed("out-1", 200, "OK"),
        MessageRefused(other.address, "INVITE", None, why, 200, corrected=True),
    ]


def test_an_answer_with_an_overlong_address_has_none(alice: Phone, other: OddPeer) -> None:
    other.answer(invited(alice, other), "200 OK", body=OVERLONG)

    assert alice.hear() == [
        MessageRefused(other.address, "INVITE", None, TOO_LONG, 200, corrected=True)
    ]
    while not (request := other.receive()).startswith("BYE "):
        assert request.startswith("ACK ")
    other.answer(request, "200 OK", body="", contact=False)
    (ended,) = alice.hear()
    assert isinstance(ended, DialogEnded)


@pytest.mark.parametrize("early", [SDP.replace("t=0 0", "t=0"), SDP.replace(" 0 101", " 96")])
@pytest.mark.parametrize("next_one", ["183 Session Progress", "200 OK"])
def test_an_sdp_after_one_that_could_not_be_used_is_left_out(
    alice: Phone, other: OddPeer, early: str, next_one: str
) -> None:
    invite = invited(alice, other)
    other.answer(invite, "183 Session Progress", body=early)
    other.answer(invite, next_one)
    other.answer(invite, "200 OK")

    other.request("OPTIONS")  # answered by one that lives
    while "OPTIONS" not in header(message := other.receive(), "CSeq"):
        if message.startswith(("CANCEL ", "BYE ")):
            other.answer(message, "200 OK", body="", contact=False)
    assert message.startswith("SIP/2.0 200 ")


@pytest.mark.parametrize("raw_peer", [0, 1])
def test_so_is_one_with_another_call_id(alice: Phone, other: OddPeer, raw_peer: int) -> None:
    invite = invited(alice, other)
    identity = header(invite, "Call-ID")
    invites = [invite, invite]
    invites[raw_peer] = invite.replace(identity, f"{identity}0")
    other.answer(invites[0], "183 Session Progress", body=SDP.replace("t=0 0", "t=0"))
    other.answer(invites[1], "200 OK")

    why = "its Call-ID is that of no call, and its SDP is left out"
    code = 200 if raw_peer else 183
    refused = MessageRefused(other.address, "INVITE", None, why, code, corrected=True)
    while refused not in alice.hear():
        pass
    other.request("OPTIONS")
    while "OPTIONS" not in header(message := other.receive(), "CSeq"):
        if message.startswith(("CANCEL ", "BYE ")):
            other.answer(message, "200 OK", body="", contact=False)
    assert message.startswith("SIP/2.0 200 ")


# A 3xx with several places.


PLACES_OF_302 = 'Contact: <sip:one@{0}>;q=0.9, "two" <sip:two@{0}>;q=0.5'


def sent_on(alice: Phone, other: OddPeer) -> str:
    """Let the peer send Alice's call on to two places; return the INVITE to the first."""
    invite = invited(alice, other, follow=True)
    places = PLACES_OF_302.format(other.address)
    other.answer(invite, "302 Moved Temporarily", places, body="", contact=False)
    assert other.receive().startswith("ACK ")
    invite = other.receive()
    assert alice.hear() == [Redirected("out-1", f"sip:one@{other.address}")]
    return invite


@pytest.mark.parametrize("failure", ["404 Not Found", "500 Server Internal Error", "603 Decline"])
def test_the_next_place_is_tried_after_a_failure(
    alice: Phone, other: OddPeer, failure: str
) -> None:
    other.answer(sent_on(alice, other), failure, body="")
    assert other.receive().startswith("ACK ")
    second = other.receive()
    assert second.startswith(f"INVITE sip:two@{other.address} ")
    other.answer(second, "200 OK")
    assert other.receive().startswith("ACK ")

    assert alice.hear(2) == [
        Redirected("out-1", f"sip:two@{other.address}"),
        DialogConfirmed("out-1", 200, "OK"),
    ]


def test_so_it_is_after_one_with_another_call_id(alice: Phone, other: OddPeer) -> None:
    invite = sent_on(alice, other)
    identity = header(invite, "Call-ID")
    other.answer(invite.replace(identity, f"{identity}0"), "404 Not Found", body="", contact=False)
    while not (message := other.receive()).startswith("INVITE "):
        assert message.startswith("ACK ")
    other.answer(message, "200 OK")

    assert alice.hear(2) == [
        Redirected("out-1", f"sip:two@{other.address}"),
        DialogConfirmed("out-1", 200, "OK"),
    ]


def test_the_failure_of_the_last_place_is_that_of_the_call(alice: Phone, other: OddPeer) -> None:
    other.answer(sent_on(alice, other), "404 Not Found", body="")
    assert other.receive().startswith("ACK ")
    other.answer(other.receive(), "486 Busy Here", body="")

    assert alice.hear(2)[-1] == DialogEnded("out-1", 486, "Busy Here")


def test_a_call_that_is_given_up_goes_on_to_no_other_place(alice: Phone, other: OddPeer) -> None:
    invite = sent_on(alice, other)
    other.answer(invite, "180 Ringing", body="")
    alice.hear()
    alice.order(HangUp("out-1"))
    cancel = other.receive()
    assert header(cancel, "CSeq").endswith("CANCEL")
    other.answer(cancel, "200 OK", body="", contact=False)
    other.answer(invite, "487 Request Terminated", body="", contact=False)

    assert alice.hear() == [DialogEnded("out-1", 487, "Request Terminated")]
    assert other.receive().startswith("ACK ")


# What no module of the stack handles.


@pytest.mark.parametrize(
    ("method", "code"),
    [("BYE", 481), ("INFO", 481), ("UPDATE", 481), ("PRACK", 481), ("REFER", 405),
     ("REGISTER", 405), ("PUBLISH", 405), ("FOO", 405)],
)  # fmt: skip
def test_a_request_outside_of_dialogs_that_nothing_handles_is_answered(
    alice: Phone, other: OddPeer, method: str, code: int
) -> None:
    other.request(method)

    answer = other.receive()
    assert answer.startswith(f"SIP/2.0 {code} ")
    assert bool(header(answer, "Allow")) == (code == 405)
    (refused,) = alice.hear()
    assert isinstance(refused, MessageRefused)
    assert (refused.peer, refused.method, refused.code) == (other.address, method, code)


def test_a_request_of_a_dialog_that_is_gone_is_answered(alice: Phone, other: OddPeer) -> None:
    other.request("BYE", to="<sip:100@127.0.0.1>;tag=gone")

    assert other.code() == 481
    why = "there is no such dialog here"
    assert alice.hear() == [MessageRefused(other.address, "BYE", 481, why)]
