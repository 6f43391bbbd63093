"""The errors that a user can cause or must be told of: one clear line each, and an exit code.

An outcome of a run is a value, never one of these; a bug is neither and crashes.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self

# Short names of the kinds of errors, which programs can go by: they stay when sentences improve.
ErrorCode = Literal[
    "bad-data",
    "bad-endpoint",
    "bad-keys",
    "bad-option",
    "bad-target",
    "bad-variable",
    "broken-stream",
    "conflicting-options",
    "duplicate-variable",
    "lacking-resource",
    "missing-option",
    "not-possible",
    "run-not-found",
    "same-file",
    "too-much-load",
    "unknown-variable",
    "unnamed-target",
    "unreadable-file",
    "unwritable-file",
    "wire-version",
]

# What each means, for the reference.
MEANINGS: dict[ErrorCode, str] = {
    "bad-data": "what a file of `--data` holds, or that it cannot be read",
    "bad-endpoint": "an endpoint that nothing can listen at, or connect to",
    "bad-keys": "keys that are missing, damaged, or open to others",
    "bad-option": "an argument, or a value that its option does not take",
    "bad-target": "a `--target` that is none",
    "bad-variable": "a `--set` that is no `NAME=VALUE`",
    "broken-stream": "events of a run that cannot be followed to its end",
    "conflicting-options": "options that do not go together",
    "duplicate-variable": "a variable that is set twice, or is a column of `--data` as well",
    "lacking-resource": "what the machine refuses: ports, disk, processes, an output",
    "missing-option": "an option that is needed beside the others",
    "not-possible": "what a run of this kind cannot do",
    "run-not-found": "no run, or several, that go by what was named",
    "same-file": "an output that would go over an input, or over another output",
    "too-much-load": "a load of another host beyond its limit",
    "unknown-variable": "a `--set` of a variable that no file has",
    "unnamed-target": "a load that calls what no `--target` names",
    "unreadable-file": "a folder that cannot be read",
    "unwritable-file": "a file or folder that cannot be made or written",
    "wire-version": "a stream of events of another version",
}


class SipflowError(Exception):
    """One line that says what is wrong, where, and what would be right.

    ``exit_code`` is what the command line ends with (2: nothing was started). ``code``: the short
    name of its kind.
    """

    exit_code = 2
    code: ErrorCode = "bad-option"

    def __init__(self, message: str, *, code: ErrorCode | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class UsageError(SipflowError):
    """An argument or option that cannot be used as it is."""


class UsageErrors(UsageError):
    """Several arguments or options that cannot be used, each with a line of its own."""

    def __init__(self, errors: Sequence[UsageError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)
        self.code = self.errors[0].code


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

    @property
    def errors(self) -> tuple[UsageError, ...]:
        """What was collected, in order."""
        return tuple(self._errors)

    def raise_all(self) -> None:
        """Raise what was collected: ``UsageErrors`` for several, nothing for none."""
        if len(self._errors) > 1:
            raise UsageErrors(self._errors)
        if self._errors:
            raise self._errors[0]


class RunNotFoundError(SipflowError):
    """No run, or more than one, goes by what the user named."""

    code = "run-not-found"


class ResourceError(SipflowError):
    """The machine refuses what a run needs: ports, disk, file descriptors, processes."""

    exit_code = 3
    code = "lacking-resource"


class BrokenStreamError(SipflowError):
    """A run's events cannot be followed to its end any more."""

    exit_code = 3
    code = "broken-stream"
