"""What the messages of a transfer say."""

import pytest

from sipflow.sip.refer import NotifyStatus, call_id, course, target_of

HEAD = "NOTIFY sip:a@h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCall-ID: abc@h\r\n"


def notify(event: str = "refer", state: str = "active;expires=60", body: str = "") -> str:
    """Return a NOTIFY."""
    return f"{HEAD}Event: {event}\r\nSubscription-State: {state}\r\n\r\n{body}"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (notify(body="SIP/2.0 100 Trying\r\n"), NotifyStatus(100, "Trying", False)),
        (notify(body="SIP/2.0 180 Ringing"), NotifyStatus(180, "Ringing", False)),
        (notify(body="SIP/2.0 200 OK\r\nContact: <sip:c@h>\r\n"), NotifyStatus(200, "OK", True)),
        (notify("refer;id=93809824", body="SIP/2.0 486 Busy Here"),
            NotifyStatus(486, "Busy Here", True)),
        (notify("Refer", "terminated;reason=noresource", "SIP/2.0 100 Trying"),
            NotifyStatus(100, "Trying", True)),
        (notify(state="Terminated", body="SIP/2.0 603"), NotifyStatus(603, "", True)),
        (f"{HEAD}o: refer\r\n\r\nSIP/2.0 603 \r\n", NotifyStatus(603, "", True)),
        (notify(body=""), None),
        (notify(body="what?"), None),
        (notify("presence", body="SIP/2.0 200 OK"), None),
        (f"{HEAD}\r\nEvent: refer\r\n\r\nSIP/2.0 200 OK", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_notify_says_how_a_transfer_fares(message: str, expected: NotifyStatus | None) -> None:
    assert course(message) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (notify(), "abc@h"),
        ("SIP/2.0 202 Accepted\ni : xyz \nCSeq: 1 REFER\n\nCall-ID: not@this", "xyz"),
        ("SIP/2.0 202 Accepted\r\n\r\nCall-ID: not@this", ""),
        ("", ""),
    ],
)
def test_a_message_is_its_calls_by_the_call_id(message: str, expected: str) -> None:
    assert call_id(message) == expected


@pytest.mark.parametrize(
    ("refer_to", "expected"),
    [
        ("sip:300@127.0.0.1:5064", "sip:300@127.0.0.1:5064"),
        ("<sip:300@h;transport=tcp>", "sip:300@h;transport=tcp"),
        ('"Carol" <sip:300@h?Replaces=a%3Bto-tag%3Db&Require=replaces>;x=y', "sip:300@h"),
        ("sip:300@h?Replaces=a", "sip:300@h"),
    ],
)
def test_who_is_to_be_called_is_the_bare_uri(refer_to: str, expected: str) -> None:
    assert target_of(refer_to) == expected
