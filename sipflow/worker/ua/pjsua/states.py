"""What a call's new state tells, as a happening."""

import pjsua2 as pj

from sipflow.protocol.sip import reason_phrase
from sipflow.worker.happenings import DialogConfirmed, Progressed
from sipflow.worker.ua.pjsua.call import Call
from sipflow.worker.ua.pjsua.received import received_text
from sipflow.worker.ua.pjsua.reinvites import negotiated_media

_OK = 200
_TRYING = 100
# What a call ends with that nobody answers, and one that cannot be sent.
_OUR_OWN = (0, 408, 503)


def was_received(code: int) -> bool:
    """Tell whether a call that ended with a code did so by a message that came in."""
    return code not in _OUR_OWN


def confirmed(call: Call, info: pj.CallInfo, at: float) -> DialogConfirmed:
    """Return what it means that a call is answered and acknowledged."""
    media = negotiated_media(call, info)
    return DialogConfirmed(call.key, _OK, reason_phrase(_OK), call.heard_last, media, at)


def progressed(call: Call, info: pj.CallInfo, at: float) -> Progressed | None:
    """Return what a provisional response to our INVITE means, None if it was none or a 100."""
    code = info.lastStatusCode
    if info.role != pj.PJSIP_ROLE_UAC or code <= _TRYING:
        return None
    reason = received_text(info.lastReason)
    return Progressed(call.key, code, reason, call.sdp_heard, call.message, at)
