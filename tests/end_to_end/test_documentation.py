"""The pages for new users, followed step by step: each command does what the page says."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.documented import (
    DOCS,
    Commands,
    Output,
    SavedFile,
    same_but_for_numbers,
    steps,
)
from tests.end_to_end.harness import COMMAND, LIMIT, Coordinator
from tests.end_to_end.sipp import answering, call_once

SERVER_PORT = 5080
CALLEE_PORT = 18060


def run(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command of a page."""
    program, *arguments = shlex.split(line)
    assert program == "sipflow-coord", f"a page asks for {program}, which this test does not run"
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    printed = ""
    with answering(tmp_path, SERVER_PORT):
        for step in steps("tutorial.md"):
            match step:
                case SavedFile():
                    (tmp_path / step.name).write_text(step.text, encoding="utf-8")
                case Commands():
                    for line in step.lines:
                        ended = run(line, tmp_path)
                        printed = ended.stdout + ended.stderr
                        assert ended.returncode == step.exit_code, f"{line}\n{printed}"
                case Output():
                    assert same_but_for_numbers(step.text, printed), printed


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_a_page_names_only_options_that_there_are(page: str, tmp_path: Path) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for block in re.findall(
        r"^```console[^\n]*\n(.*?)^```$", text.replace("\\\n", " "), re.MULTILINE | re.DOTALL
    ):
        for command, rest in re.findall(r"^\$ sipflow-coord ([a-z]+)(.*)$", block, re.MULTILINE):
            known = run(f"sipflow-coord {command} --help", tmp_path).stdout
            options = re.findall(r"(?<=\s)--[a-z][a-z-]*", rest)
            assert [option for option in options if option not in known] == []


def saved(name: str, folder: Path) -> Path:
    """Save a file that the page for those who come from SIPp shows."""
    files = {
        one.name: one.text for one in steps("coming-from-sipp.md") if isinstance(one, SavedFile)
    }
    path = folder / name
    path.write_text(files[name], encoding="utf-8")
    return path


def test_the_caller_shown_beside_sipp_calls_the_callee_of_sipp(tmp_path: Path) -> None:
    scenario = saved("uac.yaml", tmp_path)
    with answering(tmp_path, SERVER_PORT):
        ended = run(f"sipflow-coord start {scenario.name}", tmp_path)
    assert ended.returncode == 0, ended.stderr


def test_the_callee_shown_beside_sipp_answers_the_caller_of_sipp(tmp_path: Path) -> None:
    scenario = saved("uas.yaml", tmp_path)
    with Coordinator(scenario, tmp_path, "--base-port", str(CALLEE_PORT)) as coordinator:
        coordinator.wait_for_node("bob-1", "running")
        assert call_once(tmp_path, f"127.0.0.1:{CALLEE_PORT}") == 0
        outcome = coordinator.finish()
    assert outcome.exit_code == 0, outcome.stderr
