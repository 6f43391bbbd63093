"""The logs of ``--log-dir``: a folder that is made, with what each instance did and when."""

from datetime import UTC, datetime
from pathlib import Path

from tests.end_to_end.harness import EXAMPLES, cli

BASIC = str(EXAMPLES / "basic-call.yaml")
PORT = ("--base-port", "24800")


def test_the_folder_is_made_and_each_instance_has_its_log(tmp_path: Path) -> None:
    logs = tmp_path / "new" / "logs"
    done = cli("start", BASIC, "--log-dir", str(logs), *PORT)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in logs.iterdir()) == ["alice.log", "bob.log"]
    alice = (logs / "alice.log").read_text(encoding="utf-8")
    assert "MakeCall to sip:200@127.0.0.1:" in alice
    assert "alice-3" in alice
    steps = [line for line in alice.splitlines() if "alice-1" in line]
    assert all(datetime.fromisoformat(line.split()[0]).tzinfo is UTC for line in steps)


def test_of_several_files_each_run_has_a_folder(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    assert cli("start", BASIC, BASIC, "--log-dir", str(logs), *PORT).returncode == 0
    found = sorted(f"{path.name}" for path in logs.glob("*/*"))
    assert found == ["alice.log", "alice.log", "bob.log", "bob.log"]


def test_a_load_tells_in_them_what_is_told_of_its_runs(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    load = ("load", str(EXAMPLES / "basic-load.yaml"), "--calls", "2", "--concurrency", "1")
    done = cli(*load, "--events-detail", "all", "--log-dir", str(logs), *PORT)
    assert done.returncode == 0, done.stderr
    names = [path.name for path in logs.iterdir() if "-1-" not in path.name]
    assert len(names) == 2
    assert all("completed" in (logs / name).read_text(encoding="utf-8") for name in names)


def test_a_folder_that_cannot_be_made_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = cli("start", BASIC, "--log-dir", str(tmp_path / "file" / "logs"), *PORT)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("error: --log-dir ")
    assert line.endswith("cannot be made: Not a directory")
