"""What of a message is left out so that the stack can read it, and what is said of the others."""

import pytest

from sipflow.worker.ua.unreadable import (
    Readable,
    Subject,
    cannot_be_read,
    subject,
    what_is_wrong,
    with_other_target,
    without_unreadable,
)

LINE = b"OPTIONS sip:b@h SIP/2.0\r\n"
BASIC = b"v: x\r\nFrom: <sip:a@h>\r\nt: <sip:b@h>\r\ni: 1\r\nCSeq: 1\r\n OPTIONS\r\n"
BODY = b"\r\nExpires: in the body\r\n"


@pytest.mark.parametrize(
    ("bad", "errors", "left_out", "needed"),
    [
        (b"Expires: soon\r\n", [(b"Expires", 8)], ("Expires",), ""),
        (b"expires : soon\r\n\tor later\r\n", [(b"expires ", 9)], ("expires ",), ""),
        (b"Expires: \nDate\n", [(b"Expires", 8), (b"Date", 9)], ("Expires", "Date"), ""),
        (b"Contact: <\r\n", [(b"Contact", 8)], ("Contact",), "Contact"),
        (b"Date: x\rl: -1\r", [(b"Date", 8), (b"l", 9)], ("Date", "l"), "l"),
    ],
)
def test_the_headers_with_errors_are_left_out(
    bad: bytes, errors: list[tuple[bytes, int]], left_out: tuple[str, ...], needed: str
) -> None:
    found = without_unreadable(LINE + BASIC + bad + b"Subject: x\r\n" + BODY, errors)

    assert found == Readable(LINE + BASIC + b"Subject: x\r\n" + BODY, left_out, needed)


def test_only_the_one_of_two_that_has_the_error_is_left_out() -> None:
    found = without_unreadable(LINE + b"Date: 1\r\nDate: 2\r\nDate: 3\r\n\r\n", [(b"date", 3)])

    assert found is not None
    assert found.text == LINE + b"Date: 1\r\nDate: 3\r\n\r\n"


@pytest.mark.parametrize(
    "errors", [[], [(b"From", 3)], [(b"T", 4)], [(b"Elsewhere", 3)], [(b"", 3)], [(b"CSeq", 1)]]
)
def test_what_an_answer_is_made_of_is_not_left_out(errors: list[tuple[bytes, int]]) -> None:
    assert without_unreadable(LINE + BASIC + BODY, errors) is None


def test_a_request_gets_another_target_and_nothing_else() -> None:
    found = with_other_target(b"INVITE <sip:b@h> SIP/2.0\r\n" + BASIC + BODY)

    assert found is not None
    assert found.text == b"INVITE sip:unreadable.invalid SIP/2.0\r\n" + BASIC + BODY
    assert found.needed == "Request-URI"
    assert with_other_target(b"SIP/2.0 200 OK\r\n" + BASIC + BODY) is None


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (LINE + BASIC, Subject("OPTIONS", 0)),
        (b"SIP/2.0 200 OK\r\nCSeq: 1\r\n INVITE\r\n", Subject("INVITE", 200)),
        (b"SIP/2.0 4294967301 OK\r\n", Subject("", 0)),
        (b"\x00\x01", Subject("", 0)),
    ],
)
def test_what_it_is_is_read_if_it_can_be(text: bytes, right: Subject) -> None:
    assert subject(text) == right


@pytest.mark.parametrize(
    ("text", "errors", "why"),
    [
        (LINE, [(b"To", 3), (b"To", 4), (b"", 5)], "its To cannot be read"),
        (LINE + b"Via: x\r\nf: <sip:a@h>\r\nTo: x\r\n", [], "it has no Call-ID"),
        (LINE + BASIC.replace(b"CSeq", b"Date"), [], "it has no CSeq"),
        (b"SIP/2.0 99999 OK\r\n" + BASIC, [], "its status code is not one of SIP"),
        (b"SIP/2.0 200 OK\r\n" + BASIC + b"Via: y\r\n", [], "it has more than one Via"),
        (b"SIP/2.0 200 OK\r\n" + BASIC, [], "it cannot be read"),
        (LINE + BASIC, [], "it cannot be read"),
        (b"", [], "it has no Via"),
    ],
)
def test_what_is_wrong_is_said(text: bytes, errors: list[tuple[bytes, int]], why: str) -> None:
    assert what_is_wrong(text, errors) == why


def test_several_headers_are_named() -> None:
    assert cannot_be_read(("Date", "Expires")) == "its Date and Expires cannot be read"
