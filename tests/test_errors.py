"""Errors of the user's: several of them are one, with a line each."""

import pytest

from sipflow.errors import Mistakes, ResourceError, UsageError, UsageErrors


def test_several_errors_are_one_with_a_line_each() -> None:
    one, other = UsageError("--rate"), UsageError("--calls")
    both = UsageErrors([one, other])
    assert (both.errors, str(both), both.exit_code) == ((one, other), "--rate\n--calls", 2)


def test_mistakes_are_collected_each_once_and_raised_together() -> None:
    mistakes = Mistakes()
    with mistakes:
        pass
    mistakes.raise_all()
    with mistakes:
        raise UsageError("--rate")
    with pytest.raises(UsageError, match=r"^--rate$"):
        mistakes.raise_all()
    with mistakes:
        raise UsageErrors([UsageError("--calls"), UsageError("--rate")])
    assert len(mistakes) == 2
    with pytest.raises(UsageErrors, match=r"^--rate\n--calls$"):
        mistakes.raise_all()


def test_what_is_no_mistake_of_the_users_goes_its_way() -> None:
    with pytest.raises(ResourceError), Mistakes():
        raise ResourceError("no port")
