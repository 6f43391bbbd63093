"""What a glance at a received message reads is what the message says."""

import ctypes

import pytest

from sipflow.worker.ua.pjsua.stack import glance
from sipflow.worker.ua.pjsua.stack.layout import Body, CallId, CSeq, FromTo, Message, RxData

TEXT = b"INVITE sip:b@127.0.0.1 SIP/2.0\r\nVia: x\r\n\r\nbody"


@pytest.fixture
def message() -> RxData:
    """Return a message as it lies when the stack has read it; only what is read is filled in."""
    lies = ctypes.create_string_buffer(TEXT)
    received, message, to = RxData(), Message(), FromTo()
    received.text, received.length = ctypes.addressof(lies), len(TEXT)
    received.message = ctypes.pointer(message)
    received.to, received.cseq = ctypes.pointer(to), ctypes.pointer(CSeq())
    received.call_id = ctypes.pointer(CallId())
    received.kept = lies
    return received


def test_the_text(message: RxData) -> None:
    text, length, *_ = glance.received(message.address)

    assert ctypes.string_at(text, length) == TEXT


def test_the_body(message: RxData) -> None:
    at = glance.received(message.address)[2]
    assert (glance.has_body(at), glance.body(at)) == (False, b"")

    lies = ctypes.create_string_buffer(b"body and more")
    body = Body(text=ctypes.addressof(lies), length=4)
    message.message.contents.body = ctypes.pointer(body)
    assert (glance.has_body(at), glance.body(at)) == (True, b"body")


def test_the_headers_that_matter(message: RxData) -> None:
    *_, to, cseq, record_route = glance.received(message.address)
    assert (record_route, glance.has_tag(to)) == (0, False)
    assert glance.is_about_invite(cseq)

    message.record_route = message.address
    message.to.contents.tag.at, message.to.contents.tag.length = message.address, 3
    message.cseq.contents.method.id = 3
    assert glance.received(message.address)[-1] == message.address
    assert glance.has_tag(to)
    assert not glance.is_about_invite(cseq)


def test_the_status_code(message: RxData) -> None:
    message.message.contents.line.status.code = 486

    assert glance.code(glance.received(message.address)[2]) == 486
