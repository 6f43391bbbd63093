"""Plain scalars: numbers, true, false and nothing; all else is text."""

import pytest

from sipflow.scenario.model.scalar import resolve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-12", -12),
        ("1.50", 1.5),
        ("-1e3", -1000.0),
        ("1" * 19, 1111111111111111111.0),
        ("9" * 5000, float("inf")),
        ("on", "on"),
        ("no", "no"),
        ("y", "y"),
        ("0123", "0123"),
        ("+1555", "+1555"),
        ("5060:30", "5060:30"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2026-01-01", "2026-01-01"),
        ("100ms", "100ms"),
        ("\u0665", "\u0665"),
    ],
)
def test_only_json_scalars_mean_something_in_plain_text(text: str, expected: object) -> None:
    assert resolve(text) == expected
    assert type(resolve(text)) is type(expected)
