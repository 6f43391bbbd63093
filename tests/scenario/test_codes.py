"""The codes of problems: each has its meaning, and each is that of some problem."""

import re
from pathlib import Path
from typing import get_args

import pytest

from sipflow import errors
from sipflow.scenario import codes

PACKAGE = Path(errors.__file__).parent
SOURCE = "\n".join(
    file.read_text("utf-8")
    for file in PACKAGE.rglob("*.py")
    if file not in (Path(codes.__file__), Path(errors.__file__))
)
KINDS: list[type[errors.SipflowError]] = [
    errors.SipflowError,
    *errors.SipflowError.__subclasses__(),
]
OWN = [kind.code for kind in KINDS]


@pytest.mark.parametrize("module", [codes, errors])
def test_every_code_has_a_meaning_and_nothing_else_has(module: object) -> None:
    kind = codes.Code if module is codes else errors.ErrorCode
    meanings = getattr(module, "MEANINGS")  # noqa: B009 - of either module
    assert sorted(get_args(kind)) == sorted(meanings)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in meanings)


@pytest.mark.parametrize("code", sorted({*codes.MEANINGS, *errors.MEANINGS}))
def test_every_code_is_in_use(code: str) -> None:
    assert f'"{code}"' in SOURCE or code in OWN
