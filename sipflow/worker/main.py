"""A worker process from its start to its exit: streams, signals, sockets, then the loop."""

import os
import signal

from sipflow.protocol.launch import Launch
from sipflow.worker.crash_report import write_report
from sipflow.worker.ipc.connection import CoordinatorConnection
from sipflow.worker.log_file import write_to
from sipflow.worker.loop import Loop
from sipflow.worker.ua.pjsua import PjsuaUserAgent


def work(launch: Launch) -> None:
    """Run the worker process; never returns. Called in a fresh fork, from the main thread."""
    loop: Loop | None = None
    try:
        _begin_log(launch.log)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the coordinator's to handle
        link = CoordinatorConnection(launch)
        loop = Loop(PjsuaUserAgent(), link, os.getpid())
        _run(loop, link)
    except Exception as error:
        write_report(launch.log, error, loop.mask if loop is not None else None)
        os._exit(1)  # at once: objects of the stack must not be destroyed out of order
    # Every call has ended, so the stack has nothing more to send; its other objects end with the
    # process. Its orderly destruction would take longer and aborts on any leftover object.
    os._exit(0)


def _begin_log(path: str) -> None:
    """Begin the log of a worker without a run; a failure is reported once it gets a run."""
    try:
        write_to(path)
    except OSError:
        write_to(os.devnull)


def _run(loop: Loop, link: CoordinatorConnection) -> None:
    def note(_signal: int, _frame: object) -> None:
        loop.orphaned = True
        if not loop.has_part:  # nothing to end, and it would wait for a run for ever
            os._exit(0)

    signal.signal(signal.SIGTERM, note)
    loop.run()
    if loop.orphaned:
        link.abandon()
    else:
        link.close()
