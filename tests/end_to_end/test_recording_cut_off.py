"""A disk that is full while a call is recorded; a limit of the size of files stands for it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.harness import COMMAND, LIMIT

CALL = """
instances: {alice: {number: "100"}, bob: {number: "200"}}
flow:
  alice: [MakeCall: bob, %s, Release]
  bob: [INCOMING, Answer, {DISCONNECTED: {timeout: 30s}}]
"""
WAITS = "{RecordAudio: {file: heard.wav, duration: 4s}}"
# Room is taken for 10 s at once, and for 10 s more after 6 s.
BACKGROUND = "{RecordAudio: {file: heard.wav, background: true}}, {TIMEOUT: {timeout: 20s}}"


@pytest.mark.parametrize(
    ("steps", "kibibytes", "node", "says"),
    [
        (WAITS, 64, "alice-2", "no room to record into heard.wav: File too large"),
        (BACKGROUND, 64, "alice-2", "no room to record into heard.wav: File too large"),
        (BACKGROUND, 200, None, "heard.wav was cut off: File too large"),
    ],
)
def test_a_recording_that_is_cut_off_is_the_machines_fault(
    tmp_path: Path, steps: str, kibibytes: int, node: str | None, says: str
) -> None:
    (tmp_path / "call.yaml").write_text(CALL % steps, encoding="utf-8")
    limit = f'ulimit -f {kibibytes * 2}; exec "$@"'  # a shell counts blocks of 512 bytes
    command = ["sh", "-c", limit, "sh", *COMMAND, "start", "call.yaml", "--json"]
    done = subprocess.run(
        [*command, "--base-port", "24850"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        cwd=tmp_path,
        check=False,
    )
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["exit_code"], verdict["verdict"]) == (3, 3, "failed")
    reason = verdict["reason"]
    assert (reason["instance"], reason["node"], reason["message"]) == ("alice", node, says)
    assert verdict["cleanup"] == {"confirmed": True, "calls_released": 1, "calls_left": 0}


def test_where_there_is_room_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "call.yaml").write_text(CALL % WAITS.replace("4s", "1s"), encoding="utf-8")
    command = [*COMMAND, "start", str(tmp_path / "call.yaml"), "--base-port", "24850"]
    assert subprocess.run(command, timeout=LIMIT, check=False).returncode == 0
    size = (tmp_path / "heard.wav").stat().st_size
    assert 12_000 < size < 20_000
    assert (tmp_path / "heard.wav").stat().st_blocks * 512 < size + 8192
