"""Long lines on several lines of a terminal."""

import pytest

from sipflow.console.folding import fitted, folded


def test_what_fits_is_left_alone() -> None:
    assert folded("486 Busy Here", "  ", 20) == ["  486 Busy Here"]
    assert fitted(["  486 Busy Here", "", "b"], 15) == ["  486 Busy Here", "", "b"]
    assert fitted(["x" * 300], None) == ["x" * 300]


def test_the_rest_of_a_text_stands_below_it() -> None:
    assert folded("486 Busy Here", "failed  ", 16) == ["failed  486 Busy", "        Here"]


def test_without_a_text_there_is_what_stands_before_it() -> None:
    assert folded("", "failed  ", 16) == ["failed"]


@pytest.mark.parametrize("width", [16, 20, 40])
def test_no_line_is_longer_than_the_terminal_is_wide(width: int) -> None:
    line = "    alice  failed in alice-1 MakeCall: 486 Busy Here"

    lines = fitted([line, "  short"], width)

    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines).split()) == " ".join(f"{line} short".split())


@pytest.mark.parametrize("width", [1, 2, 8, 20])
def test_a_word_that_is_longer_than_a_line_stays_whole(width: int) -> None:
    path = "calls/" + "x" * 50

    assert path in fitted([f"    at {path}"], width)[-1]
    assert path in folded(path, "at ", width)[-1]


def test_the_rest_of_a_line_stands_a_little_to_the_right() -> None:
    assert fitted(["  alice  failed in alice-1 MakeCall: 486 Busy Here"], 30) == [
        "  alice  failed in alice-1",
        "    MakeCall: 486 Busy Here",
    ]


def test_a_word_that_fits_alone_is_moved_to_the_left_rather_than_broken() -> None:
    assert fitted([f"{'':11}twenty.yaml:106:7"], 20) == ["   twenty.yaml:106:7"]
    assert fitted([f"{'':11}twenty.yaml:106:7"], 10) == ["twenty.yaml:106:7"]
