"""scripts/sipflow-coord: when it installs, and how it passes on what it was called with.

The checkout here has a stand-in for scripts/install, and one for the installed program.
"""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = ROOT / "scripts"
INSTALL = '#!/bin/sh\necho "installing $1" >&2\n'
PROGRAM = '#!/bin/sh\npwd\nfor argument; do echo "$argument"; done\nexit 3\n'
EARLIER, LATER = 1_000_000, 2_000_000


def program(path: Path, text: str) -> None:
    """Make an executable file."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout, in a directory with a space, that is installed and up to date."""
    root = tmp_path / "my checkout"
    (root / "scripts").mkdir(parents=True)
    (root / ".venv" / "bin").mkdir(parents=True)
    for name in ("sipflow-coord", "installed.sh"):
        shutil.copy(SCRIPTS / name, root / "scripts" / name)
    program(root / "scripts" / "install", INSTALL)
    program(root / ".venv" / "bin" / "sipflow-coord", PROGRAM)
    program(root / ".venv" / "bin" / "python", "")
    for name in ("pyproject.toml", "requirements.lock"):
        (root / name).touch()
        os.utime(root / name, (EARLIER, EARLIER))
    stamp = root / ".venv" / "installed-use"
    stamp.write_text(f"{root.resolve()}\n", encoding="utf-8")
    os.utime(stamp, (LATER, LATER))
    return root


def call(command: Path | str, directory: Path, *arguments: str) -> tuple[int, str, str]:
    """Return exit code, output and errors of a command called from a directory."""
    done = subprocess.run(
        [command, *arguments], cwd=directory, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_arguments_directory_and_exit_code_are_passed_on(checkout: Path, tmp_path: Path) -> None:
    command = checkout / "scripts" / "sipflow-coord"
    answer = call(command, tmp_path, "start", "busy callee.yaml", "")
    assert answer == (3, f"{tmp_path}\nstart\nbusy callee.yaml\n\n", "")


def test_it_can_be_called_by_a_symbolic_link(checkout: Path, tmp_path: Path) -> None:
    link = tmp_path / "coord"
    link.symlink_to("my checkout/scripts/sipflow-coord")
    assert call("./coord", tmp_path) == (3, f"{tmp_path}\n", "")


def test_it_can_be_called_from_its_own_directory(checkout: Path) -> None:
    scripts = checkout / "scripts"
    assert call("sh", scripts, "sipflow-coord") == (3, f"{scripts}\n", "")


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock"])
def test_it_installs_when_the_dependencies_have_changed(checkout: Path, name: str) -> None:
    os.utime(checkout / name, (LATER + 1, LATER + 1))
    code, _, errors = call("scripts/sipflow-coord", checkout)
    assert (code, errors) == (3, "installing use\n")


@pytest.mark.parametrize("name", ["bin/python", "installed-use"])
def test_it_installs_when_a_part_of_the_installation_is_missing(checkout: Path, name: str) -> None:
    (checkout / ".venv" / name).unlink()
    code, _, errors = call("scripts/sipflow-coord", checkout)
    assert (code, errors) == (3, "installing use\n")


def test_it_installs_when_the_checkout_was_moved(checkout: Path, tmp_path: Path) -> None:
    moved = checkout.rename(tmp_path / "elsewhere")
    code, _, errors = call("scripts/sipflow-coord", moved)
    assert (code, errors) == (3, "installing use\n")


def test_nothing_is_started_when_the_installation_fails(checkout: Path) -> None:
    program(checkout / "scripts" / "install", "#!/bin/sh\necho no Python >&2\nexit 1\n")
    (checkout / ".venv" / "installed-use").unlink()
    assert call("scripts/sipflow-coord", checkout) == (2, "", "no Python\n")


def test_an_installation_leaves_no_module_to_be_compiled_at_a_start() -> None:
    bytecode = Path(importlib.util.cache_from_source(str(ROOT / "sipflow" / "cli.py")))
    bytecode.unlink(missing_ok=True)

    assert call(SCRIPTS / "install", ROOT, "dev") == (0, "", "")

    modules = (ROOT / "sipflow").rglob("*.py")
    compiled = [Path(importlib.util.cache_from_source(str(module))) for module in modules]
    assert [path for path in compiled if not path.exists()] == []
