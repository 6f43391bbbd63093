"""What ``start`` shows of several files: where it goes, and that nobody who looks can harm them."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from sipflow.console.suite.view import SuiteConsole
from sipflow.scenario.model.graph import Node, Scenario
from tests.console.run.test_view import closed_pipe, full_disk, gone_terminal, read_all
from tests.projections.outcomes import REFUSED, bad, not_reached, verdict
from tests.projections.transcript import PAIR, START, Transcript, basic_call

FILES = [
    "examples/basic-call.yaml",
    "examples/busy-callee.yaml",
    "calls/refused.yaml",
    "calls/typo.yaml",
]
TYPO = 'calls/typo.yaml:7:7: error: unknown command or event "Anser"; did you mean Answer?'
# The runs as they are shown, in a process of its own whose standard output is somebody's.
SHOW = """
import sys
from sipflow.output import OutputError
from tests.console.suite.test_view import show
try:
    sys.exit(show(json="--json" in sys.argv))
except OutputError as error:
    sys.stderr.write(str(error))
    sys.exit(error.exit_code)
"""
ROOT = Path(__file__).parents[3]


def refused() -> Transcript:
    run = Transcript()
    run.scenario(0.0, "running")
    run.node(0.0, "bob-1", "completed")
    run.node(0.0, "bob-2", "completed")
    run.node(0.0, "bob-3", "completed")
    run.node(0.0, "alice-1", "running")
    run.error(0.1, "alice", "Busy Here", node="alice-1", code=486)
    return run


def at_refused(node: Node) -> Node:
    return replace(node, place=replace(node.place, file="calls/refused.yaml"))


def pair(name: str) -> Scenario:
    """Return two instances that call each other, under a name of their own."""
    instances = (replace(one, nodes=tuple(map(at_refused, one.nodes))) for one in PAIR.instances)
    return replace(PAIR, name=name, instances=tuple(instances))


def show(*, json: bool) -> int:
    """Show the files of the documentation from start to end; return an exit code of its own."""
    console = SuiteConsole(FILES, json=json)
    console.not_started(3, bad("calls/typo.yaml", TYPO))
    console.begin("tcp://127.0.0.1:40311")
    for index, name in enumerate(("basic call", "busy callee", "refused")):
        console.run_started(index, f"a{index}", pair(name), {})
    for run, transcript in (("a0", basic_call()), ("a2", refused()), ("ff", basic_call())):
        for event in transcript.events:
            console.handle(replace(event, run=run))
    console.tick(START)
    console.run_ended(1, verdict("", run="a1"))
    console.run_ended(
        2, verdict("", "failed", run="a2", reason=REFUSED, took=0.14, scenario="refused")
    )
    console.run_ended(0, verdict("", run="a0", took=1.62, scenario="basic call"))
    console.tick(START + 1)
    console.close()
    console.conclude()
    console.report()
    return 7


def documented() -> str:
    """Return what the documentation shows."""
    page = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    block = page.partition("```text\n 1/4")[2].partition("```\n")[0]
    return f" 1/4{block}"


def without_the_time(shown: str) -> str:
    """Return the text without the duration of the whole, which is the machine's."""
    return re.sub(r"(not started)  [\d.]+ s\n", r"\1\n", shown)


def test_in_a_pipe_it_looks_as_the_documentation_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(json=False)
    out, err = capsys.readouterr()
    assert without_the_time(out) == without_the_time(documented())
    assert err == ""


def test_the_verdicts_in_json_are_alone_on_standard_output_in_the_order_of_the_files(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(json=True)
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    elements = json.loads(out)
    assert [element["file"] for element in elements] == FILES
    assert [element["verdict"] for element in elements] == [
        "completed",
        "completed",
        "failed",
        None,
    ]
    assert [element["exit_code"] for element in elements] == [0, 0, 1, 2]
    assert without_the_time(err) == without_the_time(documented())


def test_a_file_that_is_not_reached_has_no_line_of_its_own_but_a_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console = SuiteConsole(["a.yaml", "b.yaml"], json=False)
    console.run_ended(0, verdict("a.yaml", "failed"))
    console.not_started(1, not_reached("b.yaml"))
    console.close()
    assert "b.yaml" not in capsys.readouterr().out
    console.conclude()
    out = capsys.readouterr().out
    assert "b.yaml  -            not reached        -  another had failed\n" in out
    assert "2 scenarios: 1 failed, 1 not reached  " in out


def test_many_that_complete_have_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    console = SuiteConsole([f"{number}.yaml" for number in range(30)], json=False)
    for number in range(30):
        console.run_started(number, f"a{number}", PAIR, {})
        console.run_ended(number, verdict(f"{number}.yaml", run=f"a{number}"))
    console.close()
    console.conclude()
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) == 30
    assert last.startswith("30 scenarios: 30 completed  ")


