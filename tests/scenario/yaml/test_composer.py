"""YAML texts: strict, located, and the same with either of PyYAML's parsers."""

import pytest
import yaml

from sipflow.scenario.problems import Report
from sipflow.scenario.yaml.composer import LOADER, compose
from sipflow.scenario.yaml.tree import Mapping, Sequence, Value, raw
from tests.scenario.snippets import brief

PARSERS = pytest.mark.parametrize("loader", [LOADER, yaml.SafeLoader])


def composed(text: str, loader: type[yaml.SafeLoader] = LOADER) -> tuple[Value | None, list[str]]:
    """Return the document of a text, and what is said about it."""
    report = Report()
    document = compose(text, "f.yaml", report, loader)
    return document, [brief(problem) for problem in report.in_order(lambda place: (0, 0))]


def plain(value: Value | None) -> object:
    """Return a document without its places."""
    match value:
        case Mapping():
            return {key.text: plain(inner) for key, inner in value.pairs}
        case Sequence():
            return [plain(item) for item in value.items]
        case None:
            return None
        case _:
            return raw(value)


@PARSERS
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a: !!str 5",
            ("f.yaml:1:4: error: bad-syntax"),
            id="a tag",
        ),
        pytest.param(
            "a: !x [1]",
            ("f.yaml:1:4: error: bad-syntax"),
            id="a tag of a list",
        ),
        pytest.param(
            "a: &x 1",
            ("f.yaml:1:4: error: bad-syntax"),
            id="an anchor",
        ),
        pytest.param(
            "a: 1\nb: *x",
            ("f.yaml:2:4: error: bad-syntax"),
            id="an alias",
        ),
        pytest.param(
            "[a]: 1",
            "f.yaml:1:1: error: bad-syntax",
            id="a key that is a list",
        ),
        pytest.param(
            "{a: 1}: 1",
            "f.yaml:1:1: error: bad-syntax",
            id="a key that is a mapping",
        ),
        pytest.param(
            "a: 1\nb: 2\na: 3\na: 4",
            ("f.yaml:3:1: error: duplicate-key"),
            id="a key twice",
        ),
        pytest.param(
            "x:\n  - {a: 1, a: 2}",
            ("f.yaml:2:12: error: duplicate-key"),
            id="a key twice deep down",
        ),
        pytest.param(
            "a: 1\n---\nb: 2",
            ("f.yaml:2:1: error: bad-syntax"),
            id="two documents",
        ),
        pytest.param(
            "[" * 65,
            ("f.yaml:1:65: error: bad-syntax"),
            id="too many levels",
        ),
        pytest.param(
            "a: b\nc: \x01",
            ("f.yaml:2:4: error: bad-syntax"),
            id="a control character",
        ),
        pytest.param(
            "",
            ("f.yaml:1:1: error: no-scenario"),
            id="nothing",
        ),
        pytest.param(
            "# x\n",
            ("f.yaml:2:1: error: no-scenario"),
            id="nothing but a comment",
        ),
    ],
)
def test_what_is_not_allowed_is_one_problem_with_its_place(
    text: str, expected: str, loader: type[yaml.SafeLoader]
) -> None:
    assert composed(text, loader)[1] == [expected]


@PARSERS
@pytest.mark.parametrize("text", ["a: [1", "a:\n\t- b", 'a: "\\UFFFFFFFF"', "%\na: 1", "a: b: c"])
def test_broken_syntax_is_one_problem_with_its_place(
    text: str, loader: type[yaml.SafeLoader]
) -> None:
    document, (line,) = composed(text, loader)
    assert document is None
    assert line.startswith(("f.yaml:1:", "f.yaml:2:"))
    assert line.endswith(": error: bad-syntax")


def test_an_error_that_names_no_place_is_put_where_reading_came_to() -> None:
    class Nowhere(yaml.SafeLoader):
        def check_event(self, *choices: object) -> bool:
            raise yaml.MarkedYAMLError(problem="lost")

    assert composed("a: 1", Nowhere)[1] == ["f.yaml:1:1: error: bad-syntax"]


@PARSERS
def test_a_document_becomes_values_that_know_where_they_stand(
    loader: type[yaml.SafeLoader],
) -> None:
    text = "a:\n  - x\n  - {é: [1, 'y']}\n# end\nb:\n"
    document, said = composed(text, loader)
    assert said == []
    assert plain(document) == {"a": ["x", {"é": [1, "y"]}], "b": None}
    assert isinstance(document, Mapping)
    items = document.get("a")
    assert isinstance(items, Sequence)
    assert [str(item.place) for item in items.items] == ["f.yaml:2:5", "f.yaml:3:5"]
    inner = items.items[1]
    assert isinstance(inner, Mapping)
    assert str(inner.pairs[0][0].place) == "f.yaml:3:6"
    assert str(inner.pairs[0][1].place) == "f.yaml:3:9"


def test_a_key_is_always_a_text() -> None:
    assert plain(composed("100: a\ntrue: b\nnull: c")[0]) == {"100": "a", "true": "b", "null": "c"}


def test_only_the_first_value_of_a_key_counts() -> None:
    document, said = composed("a: 1\na: {b: 2}\nc: 3")
    assert plain(document) == {"a": 1, "c": 3}
    assert len(said) == 1


def test_quotes_make_a_text() -> None:
    text = '["5", \'true\', "", |\n null\n]'
    assert plain(composed(text.replace("|\n null\n", "'null'"))[0]) == ["5", "true", "", "null"]
