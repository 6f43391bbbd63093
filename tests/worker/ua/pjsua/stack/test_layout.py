"""The stack's structures are read only where they lie as they are known to."""

from tests.worker.ua.pjsua.stack.test_stack_module import looking


def test_a_library_with_another_layout_is_worked_with_unseen_and_the_log_says_so() -> None:
    told = looking("elsewhere")

    assert (told["seen"], told["answer"]) == ([], "SIP/2.0 200 OK")
    assert told["log"] == [
        "sipflow does not look at SIP messages before the stack: a received message is laid out "
        "otherwise: 'no headers', not (0, b'INFO', b'layout@check', 4711, b'INFO', "
        "b'1', b'', b'body')"
    ]
