"""The errors that are reported to the user: one line each, with a code and an exit code.

An outcome of a run is a value, never one of these; a bug is neither and crashes.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self

# Short names of the kinds of errors, for programs: they stay when messages are improved.
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

# The meaning of each code, for the reference.
MEANINGS: dict[ErrorCode, str] = {
    "bad-data": "a file of `--data` that is invalid, or cannot be read",
    "bad-endpoint": "an endpoint that cannot be bound, or connected to",
    "bad-keys": "keys that are missing, damaged, or open to others",
    "bad-option": "an invalid argument, or an invalid value of an option",
    "bad-target": "an invalid `--target`",
    "bad-variable": "a `--set` that is not `NAME=VALUE`",
    "broken-stream": "a stream of events that ended before its run",
    "conflicting-options": "options that exclude each other",
    "duplicate-variable": "a variable that is set twice, or is a column of `--data` as well",
    "lacking-resource": "a resource that the machine lacks: ports, disk, processes, an output",
    "missing-option": "an option that the other options require",
    "not-possible": "a request that this kind of run does not support",
    "run-not-found": "no run, or several, with the name given",
    "same-file": "an output that would overwrite an input, or another output",
    "too-much-load": "a load of another host beyond its limit",
    "unknown-variable": "a `--set` of a variable that no file has",
    "unnamed-target": "a load that calls a target that no `--target` names",
    "unreadable-file": "a folder that cannot be read",
    "unwritable-file": "a file or folder that cannot be created or written",
    "wire-version": "a stream of events in a newer version of the format",
}


class SipflowError(Exception):
    """A user's error as one line: what is wrong, where, and what would be right.

    exit_code: the exit code of the command line (2: nothing was started)
    code: the short name of its kind
    """

    exit_code = 2
    code: ErrorCode = "bad-option"

    def __init__(self, message: str, *, code: ErrorCode | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class UsageError(SipflowError):
    """An invalid argument or option."""


class UsageErrors(UsageError):
    """Several invalid arguments or options, one line each."""

    def __init__(self, errors: Sequence[UsageError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)
        self.code = self.errors[0].code


class Mistakes:
    """Collects the usage errors of a command, so that all of them are reported together.

    ``with mistakes:`` records the error that the block raises, and continues after the block. A
    duplicate is not recorded again.
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
        """The collected errors, in order."""
        return tuple(self._errors)

    def raise_all(self) -> None:
        """Raise the collected errors: ``UsageErrors`` for several, nothing for none."""
        if len(self._errors) > 1:
            raise UsageErrors(self._errors)
        if self._errors:
            raise self._errors[0]


class RunNotFoundError(SipflowError):
    """No run, or more than one, matches the name that the user gave."""

    code = "run-not-found"


class ResourceError(SipflowError):
    """The machine lacks a resource that a run needs: ports, disk, descriptors, processes."""

    exit_code = 3
    code = "lacking-resource"


class BrokenStreamError(SipflowError):
    """The stream of a run's events ended before the run did."""

    exit_code = 3
    code = "broken-stream"
