"""Crash report: why a worker's process ended by an error of its own, written for its parent.

A file beside the worker's own log, because nothing else is sure to outlive a process that fails at
any moment. Writing it must not raise: the original error is the one to be reported.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from sipflow.protocol.masking import Mask

# A line that fits into a verdict, and as much of a stack trace as people read.
_LONGEST_CAUSE = 300
_LONGEST_TRACE = 8_000


def write_report(log: str, error: BaseException, mask: Mask | None = None) -> None:
    """Write the error that ends this process to its report and to the end of its current log."""
    import traceback  # imported here, else it would delay every worker's start

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
    """Return the file and line that raised the error, for readers who see only the one line."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})"
