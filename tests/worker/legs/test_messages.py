"""The messages of an instance: kept in order, each for one wait."""

from sipflow.worker.legs.messages import Messages
from sipflow.worker.ua.events import TextAnswered, TextReceived

HELLO = TextReceived(None, "sip:200@127.0.0.1", "hello")
AGAIN = TextReceived(None, "sip:200@127.0.0.1", "hello")
CODE = TextReceived("in-1", "sip:300@127.0.0.1", "code 42")


def told(*happenings: TextReceived | TextAnswered) -> Messages:
    """Return messages of which these were told."""
    messages = Messages()
    for happening in happenings:
        messages.apply(happening)
    return messages


def test_each_message_satisfies_one_wait_in_order() -> None:
    messages = told(HELLO, CODE, AGAIN)

    assert messages.take(lambda text: text.body == "code 42") is CODE
    assert messages.take(lambda text: True) is HELLO
    assert messages.take(lambda text: text.dialog is not None) is None
    assert messages.take(lambda text: True) == AGAIN
    assert messages.take(lambda text: True) is None


def test_the_answer_is_the_one_to_what_was_sent_last() -> None:
    messages = told()
    assert messages.answer() is None

    assert (messages.start("in-1"), messages.sent_in) == ("message-1", "in-1")
    assert (messages.start(), messages.sent_in) == ("message-2", None)
    messages.apply(TextAnswered("message-1", 200, "OK"))
    assert messages.answer() is None

    messages.apply(TextAnswered("message-2", 404, "Not Found"))
    assert messages.answer() == TextAnswered("message-2", 404, "Not Found")


def test_what_came_in_a_dialog_goes_over_to_the_one_that_has_its_leg_from_then_on() -> None:
    messages = told(HELLO, CODE)

    messages.hand_over("in-1", "ref-1")

    assert messages.received == [HELLO, TextReceived("ref-1", CODE.sender, CODE.body)]
