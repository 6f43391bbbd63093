"""The one exit code of several files. Pure."""

from collections.abc import Iterable

from sipflow.protocol.verdict import (
    COMPLETED,
    FAILED,
    INFRASTRUCTURE,
    NOT_STARTED,
    STOPPED,
    Outcome,
    Verdict,
)


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """Return the exit code of all: 130 over 3 over 1 over 0.

    A file with problems counts as failed where others ran; 2 is left for a command that could
    start nothing. A file that was not reached because another had failed makes it no worse.
    """
    all_of_them = tuple(outcomes)
    codes = {outcome.exit_code for outcome in all_of_them}
    for code in (STOPPED, INFRASTRUCTURE):
        if code in codes:
            return code
    if NOT_STARTED in codes and not any(isinstance(one, Verdict) for one in all_of_them):
        return NOT_STARTED
    return FAILED if codes - {COMPLETED} else COMPLETED
