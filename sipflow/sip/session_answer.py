"""Checks the SDP answer of a call or a re-INVITE. Pure.

A 2xx alone does not make a session: the SDP in it, or in the ACK if the 2xx had the offer, must
answer the offer (RFC 3261 §13.2.1, RFC 3264 §6).
"""

from sipflow.sip.sdp import read_codecs, refuses_audio, same_codec

_RESPONSE = "SIP/2.0"


def fault_of(message: str, codecs: tuple[str, ...]) -> str:
    """Return why the SDP of a message is no answer to an offer of codecs; empty if it is.

    ``message``: a 2xx or an ACK, empty if unknown.
    """
    if not message:
        return ""
    first, second, *_ = [*message.split(None, 2), "", ""]
    subject = second if first == _RESPONSE else first
    head, _, body = message.replace("\r\n", "\n").partition("\n\n")
    if not body.strip() or "application/sdp" not in head.casefold():
        return f"the {subject} has no SDP"
    refused = refuses_audio(message)
    if refused is None:
        return f"the SDP of the {subject} has no audio that can be understood"
    if refused:
        return f"the SDP of the {subject} refuses the audio: its port is 0"
    named = read_codecs(message)
    if any(same_codec(one, own) for one in named for own in codecs):
        return ""
    return (
        f"no codec in common: the SDP of the {subject} has {', '.join(named) or 'none'}, "
        f"this instance {', '.join(codecs)}"
    )
