"""Why the SIP stack itself refused a request, derived from its response and the request. Pure."""

from sipflow.sip.sdp import read_codecs, same_codec
from sipflow.sip.status import reason_phrase
from sipflow.worker.ua import no_codec_in_common
from sipflow.worker.ua.limits import MAX_LEGS

_NO_DIALOG, _BUSY, _NOT_ACCEPTABLE, _INTERNAL_ERROR = 481, 486, 488, 500
_PLAIN_RTP = "RTP/AVP"
# The header that explains a code, and the words before the header's value.
_NAMED = {
    415: ("Accept", "only {} is understood"),
    420: ("Unsupported", "it requires {}, which is not supported"),
    421: ("Require", "it does not support {}, which is required"),
    422: ("Min-SE", "its session interval is shorter than {} s"),
}


def header(message: str, name: str, short: str = "") -> str:
    """Return the value of the first header of a name, empty if there is none."""
    for line in message.partition("\r\n\r\n")[0].split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.strip().casefold() in (name.casefold(), short or name.casefold()):
            return value.strip()
    return ""


def uri(value: str) -> str:
    """Return the URI of a value of Contact or From."""
    return value.partition("<")[2].partition(">")[0] or value.partition(";")[0]


def sender(answer: str) -> str:
    """Return the address of the request's sender, from the Via of its response."""
    via = header(answer, "Via", "v").split(",")[0]
    sent_by, *parameters = via.partition(" ")[2].strip().split(";")
    host, _, port = sent_by.strip().rpartition(":") if ":" in sent_by else (sent_by, "", "5060")
    known = dict(one.partition("=")[::2] for one in map(str.strip, parameters))
    return f"{known.get('received') or host}:{known.get('rport') or port}"


def reason(code: int, answer: str, request: str, codecs: tuple[str, ...], tcp: bool = False) -> str:
    """Return why a request was refused with a code, empty if nothing explains it.

    ``request``: its text as received, empty if it is not at hand.
    ``codecs``, ``tcp``: those of the instance.
    """
    name, words = _NAMED.get(code, ("", ""))
    named = header(answer, name) if name else ""
    if named:
        return words.format(named)
    if code == _NO_DIALOG:
        return "there is no such dialog here"
    if code == _BUSY:
        return f"the instance has {MAX_LEGS} legs already"
    if code == _NOT_ACCEPTABLE and request:
        return _media_reason(request, codecs)
    if code == _INTERNAL_ERROR and (why := _unreachable(request, tcp)):
        return why
    phrase = answer.partition("\r\n")[0].split(" ", 2)[2:]
    return "" if not phrase or phrase[0] == reason_phrase(code) else phrase[0]


def shares_codec(message: str, codecs: tuple[str, ...]) -> bool:
    """Return whether a message offers a codec that the instance has, or none at all."""
    offered = read_codecs(message)
    return not offered or any(same_codec(one, own) for one in offered for own in codecs)


def _media_reason(request: str, codecs: tuple[str, ...]) -> str:
    stream = _stream(request)
    if not stream:
        return "it offers no audio"
    if stream[2:3] != [_PLAIN_RTP]:
        return f"it offers {' '.join(stream[2:3])} alone, this instance has {_PLAIN_RTP}"
    if not shares_codec(request, codecs) or not read_codecs(request):
        return no_codec_in_common(read_codecs(request), codecs)
    return "nothing of what it offers can be accepted"


def _unreachable(request: str, tcp: bool) -> str:
    """Return why requests in the dialog of an INVITE could not be sent, empty if they can.

    They go to the first Record-Route, or else to the Contact (RFC 3261 §12.1.1, §12.2.1.1).
    """
    name, route = "Record-Route", header(request, "Record-Route")
    if not route:
        name, route = "Contact", header(request, "Contact", "m")
    place = uri(route)
    scheme, _, rest = place.casefold().partition(":")
    host, *parameters = rest.rpartition("@")[2].split(";")
    transport = dict(one.partition("=")[::2] for one in parameters).get("transport", "udp")
    if scheme == "sips":
        transport = "tls"
    if transport not in ("udp", "tcp" if tcp else "udp"):
        wanted = transport.upper()
        return f"its {name} asks for {wanted}, which this instance does not have: {place}"
    if host.startswith("["):
        return f"its {name} has an IPv6 address, and this instance has IPv4 alone: {place}"
    return ""


def _stream(message: str) -> list[str]:
    lines = message.replace("\r\n", "\n").split("\n")
    return next((line.split() for line in lines if line.startswith("m=audio ")), [])
