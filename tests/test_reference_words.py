"""The page of the scenario language: a line for everything, each with a meaning and an example."""

import re
import shutil
from pathlib import Path

import pytest

from scripts.reference_pages import examples, plain, words
from scripts.reference_pages.schemas import Schema
from sipflow.scenario.problems import Report
from sipflow.scenario.schema import json_schema
from sipflow.scenario.vocabulary import action_types, other_name_of, properties
from sipflow.scenario.yaml.composer import compose
from sipflow.scenario.yaml.reader import INSTANCE_KEYS, TOP_KEYS
from sipflow.scenario.yaml.tree import Mapping

CHECKOUT = Path(__file__).parent.parent
DOCS = CHECKOUT / "docs"
PAGE = (DOCS / "words.md").read_text("utf-8")
MISSING = "examples: none shows {}; write one, or let one that is there use it"


def rows(title: str) -> list[list[str]]:
    """Return the cells of the rows of the table directly under a heading of the page."""
    _, _, rest = PAGE.partition(f" {title}\n")
    lines = rest.partition("\n#")[0].splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [line[2:-2].split(" | ") for line in table[2:]]


def first_cells(title: str) -> list[str]:
    """Return the names in the first column of a table."""
    return [name for row in rows(title) for name in re.findall(r"`([^`]+)`", row[0])]


@pytest.mark.parametrize("word", action_types())
def test_every_word_has_a_line(word: str) -> None:
    assert word in first_cells("Commands") + first_cells("Events")


@pytest.mark.parametrize(
    "word", [name for name, kind in action_types().items() if other_name_of(kind) is None]
)
def test_every_property_of_a_word_has_a_line_under_each_of_its_names(word: str) -> None:
    expected = {name for one in properties(action_types()[word]) for name in one.names}
    assert set(first_cells(f"`{word}`")) == expected


def test_every_key_of_a_file_has_a_line() -> None:
    assert set(first_cells("Files")) == set(TOP_KEYS)
    assert set(first_cells("Instances")) >= set(INSTANCE_KEYS)
    assert set(first_cells("Steps")) == {
        "id", "on_failure", "goto", "Repeat", "times", "steps", "use", "with",
    }  # fmt: skip
    assert set(first_cells("Sub-flows")) == {"description", "parameters", "steps"}


def test_an_instance_goes_by_the_names_of_the_drawing_too() -> None:
    named = {row[0].strip("`"): row[1] for row in rows("Instances")}
    assert (named["number"], named["on_refer"]) == ("`dn`, `number`", "`onRefer`, `on_refer`")


def test_every_line_says_what_is_taken_and_what_it_means() -> None:
    headings = re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    cells = [row for title in headings for row in rows(title)]
    assert len(cells) > 150
    assert [row for row in cells if not row[1].strip() or not row[-2].strip()] == []


