"""The limits of a pjsua2 endpoint that it must not exceed: calls and I/O handles. Pure.

Found in pjsua2-python 2.15.1: four call legs at once, and 64 I/O handles, one for each socket.
"""

MAX_LEGS = 4
MAX_HANDLES = 64
# A line of media has a socket and a port for RTP, and one each for RTCP.
SOCKETS_OF_A_LINE = 2
# The stack reads at most so many lines of an offer.
MOST_LINES = 16
# TCP connections are accepted by the stack without asking: as long as there is room for all
# calls, and for the few more that may wait at the listening socket (pjsip: 5).
KEPT_FOR_CALLS = 20
# What the stack opens by itself beside a call: a connection for its requests.
KEPT_FREE = 2
# For how many milliseconds the handle of a closed socket is kept if others suffice: the time in
# which each thread has finished using it.
KEPT_CLOSED = 100


def audio_lines(offer: bytes) -> int:
    """Return how many audio lines of a session description get sockets."""
    lines = b"\n" + offer.lower().replace(b"\r", b"\n")
    return min(MOST_LINES, lines.count(b"\nm=audio "))
