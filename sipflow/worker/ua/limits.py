"""The limits of a pjsua2 endpoint that it does not survive, and how to stay inside them. Pure.

Found in pjsua2-python 2.15.1: four call legs at once, and 64 I/O handles, one for each socket.
"""

MAX_LEGS = 4
MAX_HANDLES = 64
# A line of media has a socket and a port for RTP, and one each for RTCP.
SOCKETS_OF_A_LINE = 2
# An offer has no more lines than this for the stack: it does not read the others.
MOST_LINES = 16
# Connections by TCP are taken in before anything can be asked: as long as there is room for all
# calls, and for the few more that may wait at the listening socket (pjsip: 5).
KEPT_FOR_CALLS = 20
# What the stack opens by itself beside a call: a connection for its requests.
KEPT_FREE = 2
# For how many milliseconds the handle of a closed socket is kept if others suffice: the time in
# which each thread has done what it was doing with it.
KEPT_CLOSED = 100


def audio_lines(offer: bytes) -> int:
    """Return how many lines of audio a session description has for which there are sockets."""
    lines = b"\n" + offer.lower().replace(b"\r", b"\n")
    return min(MOST_LINES, lines.count(b"\nm=audio "))