@pytest.mark.parametrize("page", ["words.md", "scenario-files.md", "command-line.md", "events.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", (DOCS / page).read_text("utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = DOCS / (path or page)
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    """Return what a link to a heading of a page may end in."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


# Examples.


def test_every_word_is_shown_by_an_example() -> None:
    assert words.unseen() == []


@pytest.mark.parametrize(
    ("left_out", "unseen"),
    [
        ("hold", ["`Hold`", "`Retrieve`", "`HELD`", "`RETRIEVED`", "`codecs` of an instance"]),
        ("repeat", ["`goto` of a step", "`Repeat` of a step", "`steps` of a step", "`times` of"]),
        ("early-media", ["the property `offer`", "the property `media`", "`prack` of an instance"]),
    ],
)
def test_what_no_example_shows_is_named(tmp_path: Path, left_out: str, unseen: list[str]) -> None:
    shutil.copytree(examples.FOLDER, tmp_path / "examples")
    (tmp_path / "examples" / f"{left_out}.yaml").unlink()
    found = words.unseen(examples.examples(tmp_path / "examples"))
    assert all(
        any(line.startswith(f"examples: none shows {one}") for line in found) for one in unseen
    )


def test_an_example_of_a_words_other_name_shows_the_word(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("flow: {alice: [MuteTransfer]}\n")
    found = words.unseen(examples.examples(tmp_path))
    assert MISSING.format("`AttendedTransfer`") not in found
    assert MISSING.format("`BlindTransfer`") in found


def test_the_plainest_example_shows_a_word(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    for name, text in {
        "a.yaml": "flow: {alice: [MakeCall: {to: bob, follow: true}]}",
        "b.yaml": "flow: {alice: [MakeCall: bob, Release]}",
        "c.yaml": "flow: {alice: [{MakeCall: bob, id: c}, Release]}",
        "steps/d.yaml": "steps: [MakeCall: bob, Hold]",
    }.items():
        (tmp_path / name).write_text(text)
    known = examples.examples(tmp_path)
    assert [one.name for one in known] == ["b.yaml", "a.yaml", "c.yaml", "steps/d.yaml"]
    assert examples.shown_by(known, ("MakeCall", "to")) == "b.yaml"
    assert examples.shown_by(known, ("Hold", "")) == "steps/d.yaml"
    assert examples.shown_by(known, ("Answer", "")) is None


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        (
            "instances: {a: {number: '1'}, b: }",
            {("a file", "instances"), ("an instance", "number")},
        ),
        ("flow: {a: [Release]}", {("a file", "flow"), ("Release", "")}),
        ("steps: [Answer: ]", {("a sub-flow", "steps"), ("Answer", "")}),
        (
            "steps: [{MakeCall: {targetUri: x, id: y}, on_failure: [goto: z]}]",
            {
                ("a sub-flow", "steps"),
                ("MakeCall", ""),
                ("MakeCall", "to"),
                ("a step", "on_failure"),
                ("a step", "goto"),
            },
        ),
        (
            "steps: [Repeat: {times: 2, steps: [TIMEOUT: 5]}, {use: x, with: {to: y}}]",
            {
                ("a sub-flow", "steps"),
                ("a step", "Repeat"),
                ("a step", "times"),
                ("a step", "steps"),
                ("TIMEOUT", ""),
                ("TIMEOUT", "timeout"),
                ("a step", "use"),
                ("a step", "with"),
            },
        ),
    ],
)
def test_what_a_file_uses(text: str, uses: set[examples.Use]) -> None:
    document = compose(text, "f", Report())
    assert isinstance(document, Mapping)
    assert set(examples.uses(document)) == uses


# Values in plain words.


def of_word(word: str, name: str) -> Schema:
    """Return the schema of a word's property."""
    definitions = json_schema()["$defs"]
    assert isinstance(definitions, dict)
    found: Schema = definitions[word]["anyOf"][0]["properties"][name]
    return found


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (of_word("MakeCall", "to"), "a text of up to 512 characters"),
        (of_word("MakeCall", "until"), "`answered`, `ringing` or `sent`"),
        (of_word("MakeCall", "expect"), "a whole number from 200 to 699"),
        (of_word("MakeCall", "timeout"), "a duration"),
        (of_word("MakeCall", "headers"), "a mapping of up to 32 names, each to a text of up to 512 "
         "characters"),
        (of_word("MakeCall", "check"), "a mapping of up to 32 names, each to a text or a whole "
         "number"),
        (of_word("Response", "code"), "a whole number from 100 to 699, but not 200 to 299"),
        (of_word("SendDTMF", "interval"), "a duration from 50ms to 10s"),
        (of_word("RecordAudio", "duration"), "a duration of 20ms or more"),
        (of_word("CheckMedia", "min_packets"), "a whole number from 0 up"),
        (of_word("CheckMedia", "min_mos"), "a number from 1 to 4.5"),
        (of_word("CheckMedia", "sound"), "`true` or `false`"),
        ({"type": ["integer", "null"]}, "a whole number"),
        ({"type": "object"}, "a mapping of names"),
        ({"type": "array", "items": {"enum": ["a", "b", None]}}, "a list of `a` or `b`"),
        ({"enum": ["a"]}, "`a`"),
        ({"$ref": "#/$defs/steps"}, "a list of steps"),
        (
            {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False},
            "`a` and `b`",
        ),
        (
            {"type": "object", "title": "x", "properties": {}, "additionalProperties": False},
            "the properties of an x",
        ),
    ],
)  # fmt: skip
def test_what_a_value_may_be_is_said_in_plain_words(schema: Schema, said: str) -> None:
    assert plain.takes(schema) == said


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({}, ""),
        ({"default": "10s"}, "`10s`"),
        ({"default": False}, "`false`"),
        ({"default": 10.0}, "`10`"),
        ({"default": ["PCMU", "PCMA"]}, "`[PCMU, PCMA]`"),
    ],
)
def test_a_default_is_said_as_it_would_be_written(schema: Schema, said: str) -> None:
    assert plain.default(schema) == said
