"""The command: ``sipflow-coord``, and ``python -m sipflow``.

For a command that runs scenarios, the fork server of its workers is started first, and imports its
modules while the command line is parsed. Resources that end with the process are not released.
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
_SIMULATED = frozenset({"mock", "--mode=mock"})  # has no workers
_STOPPED = 130  # as in protocol.verdict, which is not imported that early


def main() -> None:
    """Run the command line; does not return."""
    output.open_closed_streams()
    try:
        _run()
    except KeyboardInterrupt:  # while modules are imported; later ones are handled by the command
        sys.exit(_STOPPED)


def _run() -> None:
    gc.disable()  # imports leave no garbage; a run enables it again
    running = sys.argv[1:2] and sys.argv[1] in _RUNNING
    by_default = signal.getsignal(signal.SIGINT)
    if by_default is not signal.SIG_IGN:  # it is ignored in a command that nohup has started
        signal.signal(signal.SIGINT, _stop)
    if running and (_HELP | _SIMULATED).isdisjoint(sys.argv):
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
    """End at a Ctrl-C during imports: KeyboardInterrupt in a class definition becomes an error."""
    discard_early()
    os._exit(_STOPPED)


def _import_shared() -> None:
    """Import the modules that this process and its workers share, once, before the fork."""
    import pathlib  # noqa: F401

    import sipflow.media.wav
    import sipflow.protocol.wire  # noqa: F401


def _serve_workers(descriptor: int) -> NoReturn:
    """Run the fork server, the process that workers are forked from."""
    from sipflow.worker.fork_server import main as serve

    serve(descriptor)


def _end_at_once(code: object) -> None:
    """Exit without the interpreter's clean-up, which takes as long as a call.

    Returns if unwritten output could be lost.
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
