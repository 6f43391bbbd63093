"""The errors that a user can cause or must be told of: one clear line each, and an exit code.

An outcome of a run is a value, never one of these; a bug is neither and crashes.
"""

from collections.abc import Sequence


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


class RunNotFoundError(SipflowError):
    """No run, or more than one, goes by what the user named."""


class ResourceError(SipflowError):
    """The machine refuses what a run needs: ports, disk, file descriptors, processes."""

    exit_code = 3


class BrokenStreamError(SipflowError):
    """A run's events cannot be followed to its end any more."""

    exit_code = 3