def test_a_run_that_never_told_anything_can_fail(capsys: pytest.CaptureFixture[str]) -> None:
    console = SuiteConsole(["a.yaml"], json=False)
    console.run_ended(0, verdict("a.yaml", "failed", reason=REFUSED, exit_code=3))
    console.close()
    console.conclude()
    assert " alice alice-1 486 Busy Here\n" in capsys.readouterr().out


def test_a_file_without_problems_says_why_it_is_not_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console = SuiteConsole(["a.yaml"], json=False)
    console.not_started(0, bad("a.yaml"))
    console.close()
    assert capsys.readouterr().out == " 1/1  not started  -       -  a.yaml\n        no such file\n"


def environment(term: str) -> dict[str, str]:
    return {**os.environ, "TERM": term, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(
    ("output", "arguments", "exit_code"),
    [
        (closed_pipe, [], 7),
        (gone_terminal, [], 7),
        (full_disk, [], 3),
        (closed_pipe, ["--json"], 3),
        (gone_terminal, ["--json"], 3),
        (full_disk, ["--json"], 3),
    ],
)
def test_verdicts_that_cannot_be_written_are_no_success_but_a_reader_of_lines_may_leave(
    output: Callable[[], int], arguments: list[str], exit_code: int
) -> None:
    stdout = output()
    command = [sys.executable, "-c", SHOW, *arguments]
    done = subprocess.run(
        command,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment("xterm"),
        cwd=ROOT,
        check=False,
    )
    os.close(stdout)
    assert b"Error" not in done.stderr
    assert done.returncode == exit_code


def test_what_could_not_be_kept_is_in_every_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    console = SuiteConsole(["a.yaml", "b.yaml"], json=True)
    console.run_ended(0, verdict("a.yaml"))
    console.not_started(1, not_reached("b.yaml"))
    console.obstruct("cannot write the event log: Input/output error")
    assert console.report() == 3
    first, second = json.loads(capsys.readouterr().out)
    assert (first["exit_code"], first["reason"]["message"]) == (
        3,
        "cannot write the event log: Input/output error",
    )
    assert second["exit_code"] == 0


@pytest.mark.parametrize("columns", [80, 40, 20])
def test_the_end_keeps_to_the_width_of_the_terminal(columns: int) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SHOW],
        stdout=theirs,
        env={**environment("dumb"), "COLUMNS": str(columns)},
        cwd=ROOT,
    ):
        os.close(theirs)
        shown = read_all(ours).decode().replace("\r", "")
    os.close(ours)
    end = shown.rpartition("\n\n")[0].rpartition("\n\n")[2].splitlines()
    assert all(len(line) <= columns or line.strip() in FILES for line in end)
    assert "\n".join(end).count("calls/refused.yaml") == 1


@pytest.mark.parametrize(("term", "live"), [("xterm", True), ("dumb", False), ("", False)])
def test_a_terminal_that_can_gets_the_bar_and_both_get_the_failure_and_the_table(
    term: str, live: bool
) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SHOW], stdout=theirs, env=environment(term), cwd=ROOT
    ) as process:
        os.close(theirs)
        shown = read_all(ours)
    os.close(ours)
    assert process.returncode == 7
    assert (b"\x1b[" in shown) == live
    assert (b"4/4  completed" in shown) != live
    assert b"alice  failed in alice-1 MakeCall: 486 Busy Here\r\n" in shown
    assert b"4 scenarios: 2 completed, 1 failed, 1 not started" in shown
