"""What a node fails by, as the failure branches of a scenario name it. Pure.

A cause is a status code (``486``), a class of them (``4xx``), ``timeout`` for the time limit, or
``else`` for whatever no other branch of the node names.
"""

import re

TIMEOUT = "timeout"
ELSE = "else"
# What an event says is behind the failure of a node whose time limit has passed, or whose request
# the SIP stack has given up.
TIME_LIMIT = "time limit"
PATTERN = r"^([1-6][0-9]{2}|[1-6]xx|timeout|else)$"
_CAUSE = re.compile(PATTERN.strip("^$"))


def is_cause(text: str) -> bool:
    """Tell whether a branch can be for this."""
    return _CAUSE.fullmatch(text) is not None


def causes(code: int | None, behind: str) -> tuple[str, ...]:
    """Return the causes of a failure, the most specific one first, without ``else``.

    ``code`` is that of its reason, ``behind`` the cause that its event names.
    """
    timeout = (TIMEOUT,) if behind == TIME_LIMIT else ()
    return timeout if code is None else (*timeout, str(code), f"{code // 100}xx")
