"""The command: ``sipflow-coord``, and ``python -m sipflow``.

Gives a command that runs scenarios a head start: what its workers come from is forked, and gets
ready while the command line is read. Nothing is taken down that ends with the process anyway.
"""

import gc
import os
import signal
import sys
from typing import NoReturn

from sipflow import output
from sipflow.coordinator.workers.fork_server_process import discard_early, start_early

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
    by_default = signal.getsignal(signal.SIGINT)
    if by_default is not signal.SIG_IGN:  # as it is for a command that nohup has started
        signal.signal(signal.SIGINT, _stop)
    if running and _HELP.isdisjoint(sys.argv):
        _import_shared()
        start_early(_serve_workers)
    try:
        from sipflow.cli.main import main as command

        signal.signal(signal.SIGINT, by_default)
        command(prog_name="sipflow-coord")
    except SystemExit as end:
        discard_early()
        if running:
            _end_at_once(end.code)
        raise
    finally:
        discard_early()


def _stop(_number: int, _frame: object) -> NoReturn:
    """End at a Ctrl-C while modules are imported: in a class's making, it would be an error."""
    discard_early()
    os._exit(_STOPPED)


def _import_shared() -> None:
    """Import what this process and its workers need, once, before they part by a fork."""
    import pathlib  # noqa: F401

    import sipflow.media.wav
    import sipflow.protocol.wire  # noqa: F401


def _serve_workers(descriptor: int) -> NoReturn:
    """Be the process that workers are forked from."""
    from sipflow.worker.fork_server import main as serve

    serve(descriptor)


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
