"""Texts with variables in them: ``${name}``, ``${env:NAME}``, and ``$${`` for a plain ``${``.

It only parses texts; ``scope`` has the values. Linear in the text, and never raises.
"""

import re

from msgspec import Struct

from sipflow.scenario.codes import Code
from sipflow.text import shown

ENVIRONMENT = "env:"
# Names that a scenario may give to its own variables; the others are reserved for the run.
NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$"
RESERVED = ("run", "round", "instance", "env")
_NAME = re.compile(NAME_PATTERN.strip("^$"))
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
# The run's own: the last part names an aspect of the instance, whose id may contain dots.
_INSTANCE = re.compile(r"instance\.[^{}\n]{1,128}\.[a-z]+")
_TOKEN = re.compile(r"\$\$\{|\$\{([^{}]*)(\}?)")


class Reference(Struct, frozen=True):
    """A variable that a text names."""

    name: str


class Trouble(Struct, frozen=True):
    """What is wrong with a text's variables: a message that follows the text's name, and the fix.

    reported: whether it is already reported at the place of the definition
    """

    code: Code
    message: str
    right: str
    reported: bool = False


Pieces = tuple[str | Reference, ...]


def has_variables(text: str) -> bool:
    """Return whether a text may contain variables: a cheap test, since most texts have none."""
    return "${" in text


def taken_apart(text: str) -> Pieces | Trouble:
    """Parse a text into plain pieces and the variables between them."""
    pieces: list[str | Reference] = []
    at = 0
    for token in _TOKEN.finditer(text):
        plain, at = text[at : token.start()], token.end()
        if token[1] is None:
            pieces.append(plain + "${")
            continue
        trouble = _trouble(token)
        if trouble is not None:
            return trouble
        pieces += [plain, Reference(token[1])]
    pieces.append(text[at:])
    return tuple(piece for piece in pieces if piece != "")


def name_trouble(name: str) -> Trouble | None:
    """Return why a name cannot be that of a scenario's variable, or None if it can."""
    if name in RESERVED:
        return Trouble(
            "bad-variable", f"{shown(name)} is reserved for the run", "choose another name"
        )
    if _NAME.fullmatch(name) is None:
        return Trouble(
            "bad-variable",
            f"{shown(name)} cannot be the name of a variable",
            "use letters, digits, _ and -, and begin with a letter",
        )
    return None


def _trouble(token: re.Match[str]) -> Trouble | None:
    if not token[2]:
        return Trouble(
            "bad-variable",
            f'has a "${{" without its "}}" at character {token.start() + 1}',
            "close it, or write $${ where a plain ${ is meant",
        )
    name = token[1]
    is_known_form = (
        _ENVIRONMENT_NAME.fullmatch(name.removeprefix(ENVIRONMENT))
        if name.startswith(ENVIRONMENT)
        else _NAME.fullmatch(name) or _INSTANCE.fullmatch(name)
    )
    if is_known_form:
        return None
    return Trouble(
        "bad-variable",
        f"names the variable {shown(name)}, which cannot be one",
        "write ${name}, ${env:NAME} or ${instance.NAME.port}, or $${ for a plain ${",
    )
