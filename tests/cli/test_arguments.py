"""All wrong arguments of a command are reported in one go."""

import click
import pytest
from click.testing import CliRunner

from sipflow.cli.arguments import Command, collected_mistakes, option
from sipflow.errors import UsageError


def program(*, collects: bool) -> click.Command:
    """Return a command that says how it was called, and what was wrong with that."""

    @click.command(cls=Command, collects=collects)
    @click.argument("name")
    @option("--calls", type=int)
    @option("-j", "--jobs", type=click.IntRange(1), default=2)
    @option("--folder", "folders", type=click.Path(exists=True), multiple=True)
    def command(name: str, calls: int, jobs: int, folders: tuple[str, ...]) -> None:
        click.echo(f"{name} {calls} {jobs} {folders}")
        try:
            collected_mistakes().raise_all()
        except UsageError as error:
            click.echo(str(error))

    return command


WRONG = ["x", "--calls", "many", "-j0", "--folder", "/nowhere"]
SAID = [
    "Invalid value for '--calls': 'many' is not a valid integer.",
    "Invalid value for '-j' / '--jobs': 0 is not in the range x>=1.",
    "Invalid value for '--folder': Path '/nowhere' does not exist.",
]


def test_a_command_that_collects_goes_on_as_if_they_were_not_given() -> None:
    result = CliRunner().invoke(program(collects=True), WRONG)
    assert (result.exit_code, result.output.splitlines()) == (0, ["x 1 2 ()", *SAID])
    result = CliRunner().invoke(program(collects=True), ["x"])
    assert (result.exit_code, result.output) == (0, "x None 2 ()\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (WRONG, SAID),
        (["--calls", "many"], [SAID[0], "Missing argument 'NAME'."]),
        (["x", "y", "-j0"], [SAID[1], "Got unexpected extra argument (y)"]),
        (
            ["--help", "x", "--calls", "many", "--what=1", "--ever", "2"],
            ["No such option '--what'.", "No such option '--ever'.", SAID[0]],
        ),
        (["x", "-zj", "0"], ["No such option '-z'."]),
        (["x", "--calls"], ["Option '--calls' requires an argument."]),
    ],
)
def test_any_other_and_what_cannot_be_taken_apart_end_with_all_of_them(
    arguments: list[str], said: list[str]
) -> None:
    result = CliRunner().invoke(program(collects=False), arguments)
    lines = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert (result.exit_code, lines) == (2, [f"Error: {one}" for one in said])
