"""The page about scenario files: complete, and every example does what the page says."""

import re
from pathlib import Path

import pytest

from sipflow.scenario.reader import read_scenario, read_text
from tests.scenario.snippets import lines

PAGE = (Path(__file__).parents[2] / "docs" / "scenario-files.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```([a-z ]+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def blocks(kind: str) -> list[str]:
    """Return the page's blocks of one kind."""
    return [text for name, text in BLOCKS if name == kind]


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_yaml_example_is_read_without_problems(text: str) -> None:
    assert lines(read_text(text.encode(), "example.yaml")) == []


@pytest.mark.parametrize("text", blocks("json"))
def test_every_json_example_is_read_without_problems(text: str) -> None:
    assert lines(read_text(text.encode(), "example.json")) == []


def test_the_example_of_a_sub_flow_is_used_without_problems(tmp_path: Path) -> None:
    (steps,), (use,) = blocks("yaml steps"), blocks("yaml use")
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "call.yaml").write_text(steps)
    (tmp_path / "two.yaml").write_text(use)
    reading = read_scenario(tmp_path / "two.yaml")
    assert lines(reading) == []
    assert reading.scenario is not None
    ids = [node.id for node in reading.scenario.instances[0].nodes]
    assert ids == ["alice-1/1", "alice-1/2", "alice-1/3", "longer/1", "longer/2", "longer/3"]


def test_the_page_says_what_validate_says_of_its_bad_example() -> None:
    (bad,) = blocks("yaml problems")
    said = lines(read_text(bad.encode(), "call.yaml"))
    assert "\n".join(said) + "\n" in blocks("text")


def test_the_page_has_examples_of_both_formats() -> None:
    assert len(blocks("yaml")) >= 3
    assert len(blocks("json")) >= 1
