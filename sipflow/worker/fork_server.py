"""The fork server: the process that workers are forked from; outlives a lost coordinator briefly.

It imports once everything that a worker needs and creates no socket, endpoint or thread. A worker
is forked from it in a few milliseconds and shares its memory. It reports every start and exit of a
worker and passes signals on. Once the coordinator is gone, for whatever reason, it lets the workers
end their calls, kills those that do not, removes the run's directory and exits. If it dies itself,
the kernel kills the workers (``PR_SET_PDEATHSIG``).

``main`` gets the descriptor of a socket; besides that and the standard streams it leaves nothing
open. It runs in a fresh interpreter, or in a fork of a coordinator that has done nothing yet. The
coordinator waits for its imports.
"""

import ctypes
import gc
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import NoReturn

from msgspec import Struct

from sipflow import clock
from sipflow.folders import remove_folder
from sipflow.protocol.launch import Ended, Launch, Launched, RemoveAtEnd, Signal, ToForkServer
from sipflow.protocol.wire import decode_to_fork_server, encode
from sipflow.worker.crash_report import take_report
from sipflow.worker.main import work
from sipflow.worker.process_title import set_title

MESSAGE_SIZE = 65_536
# Not the name of a coordinator, which a fork begins with: ``pkill sipflow-coord`` must not hit it.
_NAME = "sip-workers"
_TITLE = "sipflow.worker.fork_server"
# The seconds in which orphaned workers may send their BYEs before they are killed.
ORPHAN_GRACE = 1.0
_PR_SET_PDEATHSIG = 1
_STANDARD_ERROR = 2


class Worker(Struct, frozen=True):
    """A worker process.

    ``end``: a descriptor that becomes readable when the process is gone.
    ``log``: its log file; the crash report is written beside it.
    """

    name: str
    pid: int
    end: int
    log: str


class ForkServer:
    """Forks workers on request and reports how they end."""

    def __init__(self, coordinator: socket.socket) -> None:
        self._coordinator = coordinator
        self._workers: dict[str, Worker] = {}
        self._by_end: dict[int, Worker] = {}
        self._poller = select.poll()
        self._poller.register(coordinator, select.POLLIN)
        self._directory: str | None = None

    def serve(self) -> None:
        """Serve until the coordinator is gone."""
        while True:
            ready = [descriptor for descriptor, _events in self._poller.poll()]
            self._report_ended(ready)
            if self._coordinator.fileno() in ready:
                data = self._receive()
                if not data:
                    return
                self._obey(decode_to_fork_server(data))

    def shutdown(self) -> None:
        """Ask every worker to end, then kill those left; remove the run's directory."""
        self._poller.unregister(self._coordinator)
        self._signal_all(signal.SIGTERM)
        self._see_ends(clock.monotonic() + ORPHAN_GRACE)
        self._signal_all(signal.SIGKILL)
        self._see_ends(None)
        if self._directory is not None:
            remove_folder(self._directory)

    def _see_ends(self, deadline: float | None) -> None:
        """Wait until every worker is gone, or until ``deadline``."""
        while self._workers:
            left = None if deadline is None else max(0.0, deadline - clock.monotonic()) * 1000
            ready = [descriptor for descriptor, _events in self._poller.poll(left)]
            if not ready:
                return
            self._report_ended(ready)

    def _receive(self) -> bytes:
        """Return the next message, empty if the coordinator is gone."""
        try:
            return self._coordinator.recv(MESSAGE_SIZE)
        except ConnectionResetError:  # the coordinator left messages unread
            return b""

    def _obey(self, message: ToForkServer) -> None:
        match message:
            case Launch():
                self._launch(message)
            case Signal(worker=worker, signal=number):
                self._signal(worker, number)
            case RemoveAtEnd(directory=directory):
                self._directory = directory

    def _launch(self, launch: Launch) -> None:
        try:
            pid, end = _fork(launch)
        except OSError as error:  # a limit of processes or descriptors, or no memory
            cause = f"no process for the worker: {error.strerror}"
            self._send(Ended(worker=launch.worker, exit_code=1, cause=cause))
            return
        worker = self._workers[launch.worker] = Worker(launch.worker, pid, end, launch.log)
        self._by_end[end] = worker
        self._poller.register(end, select.POLLIN)
        self._send(Launched(worker=launch.worker, pid=pid))

    def _signal(self, name: str, number: int) -> None:
        worker = self._workers.get(name)
        if worker is not None:  # its process id stays its own until its exit has been read here
            os.kill(worker.pid, number)

    def _signal_all(self, number: int) -> None:
        for name in self._workers:
            self._signal(name, number)

    def _report_ended(self, ready: list[int]) -> None:
        for worker in [self._by_end[end] for end in ready if end in self._by_end]:
            _pid, status = os.waitpid(worker.pid, 0)
            self._poller.unregister(worker.end)
            os.close(worker.end)
            del self._workers[worker.name], self._by_end[worker.end]
            code = os.waitstatus_to_exitcode(status)
            cause, trace = take_report(worker.log)
            self._send(Ended(worker=worker.name, exit_code=code, cause=cause, trace=trace))

    def _send(self, message: Launched | Ended) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # the next receive reports it too
            self._coordinator.send(encode(message))


def _fork(launch: Launch) -> tuple[int, int]:
    """Fork a worker; return its process id and a descriptor that becomes readable at its exit."""
    # The worker alone holds its end of the pipe open until it exits.
    end, held = os.pipe()
    try:
        inherited = [number for number in _open_descriptors() if number != held]
        fork_server = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_worker(launch, fork_server, inherited)
    except OSError:
        os.close(end)
        raise
    finally:
        os.close(held)
    return pid, end


def _become_worker(launch: Launch, fork_server: int, inherited: list[int]) -> NoReturn:
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != fork_server:  # it died before the line above
            os._exit(1)
        for descriptor in inherited:
            if descriptor > _STANDARD_ERROR:
                os.close(descriptor)
        work(launch)
    except BaseException:
        _print_error()
    finally:  # never return into the loop of the fork server, which this process is a copy of
        os._exit(1)


def _print_error() -> None:
    import traceback  # takes as long to import as a fork does

    traceback.print_exc()
    sys.stderr.flush()


def _open_descriptors() -> list[int]:
    """Return the open descriptors: those of the fork server, which a new worker must not keep.

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


def main(descriptor: int) -> NoReturn:
    """Run the fork server; never returns."""
    set_title(_NAME, _TITLE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _close_all_but(descriptor)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.freeze()  # what is imported is never garbage; unfrozen, each collection would copy pages
    gc.enable()
    fork_server = ForkServer(socket.socket(fileno=descriptor))
    try:
        fork_server.serve()
    except Exception:
        _print_error()
    # Always without the interpreter's exit handlers, which would wait for the workers for ever.
    fork_server.shutdown()
    os._exit(0)


def _close_all_but(descriptor: int) -> None:
    """Close the descriptors that the coordinator inherited from its parent."""
    for number in _open_descriptors():
        if number > _STANDARD_ERROR and number != descriptor:
            os.close(number)
