"""Reads the digit in the body of a SIP INFO of the type application/dtmf-relay. Pure.

``Signal`` is the digit itself, or its event number (RFC 4733 §3.2): 10 is ``*``, 11 is ``#``, 12 to
15 are ``A`` to ``D``, and 16 is a flash, which is no digit.
"""

import re

_TYPE = re.compile(
    rb"^(?:content-type|c)[ \t]*:[ \t]*application/dtmf-relay[ \t]*(?:;.*)?\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNAL = re.compile(rb"^[ \t]*signal[ \t]*=[ \t]*(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_DIGITS = {**{one: one for one in "0123456789*#ABCD"}, "10": "*", "11": "#"}
_DIGITS |= {"12": "A", "13": "B", "14": "C", "15": "D", "16": ""}


def carries_digit(head: bytes) -> bool:
    """Return whether a message carries a digit, by its Content-Type header."""
    return _TYPE.search(head) is not None


def read_digit(body: bytes) -> str | None:
    """Return the digit in a body: empty for a flash, None if there is no known digit."""
    signal = _SIGNAL.search(body.replace(b"\r", b"\n"))
    if signal is None:
        return None
    return _DIGITS.get(signal[1].decode("ascii", "replace").upper())
