"""What drives the program from outside says it when no run begins, instead of waiting for one."""

from pathlib import Path

import pytest

from tests.end_to_end.harness import EXAMPLES, run


def test_a_file_that_is_refused_is_reported_with_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("instances: {alice: {number: '1'}}\nflow: {alice: [Realease]}\n")
    with pytest.raises(AssertionError, match=r"no run began, exit 2: .*did you mean Release\?"):
        run(path, tmp_path)


def test_a_refused_option_is_reported(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"(?s)no run began, exit 2: .*--fail"):
        run(EXAMPLES / "basic-call.yaml", tmp_path, "--fail")
