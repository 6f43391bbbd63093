"""What the command line asked for: where the logs of a run are."""

from pathlib import Path

from sipflow.coordinator.options import SharedOptions


def test_the_logs_of_a_run_are_in_the_folder_or_in_one_of_its_own_below() -> None:
    folder = Path("logs")
    assert SharedOptions().logs_of("r1") is None
    assert SharedOptions(logs_by_run=True).logs_of("r1") is None
    assert SharedOptions(log_directory=folder).logs_of("r1") == folder
    assert SharedOptions(log_directory=folder, logs_by_run=True).logs_of("r1") == folder / "r1"
