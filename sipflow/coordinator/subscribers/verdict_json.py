"""The verdict as one JSON object on one line, for programs: what ``start --json`` prints. Pure."""

import msgspec

from sipflow.protocol.verdict import Verdict

# Milliseconds: finer than that is the machine's mood.
_DIGITS = 3


def verdict_json(verdict: Verdict) -> str:
    """Return the JSON object, its keys in the order of the types, without a line end."""
    rounded = msgspec.structs.replace(verdict, duration_s=round(verdict.duration_s, _DIGITS))
    return msgspec.json.encode(rounded).decode()
