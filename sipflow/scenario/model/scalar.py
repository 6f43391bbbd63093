"""The value of an unquoted scalar, or of a variable that is a property's whole value.

Only true, false, null, integers and decimal numbers are special, as in JSON: ``on``, ``0123``,
``+1555`` and ``5060:30`` are texts, since in a file about telephones they are meant so.
"""

import re

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
# More digits than any number of a scenario has; int() refuses thousands of them.
_MOST_DIGITS = 18


def resolve(text: str) -> str | int | float | bool | None:
    """Return the value of a plain scalar."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
