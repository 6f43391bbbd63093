"""``--set NAME=VALUE`` of the command line to variables. Pure."""

from collections.abc import Iterable

from sipflow.coordinator.scenario.template import name_trouble
from sipflow.coordinator.scenario.wording import shown
from sipflow.errors import UsageError


def variables(settings: Iterable[str]) -> dict[str, str]:
    """Return the variables; raises ``UsageError`` for what is none, or is set twice."""
    found: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {shown(setting)}: write NAME=VALUE")
        trouble = name_trouble(name)
        if trouble is not None:
            raise UsageError(f"--set: {trouble.message}; {trouble.right}")
        if name in found:
            raise UsageError(f"--set: {shown(name)} is set twice; keep one of them")
        found[name] = value
    return found
