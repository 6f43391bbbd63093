"""Numbers as block characters."""

import pytest

from sipflow.console.load.bars import bars, ceiling


@pytest.mark.parametrize(
    ("values", "highest", "rows", "drawn"),
    [
        ([], 8.0, 2, ["", ""]),
        ([0.0, 1.0, 4.0, 8.0], 8.0, 1, [" ▁▄█"]),
        ([0.0, 1.0, 4.0, 8.0], 8.0, 2, ["   █", " ▂██"]),
        ([0.001], 1000.0, 1, ["▁"]),  # a little is not nothing
        ([9.0, -1.0], 8.0, 1, ["█ "]),
        ([1.0], 0.0, 1, [" "]),
    ],
)
def test_columns_are_filled(
    values: list[float], highest: float, rows: int, drawn: list[str]
) -> None:
    assert bars(values, highest, rows) == drawn


def test_a_terminal_without_blocks_gets_coarser_columns() -> None:
    assert bars([0.0, 1.0, 2.0, 3.0], 3.0, 1, ascii_only=True) == [" .:#"]


@pytest.mark.parametrize(
    ("value", "round_number"),
    [(0.0, 1), (1.0, 1), (1.1, 2), (3.0, 5), (50.0, 50), (51.0, 100), (1_234.0, 2_000)],
)
def test_a_scale_ends_at_a_round_number(value: float, round_number: float) -> None:
    assert ceiling(value) == round_number
