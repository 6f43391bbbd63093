"""``start`` and ``validate``: what is printed about files, and that bad ones start nothing."""

import json
from pathlib import Path

import pytest

from sipflow.cli.start import start_files, validate_files
from sipflow.coordinator.options import StartOptions
from sipflow.errors import UsageError

GOOD = """
name: two delays
instances:
  alice: {number: "100"}
  bob: {number: "200"}
flow:
  alice:
    - TIMEOUT: 10ms
  bob:
    - TIMEOUT: 0ms
"""
BAD = """
name: two problems
instances:
  alice: {number: "100"}
flow:
  alice:
    - MakeCal: {to: "100"}
    - TIMEOUT: soon
"""
ODD = """
name: one warning
instances:
  alice: {number: "100"}
flow:
  alice:
    - Release
"""


@pytest.fixture(autouse=True)
def home(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the directory of the user's session, and return where runs are in it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    return directory / "sipflow"


def write(directory: Path, text: str) -> Path:
    """Make a scenario file."""
    path = directory / "call.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, GOOD)
    assert validate_files([file]) == 0
    assert capsys.readouterr() == (f"{file}: ok, two delays: 2 instances, 2 nodes\n", "")


def test_every_problem_of_a_bad_file_is_a_line_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, BAD)
    assert validate_files([file]) == 2
    out, err = capsys.readouterr()
    assert [line.partition(" ")[0] for line in out.splitlines()] == [
        f"{file}:7:7:",
        f"{file}:8:16:",
    ]
    assert err == ""


def test_a_file_with_warnings_only_can_be_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, ODD)
    assert validate_files([file]) == 0
    warning, ok = capsys.readouterr().out.splitlines()
    assert "warning" in warning
    assert ok == f"{file}: ok, one warning: 1 instance, 1 node"


def test_one_bad_file_of_several_is_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path, GOOD)
    assert validate_files([tmp_path / "missing.yaml", good]) == 2
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_nothing_is_started_for_a_bad_file(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "events.jsonl"
    file = write(tmp_path, BAD)
    assert start_files([file], StartOptions(event_log=log), json=True) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 2
    assert not log.exists()
    assert not home.exists()


def test_a_good_file_runs_and_leaves_its_log_and_nothing_else(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "events.jsonl"
    options = StartOptions(base_port=20_100, event_log=log, log_directory=tmp_path)
    assert start_files([write(tmp_path, GOOD)], options, json=False) == 0
    assert "completed  two delays" in capsys.readouterr().out
    assert list(home.iterdir()) == []
    assert '"new":"completed"' in log.read_text(encoding="utf-8").splitlines()[-1]
    assert sorted(path.name for path in tmp_path.glob("*.log")) == ["alice.log", "bob.log"]


def test_warnings_are_printed_and_do_not_keep_a_file_from_running(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_files([write(tmp_path, ODD)], StartOptions(base_port=20_100), json=True)
    assert "warning" in capsys.readouterr().err.splitlines()[0]


def test_a_file_name_that_is_not_utf_8_can_be_printed_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, GOOD)
    odd = file.rename(tmp_path / "call\udcff.yaml")
    assert start_files([odd], StartOptions(base_port=20_100), json=True) == 0
    assert json.loads(capsys.readouterr().out)["file"] == f"{tmp_path}/call\\udcff.yaml"
    missing = tmp_path / "\udcfe"
    assert start_files([odd, missing], StartOptions(base_port=20_100), json=True) == 1
    assert [entry["file"] for entry in json.loads(capsys.readouterr().out)] == [
        f"{tmp_path}/call\\udcff.yaml",
        f"{tmp_path}/\\udcfe",
    ]
    assert validate_files([odd]) == 0
    assert capsys.readouterr().out.startswith(f"{tmp_path}/call\\udcff.yaml: ok, ")


def test_a_misspelt_variable_starts_nothing(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path, 'variables: {delay: "1ms"}\n' + GOOD)
    options = StartOptions(variables={"dely": "5ms"})
    for files in ([file], [file, file]):
        with pytest.raises(UsageError, match='unknown variable "dely" in --set'):
            start_files(files, options, json=False)
    assert not home.exists()
    with pytest.raises(UsageError, match='did you mean "delay"'):
        validate_files([file], {"dely": "5ms"})
