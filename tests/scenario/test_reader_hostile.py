"""Malformed files by the thousand: every one gives problems with a place, none an exception."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_text
from tests.extent import examples

ROOT = Path(__file__).parents[2]
YAML = [path.read_bytes() for path in sorted((ROOT / "examples").glob("*.yaml"))]
JSON = [path.read_bytes() for path in sorted((ROOT / "tests" / "cases").glob("*.json"))]
WORDS = ["MakeCall", "Answer", "INCOMING", "TIMEOUT", "goto", "id", "on_failure", "Relaese", "x"]
WORDS += ["Repeat", "use", "${x}", "${"]
KEYS = [*WORDS, "name", "instances", "flow", "nodes", "edges", "data", "type", "source", "target"]
KEYS += ["variables", "steps", "times", "with"]

FILES = examples(250, 2_500)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Draw a good file with some pieces cut, doubled or overwritten."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        data[at : at + length] = draw(st.binary(max_size=6) | st.just(bytes(data[at : at + 30])))
    return bytes(data)


def assert_told(reading: Reading) -> None:
    """Require a scenario without errors, or errors that each say where."""
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert (reading.scenario is None) == bool(errors)
    for problem in reading.problems:
        assert problem.place.file
        assert "\n" not in str(problem)


@FILES
@given(mutated(YAML))
def test_a_damaged_yaml_file_gives_problems_with_places(data: bytes) -> None:
    assert_told(read_text(data, "damaged.yaml"))


@FILES
@given(mutated(JSON))
def test_a_damaged_json_file_gives_problems_with_places(data: bytes) -> None:
    assert_told(read_text(data, "damaged.json"))


@FILES
@given(st.binary(max_size=200), st.sampled_from(["noise.yaml", "noise.json"]))
def test_noise_gives_problems_with_places(data: bytes, file: str) -> None:
    assert_told(read_text(data, file))


@FILES
@given(values, st.sampled_from(["odd.yaml", "odd.json"]))
def test_a_well_formed_file_of_odd_contents_gives_problems_with_places(
    document: Any, file: str
) -> None:
    assert_told(read_text(json.dumps(document).encode(), file))


@pytest.mark.parametrize("file", ["hostile.yaml", "hostile.json"])
@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b"{" * 100_000,
        b"a" * 10_000_000,
        b"\xff\xfe",
        b"",
        b'{"nodes": 1, "nodes": 2}',
        b'{"nodes": [NaN], "edges": []}',
        b"1" * 5_000,
    ],
    ids=["brackets", "braces", "10 MB", "not UTF-8", "empty", "twice", "NaN", "long number"],
)
def test_a_hostile_file_gives_one_clear_error(data: bytes, file: str) -> None:
    reading = read_text(data, file)
    assert_told(reading)
    assert reading.scenario is None
    assert len(reading.problems) <= 3
