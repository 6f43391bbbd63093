"""RFC 6076's delays from the SIP messages of a capture. Pure; shares nothing with sipflow.

Session request delay (§4.3.1): from the first INVITE to the first response after 100. Session
disconnect delay (§4.4): from the first BYE to its final response. Both by Call-ID, in milliseconds.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_FIRST_RINGING = 101
_FIRST_FINAL = 200


@dataclass(frozen=True)
class Message:
    """What matters of a SIP message; ``time`` in seconds, ``code`` None for a request."""

    time: float
    call_id: str
    method: str
    code: int | None


@dataclass(frozen=True)
class Delays:
    """All delays that were found, and how many calls were begun."""

    calls: int
    srd: list[float]
    sdd: list[float]


def delays(messages: Iterable[Message]) -> Delays:
    """Return the delays of all calls; messages come in the order of time."""
    asked: dict[tuple[str, str], float] = {}
    answered: dict[tuple[str, str], float] = {}
    lowest = {"INVITE": _FIRST_RINGING, "BYE": _FIRST_FINAL}
    for message in messages:
        key = (message.call_id, message.method)
        if message.method not in lowest:
            continue
        if message.code is None:
            asked.setdefault(key, message.time)
        elif message.code >= lowest[message.method] and key in asked:
            answered.setdefault(key, message.time)
    took = {key: 1000 * (moment - asked[key]) for key, moment in answered.items()}
    return Delays(
        calls=sum(method == "INVITE" for _, method in asked),
        srd=sorted(value for (_, method), value in took.items() if method == "INVITE"),
        sdd=sorted(value for (_, method), value in took.items() if method == "BYE"),
    )


def percentile(values: list[float], percent: float) -> float:
    """Return the smallest of sorted values that so many percent of them do not exceed."""
    return values[max(0, math.ceil(len(values) * percent / 100) - 1)] if values else math.nan
