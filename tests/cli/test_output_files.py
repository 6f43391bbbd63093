"""Files that a command would write over those that it reads, or over each other."""

import os
import shutil
from pathlib import Path

import pytest

from sipflow.cli.output_files import Used, check_load, check_outputs, check_start
from sipflow.coordinator.options import LoadOptions, StartOptions
from sipflow.errors import UsageError
from sipflow.scenario.reader import read_scenario
from tests.wav_bytes import wav

CALL = """
instances: {alice: {number: "100"}, bob: {number: "200"}}
flow:
  alice: [{MakeCall: bob}, {PlayAudio: hello.wav}, {use: end.yaml}]
  bob: [INCOMING, Answer, {RecordAudio: heard.wav}, DISCONNECTED]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of a scenario with all that it reads, and enter it."""
    (tmp_path / "call.yaml").write_text(CALL, encoding="utf-8")
    (tmp_path / "end.yaml").write_text("steps: [Release]\n", encoding="utf-8")
    (tmp_path / "hello.wav").write_bytes(wav(0.5))
    (tmp_path / "rows.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "keys" / "clients").mkdir(parents=True)
    (tmp_path / "keys" / "server.key_secret").write_text("secret", encoding="utf-8")
    (tmp_path / "keys" / "clients" / "one.key").write_text("public", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused_by_start(jobs: int = 1, *files: str, **options: Path) -> str:
    """Return why a start is refused; empty if it is not."""
    readings = [(Path(file), read_scenario(Path(file))) for file in files or ("call.yaml",)]
    assert all(reading.scenario is not None for _file, reading in readings)
    try:
        check_start(readings, StartOptions(jobs=jobs, **options))  # type: ignore[arg-type]
    except UsageError as error:
        return str(error)
    return ""


def refused_by_load(**options: Path) -> str:
    """Return why a load is refused; empty if it is not."""
    file = Path("call.yaml")
    try:
        check_load(file, read_scenario(file), LoadOptions(**options))  # type: ignore[arg-type]
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("log", "what"),
    [
        ("call.yaml", "the scenario call.yaml"),
        ("keys/../call.yaml", "the scenario call.yaml"),
        ("hello.wav", "the file that alice-2 plays"),
        ("keys/server.key_secret", "the key file keys/server.key_secret"),
        ("keys/clients/one.key", "the key file keys/clients/one.key"),
    ],
)
def test_the_event_log_goes_over_nothing_that_is_read(log: str, what: str) -> None:
    said = refused_by_start(event_log=Path(log), keys=Path("keys"))
    assert said == f"--event-log {log} would overwrite {what}; name another file"


@pytest.mark.usefixtures("folder")
def test_every_output_that_goes_over_something_is_named() -> None:
    said = refused_by_load(event_log=Path("call.yaml"), csv=Path("x"), html=Path("x"))
    assert said.splitlines() == [
        "--event-log call.yaml would overwrite the scenario call.yaml; name another file",
        "--html x and --csv x are the same; name another file",
    ]


@pytest.mark.usefixtures("folder")
def test_the_event_log_goes_over_no_file_whose_steps_are_used(folder: Path) -> None:
    assert refused_by_start(event_log=Path("end.yaml")) == (
        f"--event-log end.yaml would overwrite {folder}/end.yaml, which the scenario uses; name "
        "another file"
    )


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_link_is_the_file_that_it_leads_to(folder: Path, link: object) -> None:
    (os.link if link is os.link else os.symlink)(folder / "call.yaml", folder / "log")
    assert "would overwrite the scenario" in refused_by_start(event_log=Path("log"))


@pytest.mark.usefixtures("folder")
def test_a_log_of_log_dir_is_a_file_too() -> None:
    assert refused_by_start(event_log=Path("alice.log"), log_directory=Path()) == (
        "the log alice.log of --log-dir and --event-log alice.log are the same; name another file"
    ).replace("the log alice.log of --log-dir", refused_name())


def refused_name() -> str:
    """Return how a worker's log is named: by its whole path."""
    return f"the log {Path('alice.log').absolute()} of --log-dir"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"csv": "rows.csv"}, "--csv rows.csv would overwrite --data rows.csv; name another file"),
        (
            {"csv": "call.yaml"},
            "--csv call.yaml would overwrite the scenario call.yaml; name another file",
        ),
        (
            {"html": "call.yaml"},
            "--html call.yaml would overwrite the scenario call.yaml; name another file",
        ),
        (
            {"csv": "same", "html": "./same"},
            "--html same and --csv same are the same; name another file",
        ),
        (
            {"event_log": "same", "csv": "same"},
            "--csv same and --event-log same are the same; name another file",
        ),
        (
            {"csv": "heard.wav"},
            "the file that bob-3 records and --csv heard.wav are the same; name another file",
        ),
        ({"csv": "one.csv", "html": "two.html", "event_log": "three"}, ""),
    ],
)
def test_what_a_load_writes_is_apart_from_all_else(options: dict[str, str], says: str) -> None:
    paths = {name: Path(path) for name, path in options.items()}
    assert refused_by_load(data=Path("rows.csv"), **paths) == says


def test_recordings_of_runs_at_once_are_apart_and_one_after_another_may_be_the_same(
    folder: Path,
) -> None:
    shutil.copy(folder / "call.yaml", folder / "again.yaml")
    assert refused_by_start(1, "call.yaml", "again.yaml") == ""
    assert refused_by_start(2, "call.yaml", "again.yaml") == (
        "the file that bob-3 records and the file that bob-3 records are the same; name another "
        "file"
    )


@pytest.mark.usefixtures("folder")
def test_what_a_scenario_records_another_does_not_play() -> None:
    text = CALL.replace("hello.wav", "other.wav").replace("heard.wav", "hello.wav")
    Path("other.wav").write_bytes(wav(0.5))
    Path("second.yaml").write_text(text, encoding="utf-8")
    assert refused_by_start(1, "call.yaml", "second.yaml") == (
        "the file that bob-3 records would overwrite the file that alice-2 plays; name another file"
    )


@pytest.mark.usefixtures("folder")
def test_devices_hold_nothing_that_could_be_lost() -> None:
    null = Path("/dev/null")
    assert refused_by_load(csv=null, event_log=null, html=null) == ""


def test_standard_output_is_not_written_to_twice(tmp_path: Path) -> None:
    before = os.dup(1)
    try:
        with (tmp_path / "printed").open("wb") as printed:
            os.dup2(printed.fileno(), 1)
        for path in (Path("/dev/stdout"), tmp_path / "printed"):
            with pytest.raises(UsageError, match=r"--csv .* and standard output are the same"):
                check_outputs([Used(f"--csv {path}", path)], [])
        reader, writer = os.pipe()
        os.dup2(writer, 1)
        os.close(writer)
        with pytest.raises(UsageError, match="standard output are the same"):
            check_outputs([Used("--csv x", Path("/dev/stdout"))], [])
        os.close(reader)
    finally:
        os.dup2(before, 1)
        os.close(before)


def test_a_name_that_cannot_be_one_is_left_to_what_opens_it(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    check_outputs([Used("x", tmp_path / "circle"), Used("y", Path("nul\0l"))], [])
