"""Masking: replaces values of the environment in all output about a run. Pure.

Each process masks its messages in the one place that sends them. A scenario without
``${env:NAME}`` has no mask and no cost.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeVar

import msgspec
from msgspec import Struct

# Shorter ones would be found in half of all texts, and can be guessed.
SHORTEST = 4
# The fields that hold texts; all others are numbers, names of the scenario file, and fixed words.
_TEXTS = ("cause", "message", "local", "peer", "leg", "detail", "left", "registrations")
_PARTS = ("reason", "failure")
# The end of a text that was cut off.
_CUT = "…"

T = TypeVar("T", bound=Struct)


class Mask:
    """Shows ``${env:NAME}`` in place of the values of the environment that a scenario uses."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        forms = {form: name for name, value in secrets.items() for form in _forms(value)}
        # The longest first: one may be the beginning of another.
        self._forms = {form: forms[form] for form in sorted(forms, key=len, reverse=True)}
        # What is masked already stays so, whatever the values are.
        self._pattern = re.compile(
            "|".join([r"\$\{env:\w+\}", *(f"({re.escape(form)})" for form in self._forms)])
        )
        self._names = list(self._forms.values())

    def text(self, text: str) -> str:
        """Return a text without the values, also without the beginning of one that is cut off."""
        masked = self._pattern.sub(self._shown, text)
        return self._without_cut_off(masked) if _CUT in masked else masked

    def of(self, said: T) -> T:
        """Return an event, or any other message, without the values in its texts."""
        changed = {}
        for name in _maskable(type(said)):
            value = getattr(said, name)
            masked = self._value(value)
            if masked != value:
                changed[name] = masked
        return msgspec.structs.replace(said, **changed) if changed else said

    def _value(self, value: object) -> object:
        match value:
            case str():
                return self.text(value)
            case tuple():
                return tuple(map(self._value, value))
            case Struct():
                return self.of(value)
            case _:
                return value

    def _shown(self, found: re.Match[str]) -> str:
        if found.lastindex is None:
            return found[0]
        return _reference(self._names[found.lastindex - 1])

    def _without_cut_off(self, text: str) -> str:
        first, *rest = text.split(_CUT)
        pieces = [first]
        for piece in rest:
            pieces[-1] = self._without_end(pieces[-1])
            pieces.append(piece)
        return _CUT.join(pieces)

    def _without_end(self, text: str) -> str:
        """Return a text that does not end with the beginning of a value."""
        for form, name in self._forms.items():
            at = text.find(form[:SHORTEST], max(0, len(text) - len(form)))
            while at >= 0:
                if form.startswith(text[at:]):
                    return text[:at] + _reference(name)
                at = text.find(form[:SHORTEST], at + 1)
        return text


def mask_of(secrets: Mapping[str, str]) -> Mask | None:
    """Return the mask for values of the environment, by name; None if there are none to mask."""
    hidden = {name: value for name, value in secrets.items() if any(_forms(value))}
    return Mask(hidden) if hidden else None


def _reference(name: str) -> str:
    return f"${{env:{name}}}"


def _forms(value: str) -> Iterator[str]:
    """Yield how a value may be written: each of its lines, as it is and as texts quote it."""
    for line in dict.fromkeys([value.strip(), *map(str.strip, value.splitlines())]):
        if len(line) >= SHORTEST:
            yield line
            yield repr(line)[1:-1]
            yield line.replace("\\", "\\\\").replace('"', '\\"')
            yield "".join(one if one.isprintable() else "\ufffd" for one in line)


@cache
def _maskable(kind: type[Struct]) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in msgspec.structs.fields(kind)
        if field.name in _TEXTS or field.name in _PARTS
    )
