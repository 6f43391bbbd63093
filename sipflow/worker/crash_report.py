"""Why a worker's process ended of an error of its own: written by it, read by its parent.

A file beside the worker's own log, because nothing else is sure to outlive a process that fails at
any moment. It must not raise: the error that it is about is the one to be seen.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from sipflow.protocol.masking import Mask

# A line that fits into a verdict, and as much of a stack of calls as people read.
_LONGEST_CAUSE = 300
_LONGEST_TRACE = 8_000


def write_report(log: str, error: BaseException, mask: Mask | None = None) -> None:
    """Write down what ends this process: in its report, and at the end of its log of now."""
    import traceback  # every worker's start would wait for it

    trace = _masked("".join(traceback.format_exception(error)), mask)
    with suppress(OSError, ValueError):
        sys.stderr.write(trace)
        sys.stderr.flush()
    only = "".join(traceback.format_exception_only(error)).strip()
    cause = _masked(only, mask).splitlines()
    place = _place(error)
    text = f"{cause[-1] if cause else type(error).__name__}{place}"[:_LONGEST_CAUSE]
    whole = f"{text}\n{trace[-_LONGEST_TRACE:]}"
    with suppress(OSError):
        descriptor = os.open(_report(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(whole)


def take_report(log: str) -> tuple[str, str]:
    """Return the cause and the trace of a report, both empty if there is none, and remove it."""
    report = _report(log)
    try:
        text = report.read_text(encoding="utf-8", errors="replace")
        report.unlink()
    except OSError:
        return "", ""
    cause, _, trace = text.partition("\n")
    return cause, trace


def _masked(text: str, mask: Mask | None) -> str:
    return text if mask is None else mask.text(text)


def _report(log: str) -> Path:
    return Path(f"{log}.crash")


def _place(error: BaseException) -> str:
    """Return where in the program it was raised, for whoever has only the one line."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})"
