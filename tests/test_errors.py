"""Errors of the user's: several of them are one, with a line each."""

from sipflow.errors import UsageError, UsageErrors


def test_several_errors_are_one_with_a_line_each() -> None:
    one, other = UsageError("--rate"), UsageError("--calls")
    both = UsageErrors([one, other])
    assert (both.errors, str(both), both.exit_code) == ((one, other), "--rate\n--calls", 2)
