"""What ``load`` shows: where it goes, and that nobody who looks can change how a load ends."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sipflow.console.load.view import LoadConsole
from sipflow.coordinator.options import LoadOptions
from sipflow.errors import UsageError
from tests.projections.load_transcript import bad_load, bad_result
from tests.projections.transcript import PAIR, START
from tests.waiting import LIMIT

# A load as it is shown, in a process of its own whose standard output is somebody's.
SHOW = """
import sys
from tests.console.load.test_view import show
show(json="--json" in sys.argv)
"""
ROOT = Path(__file__).parents[3]


def show(*, json: bool, html: Path | None = None) -> None:
    """Show a load from its plan to its result."""
    console = LoadConsole(PAIR, LoadOptions(html=html), json=json)
    console.begin("load7", PAIR, ["8 slots of 2 workers", "ports 5060\x1b[2J"], "ipc:///run/e")
    for event in bad_load().events:
        console.handle(event)
        console.tick(event.ts)
    console.finished(bad_result())
    console.close()
    console.tick(START)
    assert console.report() == bad_result().exit_code


def test_in_a_pipe_a_load_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show(json=False)

    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[:3] == [
        "load load7  busy callee  events ipc:///run/e",
        "  8 slots of 2 workers",
        "  ports 5060�[2J",
    ]
    assert "     5  failed  3 of 230 runs failed" in lines
    assert "failed  busy callee  5.2 s" in lines
    assert err == ""


def test_with_json_standard_output_is_the_results_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(json=True)

    out, err = capsys.readouterr()
    assert json.loads(out)["runs"]["started"] == 230
    assert out.count("\n") == 1
    assert "failed  busy callee  5.2 s" in err


def test_a_page_is_written_where_one_is_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(json=False, html=tmp_path / "load.html")

    assert [file.name for file in tmp_path.iterdir()] == ["load.html"]
    assert "8 slots of 2 workers" in (tmp_path / "load.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_said_first(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        LoadConsole(PAIR, LoadOptions(html=tmp_path / "no" / "load.html"), json=False)


def test_a_page_that_does_not_fit_makes_the_result_and_the_exit_code_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    console = LoadConsole(PAIR, LoadOptions(html=folder / "load.html"), json=True)
    console.begin("load7", PAIR, [], "ipc:///run/e")
    shutil.rmtree(folder)

    console.finished(bad_result())
    console.close()

    assert console.report() == 3
    result = json.loads(capsys.readouterr().out)
    assert (result["verdict"], result["exit_code"]) == ("failed", 3)
    assert result["reason"]["message"].startswith(f"cannot write the page {folder}/load.html: ")


def test_what_could_not_be_kept_is_in_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    console = LoadConsole(PAIR, LoadOptions(), json=True)
    console.finished(bad_result())
    console.obstruct("cannot write the CSV file: Input/output error")

    assert console.report() == 3
    assert json.loads(capsys.readouterr().out)["exit_code"] == 3


def test_a_load_that_never_finishes_gives_the_terminal_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    console = LoadConsole(PAIR, LoadOptions(html=tmp_path / "load.html"), json=False)
    console.begin("load7", PAIR, [], "ipc:///run/e")
    for event in bad_load().events[:2]:
        console.handle(event)

    console.close()

    assert capsys.readouterr().out.splitlines()[-1].split()[0] == "1"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("term", "is_live"), [("xterm-256color", True), ("dumb", False)])
def test_on_a_terminal_that_can_a_load_is_seen_live(term: str, is_live: bool) -> None:
    assert ("in this second" in on_a_terminal(term)) is is_live


def test_colours_are_left_out_where_nobody_wants_them() -> None:
    assert "\x1b[1;36m" in on_a_terminal("xterm-256color")
    assert "\x1b[1;36m" not in on_a_terminal("xterm-256color", NO_COLOR="1")


def on_a_terminal(term: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    size = {"COLUMNS": "100", "LINES": "30"}
    with subprocess.Popen(
        [sys.executable, "-c", SHOW],
        stdout=theirs,
        cwd=ROOT,
        env={**inherited, **size, **environment, "TERM": term},
    ) as process:
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 65_536):
                text += piece
        except OSError:  # the end of a terminal
            pass
        os.close(ours)
        assert process.wait(LIMIT) == 0
    return text.decode()


def test_a_reader_that_has_gone_changes_nothing() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SHOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(LIMIT) == 0
        assert process.stderr.read() == b""
