"""Whether an instance lets itself be transferred, in both formats."""

import pytest

from tests.scenario.snippets import instance, lines, read_json, read_yaml, scenario


@pytest.mark.parametrize(
    ("written", "taken"),
    [("", "follow"), (", on_refer: follow", "follow"), (", on_refer: reject", "reject")],
)
def test_an_instance_follows_refers_unless_it_rejects_them(written: str, taken: str) -> None:
    (alice,) = scenario(read_yaml(f'instances: {{alice: {{number: "1"{written}}}}}')).instances

    assert alice.on_refer == taken


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ({}, "follow"),
        ({"onRefer": None}, "follow"),
        ({"onRefer": "reject"}, "reject"),
        ({"on_refer": "reject"}, "reject"),
    ],
)
def test_a_drawn_instance_has_two_names_for_it(data: dict[str, object], taken: str) -> None:
    (alice,) = scenario(
        read_json({"nodes": [{**instance(), "data": {"dn": "100", **data}}], "edges": []})
    ).instances

    assert alice.on_refer == taken


def test_another_word_is_a_problem_in_yaml() -> None:
    assert lines(read_yaml('instances: {alice: {number: "1", on_refer: refuse}}')) == [
        'call.yaml:1:44: error: "on_refer" is the text "refuse", not follow or reject; '
        "write follow or reject"
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"onRefer": 603},
            '"onRefer" is the number 603, not follow or reject; write follow or reject',
        ),
        (
            {"onRefer": "follow", "on_refer": "follow"},
            '"onRefer" and "on_refer" are two names of one property; keep one of them',
        ),
    ],
)
def test_a_mistake_in_a_drawn_graph_is_found(data: dict[str, object], expected: str) -> None:
    said = lines(read_json({"nodes": [{**instance(), "data": {"dn": "100", **data}}], "edges": []}))

    assert said == [f"call.json: node i: error: {expected}"]
