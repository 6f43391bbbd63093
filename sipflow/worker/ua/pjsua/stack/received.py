"""What the other side wrote, made fit to be told. Pure."""

import pjsua2 as pj


def received_text(said: str) -> str:
    """Return what the other side wrote as text that can be told: not all of it need be UTF-8."""
    return said.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


# The text of the message behind what the stack tells, where one was received.


def received_message(event: pj.SipEvent) -> str:
    """Return the whole message of an event, an empty text if it was none of the other side's."""
    match event.type:
        case pj.PJSIP_EVENT_TSX_STATE if event.body.tsxState.type == pj.PJSIP_EVENT_RX_MSG:
            return str(event.body.tsxState.src.rdata.wholeMsg)
        case pj.PJSIP_EVENT_RX_MSG:
            return str(event.body.rxMsg.rdata.wholeMsg)
        case _:
            return ""
