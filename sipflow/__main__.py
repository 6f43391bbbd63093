"""The command: ``sipflow-coord``, and ``python -m sipflow``.

Gives a command that runs scenarios a head start: what its workers come from gets ready while the
command line is read, and nothing is taken down in the end that ends with the process anyway.
"""

import gc
import os
import sys

from sipflow import output
from sipflow.coordinator.launch.nursery_process import discard_early, start_early

_RUNNING = ("start", "load")
_HELP = frozenset({"-h", "--help"})
_STOPPED = 130  # as in protocol.verdict, which is not imported that early


def main() -> None:
    """Run the command line; does not return."""
    output.open_closed_streams()
    try:
        _run()
    except KeyboardInterrupt:  # while modules are imported; all later ones are the command's
        sys.exit(_STOPPED)


def _run() -> None:
    gc.disable()  # imports leave no garbage; a run turns it on again
    running = sys.argv[1:2] and sys.argv[1] in _RUNNING
    if running and _HELP.isdisjoint(sys.argv):
        start_early()
    try:
        from sipflow.cli import main as command

        command(prog_name="sipflow-coord")
    except SystemExit as end:
        discard_early()
        if running:
            _end_at_once(end.code)
        raise
    finally:
        discard_early()


def _end_at_once(code: object) -> None:
    """End the process without taking it apart, which takes as long as a call.

    Returns where that could lose something.
    """
    if not isinstance(code, int):
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(code)


if __name__ == "__main__":
    main()
