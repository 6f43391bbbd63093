"""Where runs are: with directories that are real, and some that another user was first to make."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sipflow.coordinator.run_root import root, roots
from sipflow.coordinator.runtime_directory import BatchDirectory, living_runs
from sipflow.errors import ResourceError

NAME = f"sipflow-{os.getuid()}"
NAMES = [NAME, *(f"{NAME}-{number}" for number in range(2, 10))]
NOBODY = 65_534
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")


@pytest.fixture(autouse=True)
def home(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the directory of the user's session, and return where runs are in it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    return directory / "sipflow"


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have no session, and a directory for temporary files that is everybody's, as /tmp is."""
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as path:
        Path(path).chmod(0o1777)
        monkeypatch.setenv("XDG_RUNTIME_DIR", "")
        monkeypatch.setenv("TMPDIR", path)
        yield Path(path)


def as_nobody(command: str, path: Path) -> None:
    """Do something with a path as another user."""
    shell = ["/bin/sh", "-c", command, "sh", str(path)]
    subprocess.run(shell, check=True, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/")


@pytest.mark.parametrize("mode", [0o755, 0o710, 0o707])
def test_a_directory_that_others_may_enter_is_refused(home: Path, mode: int) -> None:
    home.mkdir()
    home.chmod(mode)
    with pytest.raises(ResourceError, match="must be a directory of yours with mode 0700"):
        living_runs()
    with pytest.raises(ResourceError, match="must be a directory of yours with mode 0700"):
        BatchDirectory("89abcdef")


def test_a_link_to_a_directory_is_refused(home: Path, directory: Path) -> None:
    (directory / "elsewhere").mkdir(mode=0o700)
    home.symlink_to("elsewhere")
    with pytest.raises(ResourceError, match="must be a directory of yours"):
        root()


def test_a_link_to_nowhere_is_refused(home: Path) -> None:
    home.symlink_to("nowhere")
    with pytest.raises(ResourceError, match="must be a directory of yours"):
        root()


def test_a_file_in_its_place_is_one_line(home: Path) -> None:
    home.touch()
    with pytest.raises(ResourceError, match="must be a directory of yours"):
        root()


def test_where_none_can_be_made_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/proc/self")  # not even root can make one there
    with pytest.raises(ResourceError, match="no directory for runs"):
        root()


@needs_root
@pytest.mark.parametrize(
    "command",
    [
        'mkdir -m 0700 "$1"',
        'mkdir -m 0777 "$1"',
        'ln -s /etc "$1"',
        'ln -s nowhere "$1"',
        'touch "$1"',
    ],
    ids=["directory", "open directory", "link", "link to nowhere", "file"],
)
def test_a_name_that_another_user_has_taken_is_left_to_him(shared: Path, command: str) -> None:
    as_nobody(command, shared / NAME)
    assert root() == shared / f"{NAME}-2"
    batch = BatchDirectory("89abcdef")
    run = batch.open_run("0123abcd")
    assert run.is_relative_to(shared / f"{NAME}-2")
    assert living_runs() == [run]
    batch.remove()


@needs_root
def test_runs_are_found_after_the_first_name_was_given_up(shared: Path) -> None:
    as_nobody('mkdir "$1"', shared / NAME)
    batch = BatchDirectory("89abcdef")
    run = batch.open_run("0123abcd")
    (shared / NAME).rmdir()
    assert living_runs() == [run]
    assert roots() == [shared / NAME, shared / f"{NAME}-2"]
    batch.remove()


@needs_root
def test_where_all_names_are_taken_one_line_says_what_to_do(shared: Path) -> None:
    for name in NAMES:
        as_nobody('mkdir "$1"', shared / name)
    with pytest.raises(ResourceError, match="set XDG_RUNTIME_DIR to a directory of yours"):
        root()


def test_others_like_it_count_only_if_they_are_as_they_have_to_be(home: Path) -> None:
    home.with_name("sipflow-2").mkdir(mode=0o700)
    home.with_name("sipflow-3").mkdir(mode=0o700)
    home.with_name("sipflow-3").chmod(0o750)
    home.with_name("sipflow-4").symlink_to("sipflow-2")
    assert roots() == [home, home.with_name("sipflow-2")]


@pytest.mark.parametrize("session", ["", "missing", "x" * 60])
def test_without_a_usable_session_runs_are_in_the_directory_for_temporary_files(
    directory: Path, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if len(session) > 10:
        (directory / session).mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory / session) if session else "")
    monkeypatch.setenv("TMPDIR", str(directory))
    assert root() == directory / NAME


def test_where_that_has_a_long_name_too_they_are_in_tmp(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = directory / ("y" * 60)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    monkeypatch.setenv("TMPDIR", str(long))
    assert root().parent == Path("/tmp")


@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_a_directory_in_which_others_can_change_names_is_not_used(shared: Path, mode: int) -> None:
    shared.chmod(mode)
    assert root().parent == Path("/tmp")
