"""The process that workers are forked from, and that outlives a coordinator just long enough.

It imports everything that a worker needs, once, and makes nothing of it: no socket, no endpoint, no
thread. A fork of it is a worker in a few milliseconds and shares its memory. It reports every birth
and death, passes signals on, and when the coordinator is gone, however that came about, it lets the
workers end their calls, kills those that do not, removes the run's directory and ends itself.
Workers die with it, by the kernel's hand (``PR_SET_PDEATHSIG``).

Run as ``python -m sipflow.worker.nursery DESCRIPTOR DIRECTORY``.
"""

import ctypes
import gc
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess

from sipflow import clock
from sipflow.protocol.launch import Ended, Launch, Launched, Signal, ToNursery
from sipflow.protocol.wire import decode_to_nursery, encode
from sipflow.worker.crash_report import take_report
from sipflow.worker.main import work

MESSAGE_SIZE = 65_536
# What orphaned workers get to say BYE in, before they are killed.
ORPHAN_GRACE = 1.0
_PR_SET_PDEATHSIG = 1


class Nursery:
    """Forks workers on request and reports how they end."""

    def __init__(self, coordinator: socket.socket) -> None:
        self._coordinator = coordinator
        self._fork = multiprocessing.get_context("fork")
        self._workers: dict[str, ForkProcess] = {}
        self._logs: dict[str, str] = {}

    def serve(self) -> None:
        """Serve until the coordinator is gone."""
        while True:
            sentinels = [process.sentinel for process in self._workers.values()]
            ready = wait([self._coordinator, *sentinels])
            self._report_ended()
            if self._coordinator in ready:
                data = self._receive()
                if not data:
                    return
                self._obey(decode_to_nursery(data))

    def disband(self) -> None:
        """Ask every worker to end, then make it."""
        self._signal_all(signal.SIGTERM)
        deadline = clock.monotonic() + ORPHAN_GRACE
        for process in self._workers.values():
            process.join(max(0.0, deadline - clock.monotonic()))
        self._signal_all(signal.SIGKILL)
        for process in self._workers.values():
            process.join()

    def _receive(self) -> bytes:
        """Return a message, nothing if the coordinator is gone."""
        try:
            return self._coordinator.recv(MESSAGE_SIZE)
        except ConnectionResetError:  # it left something of ours unread
            return b""

    def _obey(self, message: ToNursery) -> None:
        match message:
            case Launch():
                self._launch(message)
            case Signal(worker=worker, signal=number):
                self._signal(worker, number)

    def _launch(self, launch: Launch) -> None:
        process = self._fork.Process(
            target=_become_worker, args=(launch, os.getpid(), _open_descriptors())
        )
        try:
            process.start()
        except OSError as error:  # a limit of processes, or no memory
            cause = f"no process for the worker: {error.strerror}"
            self._tell(Ended(worker=launch.worker, exit_code=1, cause=cause))
            return
        self._logs[launch.worker] = launch.log
        self._workers[launch.worker] = process
        self._tell(Launched(worker=launch.worker, pid=process.pid or 0))

    def _signal(self, worker: str, number: int) -> None:
        process = self._workers.get(worker)
        if process is not None and process.pid is not None and process.exitcode is None:
            os.kill(process.pid, number)

    def _signal_all(self, number: int) -> None:
        for worker in self._workers:
            self._signal(worker, number)

    def _report_ended(self) -> None:
        for worker, process in list(self._workers.items()):
            if process.exitcode is not None:
                del self._workers[worker]
                cause, trace = take_report(self._logs.pop(worker))
                code = process.exitcode
                self._tell(Ended(worker=worker, exit_code=code, cause=cause, trace=trace))
                process.close()

    def _tell(self, message: Launched | Ended) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the next receive says so too
            self._coordinator.send(encode(message))


def _become_worker(launch: Launch, nursery: int, inherited: list[int]) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != nursery:  # it died before the line above
        os._exit(1)
    for descriptor in inherited:
        if descriptor > 2:
            os.close(descriptor)
    work(launch)


def _open_descriptors() -> list[int]:
    """Return what is open now: the nursery's own business, none of a new worker's.

    The listing names its own descriptor too, whose number the next one to be opened will get.
    """
    numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    return [number for number in numbers if _is_open(number)]


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def main() -> None:
    """Be the nursery; does not return."""
    descriptor, directory = int(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # what is imported is never garbage; unfrozen, each collection would copy pages
    nursery = Nursery(socket.socket(fileno=descriptor))
    try:
        nursery.serve()
    except Exception:
        traceback.print_exc()
    # Whatever happened: no interpreter's exit, which would wait for the workers for ever.
    nursery.disband()
    shutil.rmtree(directory, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
