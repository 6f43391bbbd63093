"""The line of a file that has come to its end, and what is said below it; one text for all views.

Pure. It keeps the widths of the columns, which grow with what is seen and never shrink.
"""

from collections.abc import Iterable

from msgspec import Struct

from sipflow.coordinator.subscribers.suite_picture import Entry, Standing
from sipflow.coordinator.subscribers.suite_table import NOTHING
from sipflow.coordinator.subscribers.wording import column_width, duration, one_line
from sipflow.protocol.verdict import Verdict


class Ending(Struct, frozen=True):
    """What is said of one file: its line and the lines below that, without line ends."""

    standing: Standing
    line: str
    below: tuple[str, ...] = ()


class SuiteLines:
    """Makes the lines, aligned with each other, for so many files."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._digits = len(str(total))
        self._verdict_width = len("completed")
        self._name_width = 0
        self._time_width = len("0.00 s")

    def expect(self, name: str) -> None:
        """Make room for the name of a scenario that has been started."""
        self._name_width = column_width((one_line(name),), self._name_width)

    def ending(self, done: int, entry: Entry, below: Iterable[str], at: str = "") -> Ending:
        """Return what to say of the file that is the ``done``-th that has come to its end.

        ``at``: the time of day, where it is to be said.
        """
        outcome, name, took = entry.outcome, NOTHING, NOTHING
        if isinstance(outcome, Verdict):
            name, took = one_line(outcome.scenario), duration(outcome.duration_s)
        self.expect(name)
        self._verdict_width = column_width((entry.standing,), self._verdict_width)
        self._time_width = column_width((took,), self._time_width)
        count = f"{at} {done:{self._digits}}/{self._total}  "
        columns = (
            f"{entry.standing:{self._verdict_width}}",
            f"{name:{self._name_width}}",
            f"{took:>{self._time_width}}",
            outcome.file,
        )
        indented = tuple(" " * len(count) + one_line(line) for line in below)
        return Ending(entry.standing, one_line(count + "  ".join(columns)), indented)
