"""Texts of received messages, made valid for reports. Pure."""

import pjsua2 as pj


def received_text(said: str) -> str:
    """Return a text of the peer with the bytes replaced that are not UTF-8."""
    return said.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


# The text of the message behind a callback of the stack, where one was received.


def received_message(event: pj.SipEvent) -> str:
    """Return the whole message of an event, empty if none was received."""
    match event.type:
        case pj.PJSIP_EVENT_TSX_STATE if event.body.tsxState.type == pj.PJSIP_EVENT_RX_MSG:
            return str(event.body.tsxState.src.rdata.wholeMsg)
        case pj.PJSIP_EVENT_RX_MSG:
            return str(event.body.rxMsg.rdata.wholeMsg)
        case _:
            return ""
