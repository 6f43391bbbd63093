"""Which files the arguments of a command mean."""

import os
from pathlib import Path

import pytest

from sipflow.cli.scenario_files import read_file, scenario_files
from sipflow.scenario.variables.scope import Given

YAML = "name: a call\ninstances:\n  a: {number: '1'}\nflow:\n  a: [Release]\n"
JSON = '{"Nodes": [], "edges": []}'


def put(folder: Path, **files: str) -> None:
    """Write files; ``__`` in a name stands for a slash, ``_`` for a dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)


def names(folder: Path, *arguments: Path) -> list[str]:
    """Return what was found, relative to the folder."""
    return [str(path.relative_to(folder)) for path in scenario_files(arguments).files]


def test_files_stay_as_they_were_named_whatever_is_in_them(tmp_path: Path) -> None:
    put(tmp_path, b_yaml=YAML, notes_txt="")
    named = [tmp_path / "notes.txt", tmp_path / "missing.yaml", tmp_path / "b.yaml"]

    found = scenario_files([*named, named[0]])

    assert found.files == (*named, named[0])
    assert not found.is_one
    assert scenario_files(named[:1]).is_one


def test_a_folder_stands_for_the_scenarios_in_it_and_below_by_path(tmp_path: Path) -> None:
    put(tmp_path, b_yaml=YAML, a_json=JSON, c_YML=YAML, deep__er__d_yaml=YAML)

    assert names(tmp_path, tmp_path) == ["a.json", "b.yaml", "c.YML", "deep/er/d.yaml"]
    assert not scenario_files([tmp_path]).is_one
    assert scenario_files([tmp_path]).notes == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("steps.yaml", "parameters:\n  to:\nsteps:\n  - MakeCall: {to: '1'}\n"),
        ("ci.yml", "on: push\njobs:\n  flow:\n    instances: 3\n"),
        ("package.json", '{"name": "x", "dependencies": {"nodes": "1"}}'),
        ("list.json", "[1, 2]"),
        ("broken.json", "{"),
        ("empty.yaml", ""),
        ("binary.yaml", "\x00\x01"),
    ],
)
def test_what_is_no_scenario_is_left_out_and_named(tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, b_yaml=YAML)
    (tmp_path / name).write_text(text)

    assert names(tmp_path, tmp_path) == ["b.yaml"]
    assert scenario_files([tmp_path]).notes == (
        f"in {tmp_path}, left out because they are no scenarios: {tmp_path}/{name}",
    )


def test_only_the_first_that_are_left_out_are_named(tmp_path: Path) -> None:
    put(tmp_path, x_yaml=YAML, a_json="{}", b_json="{}", c_json="{}", d_json="{}", e_json="{}")

    (note,) = scenario_files([tmp_path]).notes

    assert note.endswith(f"{tmp_path}/a.json, {tmp_path}/b.json, {tmp_path}/c.json and 2 more")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("typo.yaml", "instances: [\nflow:\n"),
        ("half.yaml", "name: x\ninstance:\n  a: 1\nflow:\n"),
        ("quoted.yaml", '---\n"instances": {}\n'),
        ("braces.yaml", "{instances: {}, flow: {}}"),
        ("broken.json", '{"nodes": [,]}'),
        ("deep.json", '{"nodes": ' + "[" * 100_000),
    ],
)
def test_a_scenario_with_mistakes_is_one_that_fails(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    assert names(tmp_path, tmp_path) == [name]


def test_hidden_files_and_those_of_other_programs_are_not_looked_at(tmp_path: Path) -> None:
    put(tmp_path, b_yaml=YAML)
    for folder in (".venv", "node_modules"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "c.yaml").write_text(YAML)
    (tmp_path / ".d.yaml").write_text(YAML)
    os.mkfifo(tmp_path / "pipe.yaml")

    assert names(tmp_path, tmp_path) == ["b.yaml"]


def test_a_file_that_a_folder_would_add_again_comes_once(tmp_path: Path) -> None:
    put(tmp_path, sub__a_yaml=YAML, b_yaml=YAML)

    assert names(tmp_path, tmp_path / "b.yaml", tmp_path / "sub", tmp_path) == [
        "b.yaml",
        "sub/a.yaml",
    ]


def test_a_folder_without_scenarios_is_a_problem_of_its_own(tmp_path: Path) -> None:
    put(tmp_path, notes_json="{}")

    (folder,) = scenario_files([tmp_path]).files
    reading = read_file(folder, Given(), ())

    assert reading.scenario is None
    assert [str(problem) for problem in reading.problems] == [
        f"{tmp_path}: error: no scenario is in this folder or below; "
        "name one with scenarios in *.yaml, *.yml, *.json files"
    ]


def test_a_file_is_read_as_ever(tmp_path: Path) -> None:
    put(tmp_path, b_yaml=YAML)

    assert read_file(tmp_path / "b.yaml", Given(), ()).scenario is not None
