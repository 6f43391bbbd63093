"""Regular expressions that take a bounded time on any text, so that no message stops a worker.

They are RE2's: time grows with the length of the text alone, whatever the pattern. For that it has
no back references and nothing that looks around; ``validate`` says so. A text matches if any part
of it does, unless ``^`` and ``$`` say otherwise. RE2 is loaded where there is a pattern: most
scenarios have none.
"""

import re
from functools import lru_cache
from typing import Any

LONGEST_PATTERN = 256
# No SIP message over UDP is as long.
LONGEST_TEXT = 8192
# Bytes for one pattern with its repeats; in larger ones RE2 would do without its fast ways.
_MEMORY = 1 << 20
_MOST_KEPT = 64

_BACK_REFERENCE = re.compile(r"\\[1-9]|\(\?P=")
_LOOKS_AROUND = re.compile(r"\(\?<?[=!]")


class PatternError(ValueError):
    """A pattern that is not understood, and why: to be put behind it."""


class Pattern:
    """A pattern, ready to be sought in texts."""

    def __init__(self, text: str) -> None:
        """Raises ``PatternError`` if the text is no pattern."""
        self._compiled = _compiled(text)

    def found_in(self, text: str) -> bool:
        """Tell whether any part of a text matches; of a long one its beginning is looked at."""
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
    """Return what RE2 says of a pattern, in words that go behind it."""
    where = message.partition(": ")[2]
    if _BACK_REFERENCE.match(where):
        return f"refers back with {where}, which regular expressions here (RE2's) cannot"
    if _LOOKS_AROUND.match(where):
        return f'looks around with "{where}", which regular expressions here (RE2\'s) cannot'
    return f"is no regular expression of RE2: {message}"
