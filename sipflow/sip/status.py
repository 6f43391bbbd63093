"""SIP status codes and their reason phrases. No I/O, no types of a library."""

from http import HTTPStatus

HIGHEST_PROVISIONAL = 199
LOWEST_FAILURE = 300
REQUEST_TIMEOUT = 408
# In bytes: the stack's buffer for a message that is sent (PJSIP_MAX_PKT_LEN of its build).
LONGEST_MESSAGE = 4000


# RFC 3261 §21 and the extensions used by calls; HTTP's phrases where SIP has none.
_REASONS = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    199: "Early Dialog Terminated",
    200: "OK",
    202: "Accepted",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    305: "Use Proxy",
    380: "Alternative Service",
    408: "Request Timeout",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    485: "Ambiguous",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    504: "Server Time-out",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
}


def is_ringing(code: int) -> bool:
    """Return whether a status code is an 18x, the only codes that count as ringing."""
    return 180 <= code <= 189


def carries_sdp(code: int) -> bool:
    """Return whether a provisional response sent with a code carries SDP: 182 to 189."""
    return 182 <= code <= 189


def reason_phrase(code: int) -> str:
    """Return the usual reason phrase of a status code, or an empty text for an unknown one."""
    if code in _REASONS:
        return _REASONS[code]
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""
