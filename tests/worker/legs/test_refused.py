"""What was refused or dropped without a node is reported once, and explains an INCOMING's end."""

import pytest

from sipflow.worker.legs.refused import MOST_REPORTED, RefusedMessages
from sipflow.worker.ua.events import MessageRefused

PEER = "127.0.0.1:5070"
EXTENSION = MessageRefused(PEER, "INVITE", 420, "it requires foo")


@pytest.mark.parametrize(
    ("refused", "words", "cause"),
    [
        (
            EXTENSION,
            "INVITE from 127.0.0.1:5070 was refused with 420 Bad Extension: it requires foo",
            "INVITE received",
        ),
        (
            MessageRefused(PEER, "BYE", 481, ""),
            "BYE from 127.0.0.1:5070 was refused with 481 Call/Transaction Does Not Exist",
            "BYE received",
        ),
        (
            MessageRefused(PEER, "INVITE", 799, "odd"),
            "INVITE from 127.0.0.1:5070 was refused with 799: odd",
            "INVITE received",
        ),
        (
            MessageRefused(PEER, "INVITE", None, "its Contact is no SIP URI", 200),
            "200 to INVITE from 127.0.0.1:5070 was dropped: its Contact is no SIP URI",
            "200 received",
        ),
        (
            MessageRefused(PEER, "INVITE", None, "a format twice", 200, corrected=True),
            "200 to INVITE from 127.0.0.1:5070 was accepted without the faulty part: "
            "a format twice",
            "200 received",
        ),
        (
            MessageRefused(PEER, "", None, "no SIP message"),
            "a message from 127.0.0.1:5070 was dropped: no SIP message",
            "message received",
        ),
    ],
)
def test_it_says_what_came_from_where_and_what_became_of_it(
    refused: MessageRefused, words: str, cause: str
) -> None:
    messages = RefusedMessages()
    messages.apply(refused)

    assert messages.unreported
    assert messages.news() == [(refused, words)]
    assert (messages.news(), messages.unreported) == ([], False)
    assert refused.cause == cause


def test_past_so_many_of_a_run_they_are_not_reported() -> None:
    messages = RefusedMessages()
    for _ in range(MOST_REPORTED + 5):
        messages.apply(EXTENSION)

    news = messages.news()

    assert len(news) == MOST_REPORTED
    assert news[-1][1].endswith("it requires foo; any more of this run are not reported one by one")
    assert news[-2][1].endswith("it requires foo")


def test_an_incoming_that_saw_none_says_what_became_of_the_last_invite() -> None:
    messages = RefusedMessages()
    assert messages.instead() == ""

    messages.apply(MessageRefused(PEER, "BYE", 481, ""))
    messages.apply(MessageRefused(PEER, "INVITE", None, "odd", 200))
    assert messages.instead() == ""

    messages.apply(MessageRefused("127.0.0.1:9", "INVITE", None, "odd"))
    assert messages.instead() == "; one from 127.0.0.1:9 was dropped: odd"

    messages.apply(EXTENSION)
    refused = "was refused with 420 Bad Extension: it requires foo"
    assert messages.instead() == f"; the last of 2 from {PEER} {refused}"

    messages.invite_taken()
    assert messages.instead() == ""
