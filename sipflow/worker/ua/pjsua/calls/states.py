"""Events for a call's new states."""

import pjsua2 as pj

from sipflow.sip.status import reason_phrase
from sipflow.worker.ua.events import DialogConfirmed, DialogEnded, OrderRefused, Progressed
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.calls.causes import Cause
from sipflow.worker.ua.pjsua.calls.reinvites import negotiated_media
from sipflow.worker.ua.pjsua.stack.packet_times import PacketTimes
from sipflow.worker.ua.pjsua.stack.received import received_text

_OK = 200
_TRYING = 100


def confirmed(
    call: Call, info: pj.CallInfo, packets: PacketTimes
) -> DialogConfirmed | OrderRefused:
    """Return the event for a call that is answered and acknowledged, as far as that was possible.

    Without the ACK the peer takes the call for a failed one (RFC 3261 §13.3.1.4).
    """
    if call.unsent:
        return OrderRefused(call.key, f"the ACK could not be sent to {call.unsent}")
    media, at = negotiated_media(call, info), packets.received()
    if media is None or not media.codec:
        call.fault = call.answer_fault() or ("" if media else "the SDP negotiated no audio")
    call.answered_by = ""
    phrase = reason_phrase(_OK)
    return DialogConfirmed(call.key, _OK, phrase, call.last_received, media, at, call.fault)


def confirmed_by_bye(call: Call, packets: PacketTimes) -> DialogConfirmed:
    """Return the event for a BYE in place of an ACK: the 200 has arrived."""
    return DialogConfirmed(
        call.key, _OK, reason_phrase(_OK), call.message, at=packets.received(), acknowledged=False
    )


def progressed(call: Call, info: pj.CallInfo, packets: PacketTimes) -> Progressed | None:
    """Return the event for a provisional response to our INVITE, None for a 100 or no response."""
    code = info.lastStatusCode
    if info.role != pj.PJSIP_ROLE_UAC or code <= _TRYING:
        return None
    reason = received_text(info.lastReason)
    return Progressed(call.key, code, reason, call.sdp_received, call.message, packets.received())


def ended(call: Call, cause: Cause, at: float) -> DialogEnded:
    """Return the event for the end of a call; a BYE without an answer is not confirmed."""
    bye, unconfirmed = (call.bye_sent, cause.code is None) if cause.of_bye else (None, False)
    code, text, stands_for, *_ = cause
    return DialogEnded(
        call.key, code, text, call.message, at, bye, stands_for, unconfirmed, cause.machine
    )
