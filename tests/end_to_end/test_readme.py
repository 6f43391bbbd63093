"""The README's first example does what the README says, also where it fails."""

import re
from pathlib import Path

from tests.end_to_end.harness import EXAMPLES, ROOT, cli, run

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """Return the README's only block of a kind."""
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return str(found)


def written(folder: Path, text: str) -> Path:
    """Write the example, or what was made of it, under the name that the README gives it."""
    path = folder / "busy-callee.yaml"
    path.write_text(text)
    return path


def shown(text: str) -> list[str]:
    """Return the lines of a summary without what differs from run to run."""
    lines = [re.sub(r"\d+\.\d\d s", "… s", line) for line in text.splitlines()]
    return [re.sub(r"^  bob .*", "  bob …", line) for line in lines]


def test_the_example_is_the_one_in_the_folder_of_examples() -> None:
    shipped = (EXAMPLES / "busy-callee.yaml").read_text()
    assert re.sub(r" +#.*", "", block("yaml")) == re.sub(r"^#.*\n", "", shipped)


def test_the_example_completes(tmp_path: Path) -> None:
    outcome = run(written(tmp_path, block("yaml")), tmp_path)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (0, "completed")


def test_another_code_fails_the_example_as_the_readme_shows(tmp_path: Path) -> None:
    # The README shows the file with its comment line, as it is in the folder of examples.
    shipped = (EXAMPLES / "busy-callee.yaml").read_text()
    written(tmp_path, shipped.replace("Response: {code: 486}", "Response: {code: 500}"))
    answer = cli("start", "busy-callee.yaml", folder=tmp_path)
    assert answer.returncode == 1
    expected = shown(block("text"))
    assert shown(answer.stdout)[-len(expected) :] == expected


def test_a_callee_that_is_not_there_fails_the_example(tmp_path: Path) -> None:
    silent = re.sub(r"  bob:\n(    - .*\n)+", "", block("yaml")).replace(
        'to: "200"', 'to: "sip:200@127.0.0.1:9"'
    )
    outcome = run(written(tmp_path, silent), tmp_path)
    assert (outcome.exit_code, outcome.verdict["verdict"]) == (1, "failed")
