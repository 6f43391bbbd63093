"""A run's directory on a disk that is full, or has no room for one more file: a small tmpfs."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.end_to_end.harness import COMMAND, EXAMPLES, LIMIT
from tests.end_to_end.scenarios import write

# Some 300 events of alice, that is about 70 KiB.
SCENARIO = """\
name: talkative
instances: {alice: {number: "100"}, bob: {number: "200"}}
flow:
  alice:
    - MakeCall: bob
    - Repeat: {times: 150, steps: [TIMEOUT: 1ms]}
    - Release
  bob: [INCOMING, Answer, DISCONNECTED: {timeout: 20s}]
"""
FULL = "No space left on device"
# The last line says that nothing is left in the directory.
MOUNTED = """\
mount -t tmpfs -o "size=$1,nr_inodes=$2,mode=0700" none "$3" || exit 99
XDG_RUNTIME_DIR=$3
export XDG_RUNTIME_DIR
mkdir -m 0700 "$3/sipflow"
folder=$3
shift 3
"$@"
code=$?
ls -A "$folder/sipflow" >&2
exit $code
"""
PORT = ("--base-port", "24860")


def with_room(room: tuple[str, int], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Call the command line with directories of runs on so many bytes and files."""
    user = [] if os.getuid() == 0 else ["--map-root-user"]
    size, files = room
    mounted = ["unshare", "--mount", *user, "sh", "-c", MOUNTED, "sh", size, str(files)]
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as place:
        return subprocess.run(
            [*mounted, place, *COMMAND, *arguments, *PORT],
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )


@pytest.mark.parametrize("size", ["4k", "8k", "16k", "32k", "64k"])
def test_a_full_disk_fails_a_run_says_so_and_ends_its_calls(tmp_path: Path, size: str) -> None:
    done = with_room((size, 100), "start", str(write(SCENARIO, tmp_path)))
    assert done.returncode == 3
    assert done.stderr == ""
    failed = next(line for line in done.stdout.splitlines() if "failed" in line)
    assert "cannot keep the run's events in /" in failed
    assert FULL in failed
    assert "crashed" not in done.stdout
    assert "clean-up not confirmed" not in done.stdout


@pytest.mark.parametrize("files", range(3, 15))
def test_no_room_for_one_more_file_is_said_whichever_it_is(tmp_path: Path, files: int) -> None:
    done = with_room(("1m", files), "start", str(write(SCENARIO, tmp_path)))
    assert done.returncode == 3
    assert FULL in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


@pytest.mark.parametrize("size", ["4k", "100k", "200k", "400k"])
def test_a_full_disk_ends_a_load_and_it_says_so(tmp_path: Path, size: str) -> None:
    scenario = SCENARIO.replace("times: 150", "times: 800")
    load = ("load", str(write(scenario, tmp_path)), "--concurrency", "1", "--calls", "2")
    done = with_room((size, 100), *load)
    assert done.returncode == 3
    assert FULL in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("files", [4, 6, 8, 10, 12])
def test_no_room_for_one_more_file_ends_a_load_too(files: int) -> None:
    load = ("load", str(EXAMPLES / "basic-load.yaml"), "--concurrency", "1", "--calls", "2")
    done = with_room(("1m", files), *load)
    assert done.returncode == 3
    assert FULL in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_where_there_is_room_nothing_is_said(tmp_path: Path) -> None:
    done = with_room(("4m", 100), "start", str(write(SCENARIO, tmp_path)))
    assert (done.returncode, done.stderr) == (0, "")
