"""The one exit code of several runs. Pure."""

from collections.abc import Iterable

from sipflow.protocol.verdict import COMPLETED, Outcome


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """Return the worst exit code: 130 over 3 over 2 over 1 over 0.

    A file that was not reached because another had failed says 0, so it is no worse than that.
    """
    return max((outcome.exit_code for outcome in outcomes), default=COMPLETED)
