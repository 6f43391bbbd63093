"""Parses ``--set NAME=VALUE`` into variables, and rejects those that no file has. Pure."""

from collections.abc import Iterable, Sequence

from sipflow.errors import Mistakes, UsageError, UsageErrors
from sipflow.scenario.problems import Reading
from sipflow.scenario.variables.template import name_trouble
from sipflow.text import shown


def variables(settings: Iterable[str], mistakes: Mistakes) -> dict[str, str]:
    """Return the variables; settings that are invalid or repeated are added to ``mistakes``."""
    found: dict[str, str] = {}
    for setting in settings:
        with mistakes:
            name, value = _variable(setting)
            if name in found:
                raise UsageError(
                    f"--set: {shown(name)} is set twice; keep one of them",
                    code="duplicate-variable",
                )
            found[name] = value
    return found


def _variable(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise UsageError(f"--set {shown(setting)}: write NAME=VALUE", code="bad-variable")
    trouble = name_trouble(name)
    if trouble is not None:
        raise UsageError(f"--set: {trouble.message}; {trouble.right}", code="bad-variable")
    return name, value


def check_known(readings: Sequence[Reading]) -> None:
    """Raise ``UsageErrors`` for variables that none of the files of a command has or names."""
    unused = [one.unused for one in readings if one.unused is not None]
    if len(unused) < len(readings) or not readings:
        return  # a file that could not be read may have the variable
    names = [{one.name for one in each} for each in unused]
    errors = [
        UsageError(
            f"unknown variable {shown(one.name)} in --set ({one.right})", code="unknown-variable"
        )
        for one in unused[0]
        if all(one.name in each for each in names)
    ]
    if errors:
        raise UsageErrors(errors)
