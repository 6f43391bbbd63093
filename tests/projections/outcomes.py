"""What becomes of files, for the tests, in a few words each."""

from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import CleanUpVerdict, NotStarted, Verdict, VerdictName
from sipflow.text import counted

EXIT_CODES: dict[VerdictName, int] = {"completed": 0, "failed": 1, "stopped": 130}
REFUSED = RunReason(instance="alice", node="alice-1", code=486, message="Busy Here")


def verdict(  # noqa: PLR0913 - one parameter a thing that a test cares about
    file: str,
    name: VerdictName = "completed",
    *,
    run: str = "r1",
    exit_code: int | None = None,
    reason: RunReason | None = None,
    took: float = 0.412,
    scenario: str = "busy callee",
) -> Verdict:
    """Return the verdict of a run."""
    return Verdict(
        run=run,
        scenario=scenario,
        verdict=name,
        exit_code=EXIT_CODES[name] if exit_code is None else exit_code,
        reason=reason,
        duration_s=took,
        instances={},
        cleanup=CleanUpVerdict(confirmed=True),
        file=file,
    )


def bad(file: str, *problems: str) -> NotStarted:
    """Return what stands for a file that has problems."""
    message = counted(len(problems), "problem") if problems else "no such file"
    return NotStarted(file=file, reason=RunReason(message=message), problems=problems)


def not_reached(file: str, exit_code: int = 0, message: str = "another had failed") -> NotStarted:
    """Return what stands for a file that was not reached."""
    return NotStarted(file=file, reason=RunReason(message=message), exit_code=exit_code)
