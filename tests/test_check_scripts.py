"""The scripts that check the repository itself, each run on a small checkout."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
FUNCTION = "def answer() -> int:\n    return 42\n"


def run(script: str, checkout: Path, *options: str) -> tuple[int, list[str]]:
    """Return a script's exit code and the lines that it printed about a checkout."""
    command = [sys.executable, str(CHECKOUT / "scripts" / script), *options, str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def write(checkout: Path, files: dict[str, str]) -> None:
    """Make the files of a small checkout."""
    for name, text in files.items():
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "problems"),
    [
        ({"sipflow/a/b.py": FUNCTION, "tests/a/test_b.py": ""}, []),
        ({"sipflow/a/b.py": FUNCTION, "tests/a/test_anything.py": ""}, []),
        ({"sipflow/a/b.py": FUNCTION}, ["tests/a: has no tests"]),
        ({"sipflow/a/b.py": FUNCTION, "tests/test_b.py": ""}, ["tests/a: has no tests"]),
        ({"sipflow/b.py": FUNCTION, "tests/test_b.py": ""}, []),
        ({"sipflow/a/b.py": '"""Only constants."""\n\nLIMIT = 4\n'}, []),
        ({"sipflow/a/b.py": "class Hold:\n    leg: str\n"}, []),
        ({"sipflow/a/__init__.py": '"""A package."""\n'}, []),
        ({"sipflow/__init__.py": FUNCTION}, ["tests: has no tests"]),
        ({"tests/a/test_b.py": ""}, ["tests/a/test_b.py: its folder mirrors no folder of sipflow"]),
        ({"tests/end_to_end/test_b.py": "", "tests/test_habits.py": ""}, []),
        ({"tests/a/transcripts.py": ""}, []),
        ({"tests/plugins/test_b.py": ""}, []),
    ],
)
def test_check_mirror_says_what_does_not_match(
    tmp_path: Path, files: dict[str, str], problems: list[str]
) -> None:
    write(tmp_path, files)
    assert run("check-mirror", tmp_path) == (1 if problems else 0, problems)


@pytest.mark.parametrize(
    ("file", "text", "finding"),
    [
        ("sipflow/a.py", "class SlotPool:\n    pass\n", None),
        ("sipflow/a.py", "def f(premise: str) -> None: ...\n", None),
        ("sipflow/helm.py", "", "sipflow/helm.py:1: helm: 'helm' is retired, say 'load control'"),
        (
            "sipflow/a.py",
            "LIMIT = 1\nclass LoadHelm: ...\n",
            "sipflow/a.py:2: LoadHelm: 'helm' is retired, say 'load control'",
        ),
        (
            "tests/test_a.py",
            "def test_the_helm_is_told() -> None:\n    the_helm = 1\n",
            "tests/test_a.py:2: the_helm: 'helm' is retired, say 'load control'",
        ),
    ],
)
def test_check_names_finds_names_that_have_been_replaced(
    tmp_path: Path, file: str, text: str, finding: str | None
) -> None:
    write(tmp_path, {file: text})
    findings = [finding] if finding else []
    assert run("check-names", tmp_path) == (1 if findings else 0, findings)


@pytest.mark.parametrize(
    ("name", "text", "exit_code", "finding"),
    [
        ("a.py", "x\n" * 299, 0, None),
        ("a.py", "x\n" * 300, 0, "a.py: 300 lines, think of splitting it"),
        ("a.py", "x\n" * 500, 0, "a.py: 500 lines, think of splitting it"),
        ("a.py", "x\n" * 501, 1, "a.py: 501 lines, more than 500: split it"),
        ("tool", "#!/bin/sh\n" + "x\n" * 500, 1, "tool: 501 lines, more than 500: split it"),
        ("words.txt", "x\n" * 900, 0, None),
        (
            "a.md",
            "ok\nsee /{home}/ann/x\n",
            1,
            "a.md:2: /{home}/ann/ is a place on somebody's machine",
        ),
        ("a.py", "P = '/{root}/x'\n", 1, "a.py:1: /{root}/ is a place on somebody's machine"),
        ("a.py", "P = '/{work}/x'\n", 1, "a.py:1: /{work}/ is a place on somebody's machine"),
        ("a.md", "https://example.org/{work}/x and docs/{root}/x\n", 0, None),
        ("a.md", "$HOME/{work}/x ~/{work}/x ${{HOME}}/{work}/x\n", 0, None),
        ("a.wav", "\0/{root}/x\n", 0, None),
    ],
)
def test_check_sizes_finds_long_files_and_places_on_somebodys_machine(
    tmp_path: Path, name: str, text: str, exit_code: int, finding: str | None
) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    # Put together here, so that this file holds no such place itself.
    places = {"home": "home", "root": "root", "work": "work"}
    write(tmp_path, {name: text.format(**places)})
    findings = [finding.format(**places)] if finding else []
    assert run("check-sizes", tmp_path) == (exit_code, findings)


def test_check_sizes_passes_over_what_git_ignores(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    write(tmp_path, {".gitignore": "made.py\n", "made.py": "x\n" * 501})
    assert run("check-sizes", tmp_path) == (0, [])


PURE = '[tool.sipflow]\npure = ["sipflow/a", "sipflow/{b,c}.py"]\ndoes_io = ["os"]\n'
MODULES = ["sipflow/a/x.py", "sipflow/b.py", "sipflow/c.py"]


@pytest.mark.parametrize(
    ("files", "exit_code", "lines"),
    [
        (
            [*MODULES, "tests/a/test_x.py", "tests/test_b.py", "tests/test_c_when_late.py"],
            0,
            ["tests/a", "tests/test_b.py", "tests/test_c_when_late.py"],
        ),
        ([*MODULES, "tests/a/test_x.py"], 0, ["tests/a"]),
        (MODULES[:2], 1, ["pyproject.toml counts as pure, but there is no: sipflow/c.py"]),
        (MODULES[1:], 1, ["pyproject.toml counts as pure, but there is no: sipflow/a"]),
    ],
)
def test_pure_tests_names_the_tests_of_pure_modules_and_misses_none_of_those(
    tmp_path: Path, files: list[str], exit_code: int, lines: list[str]
) -> None:
    write(tmp_path, {"pyproject.toml": PURE} | dict.fromkeys(files, ""))
    assert run("pure-tests", tmp_path) == (exit_code, lines)


def test_the_modules_that_must_be_covered_are_those_that_may_do_no_io(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": PURE} | dict.fromkeys(MODULES, ""))
    code, [covered] = run("pure-tests", tmp_path, "--coverage")
    assert (code, covered) == (0, "sipflow/a/*,sipflow/b.py,sipflow/c.py")
    code, contract = run("pure-tests", tmp_path, "--contract")
    names = [line.strip() for line in contract if line.startswith(" ")]
    assert (code, names) == (0, ["sipflow.a", "sipflow.b", "sipflow.c", "os"])
