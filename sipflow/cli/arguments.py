"""Commands and options that report all invalid arguments together, not only the first.

Only the types of values are checked here. A command that collects continues with these errors and
adds its own; any other ends with them, as click does with one.
"""

from functools import partial
from typing import Any

import click

from sipflow.errors import Mistakes, UsageError

_MISTAKES = "sipflow.mistakes"


class _Option(click.Option):
    """An option whose invalid value is recorded and replaced until the command is refused."""

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the value converted to its type; see ``click.Parameter.type_cast_value``."""
        try:
            return super().type_cast_value(ctx, value)
        except click.BadParameter as error:
            error.ctx, error.param = ctx, self
            _noted(ctx).append(error.format_message())
        if self.multiple:
            return ()
        if self.type is click.INT:
            return 1  # a placeholder, so that the option does not count as missing
        default = self.get_default(ctx)
        return default if isinstance(default, str | int) else None


option = partial(click.option, cls=_Option)


class Command(click.Command):
    """A command; one that ``collects`` gets the errors from ``collected_mistakes``."""

    def __init__(self, *args: Any, collects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._collects = collects

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; see ``click.Command.parse_args``."""
        args = list(args)
        unknown: list[str] = []
        last: str | None = None
        rest: list[str] = []
        while True:
            try:
                rest = super().parse_args(ctx, list(args))
            except click.NoSuchOption as error:
                unknown.append(error.format_message())
                fewer = _without(args, [error.option_name, *ctx.help_option_names])
                _forget(ctx)
                if len(fewer) < len(args):  # else it is one of several letters after one dash
                    args = fewer
                    continue
            except click.UsageError as error:
                # A leftover argument may be the value of the unknown option.
                if not unknown or isinstance(error, click.BadParameter):
                    last = error.format_message()
            break
        noted = _noted(ctx)
        if unknown or last is not None or (noted and not self._collects):
            every = [*unknown, *noted, *([] if last is None else [last])]
            raise click.UsageError("\nError: ".join(every), ctx)
        return rest


def collected_mistakes() -> Mistakes:
    """Return the errors in the arguments of the current command."""
    mistakes = Mistakes()
    for message in _noted(click.get_current_context()):
        with mistakes:
            raise UsageError(message, code="bad-option")
    return mistakes


def _noted(ctx: click.Context) -> list[str]:
    noted: list[str] = ctx.meta.setdefault(_MISTAKES, [])
    return noted


def _forget(ctx: click.Context) -> None:
    """Clear the parsed values, so that the arguments can be parsed again from the beginning."""
    ctx.params.clear()
    _noted(ctx).clear()


def _without(args: list[str], names: list[str]) -> list[str]:
    """Return the arguments without an option of these names, alone or as ``OPTION=VALUE``."""
    return [one for one in args if one.partition("=")[0] not in names]
