"""The causes of a node's failure, as the failure branches of a scenario name them. Pure.

A cause is a status code (``486``), a class of them (``4xx``), ``timeout`` for the time limit, or
``else`` for every failure that no other branch of the node names.
"""

import re

TIMEOUT = "timeout"
ELSE = "else"
# The cause in the event of a node that failed because its time limit had passed, or because the SIP
# stack had given up its request.
TIME_LIMIT = "time limit"
PATTERN = r"^([1-6][0-9]{2}|[1-6]xx|timeout|else)$"
_CAUSE = re.compile(PATTERN.strip("^$"))


def is_cause(text: str) -> bool:
    """Return whether a text is a cause that a failure branch can name."""
    return _CAUSE.fullmatch(text) is not None


def causes(code: int | None, behind: str) -> tuple[str, ...]:
    """Return the causes of a failure, the most specific one first, without ``else``.

    code: the status code of its reason
    behind: the cause in its event
    """
    timeout = (TIMEOUT,) if behind == TIME_LIMIT else ()
    return timeout if code is None else (*timeout, str(code), f"{code // 100}xx")
