"""The errors that a user can cause or must be told of: one clear line each, and an exit code.

An outcome of a run is a value, never one of these; a bug is neither and crashes.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Self


class SipflowError(Exception):
    """One line that says what is wrong, where, and what would be right.

    ``exit_code`` is what the command line ends with (2: nothing was started).
    """

    exit_code = 2


class UsageError(SipflowError):
    """An argument or option that cannot be used as it is."""


class UsageErrors(UsageError):
    """Several arguments or options that cannot be used, each with a line of its own."""

    def __init__(self, errors: Sequence[UsageError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


class Mistakes:
    """Collects the usage errors of a command, so that all of them are reported in one go.

    ``with mistakes:`` keeps the error that the block raises, and goes on behind it. One that is
    there already is not kept again.
    """

    def __init__(self) -> None:
        self._errors: list[UsageError] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, UsageError):
            return False
        kept = {str(one) for one in self._errors}
        several = error.errors if isinstance(error, UsageErrors) else (error,)
        self._errors += [one for one in several if str(one) not in kept]
        return True

    def __len__(self) -> int:
        """Return how many errors there are so far."""
        return len(self._errors)

    def raise_all(self) -> None:
        """Raise what was collected: ``UsageErrors`` for several, nothing for none."""
        if len(self._errors) > 1:
            raise UsageErrors(self._errors)
        if self._errors:
            raise self._errors[0]


class RunNotFoundError(SipflowError):
    """No run, or more than one, goes by what the user named."""


class ResourceError(SipflowError):
    """The machine refuses what a run needs: ports, disk, file descriptors, processes."""

    exit_code = 3


class BrokenStreamError(SipflowError):
    """A run's events cannot be followed to its end any more."""

    exit_code = 3
