"""Regular expressions that take a bounded time on any text, so that no message stops a worker.

The engine is RE2: time grows linearly with the length of the text, for every pattern. So there are
no back references and no look-around; ``validate`` reports them. A text matches if any part of it
does, unless ``^`` and ``$`` anchor the pattern. RE2 is imported only where there is a pattern: most
scenarios have none.
"""

import re
from functools import lru_cache
from typing import Any

LONGEST_PATTERN = 256
# Longer than any SIP message over UDP.
LONGEST_TEXT = 8192
# Memory in bytes for one compiled pattern; RE2 matches a larger one by slower methods.
_MEMORY = 1 << 20
_MOST_KEPT = 64

_BACK_REFERENCE = re.compile(r"\\[1-9]|\(\?P=")
_LOOKS_AROUND = re.compile(r"\(\?<?[=!]")


class PatternError(ValueError):
    """A pattern is no regular expression of RE2; the message goes behind the pattern."""


class Pattern:
    """A compiled pattern."""

    def __init__(self, text: str) -> None:
        """Raises ``PatternError`` if the text is no pattern."""
        self._compiled = _compiled(text)

    def found_in(self, text: str) -> bool:
        """Return whether any part of a text matches; of a long text only the beginning is read."""
        sought = text[:LONGEST_TEXT].encode("utf-8", "backslashreplace").decode()
        return self._compiled.search(sought) is not None


@lru_cache(_MOST_KEPT)
def _compiled(text: str) -> Any:
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"is longer than {LONGEST_PATTERN} characters")
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(text, options)
    except UnicodeEncodeError as error:
        raise PatternError("holds half a character") from error
    except re2.error as error:
        said = error.args[0]
        message = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise PatternError(_in_words(message)) from error


def _in_words(message: str) -> str:
    """Return RE2's error message as the rest of a sentence that begins with the pattern."""
    where = message.partition(": ")[2]
    if _BACK_REFERENCE.match(where):
        return f"refers back with {where}, which regular expressions here (RE2's) cannot"
    if _LOOKS_AROUND.match(where):
        return f'looks around with "{where}", which regular expressions here (RE2\'s) cannot'
    return f"is no regular expression of RE2: {message}"
