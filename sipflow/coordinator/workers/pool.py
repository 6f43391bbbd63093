"""The worker pool of a command: processes with an endpoint and ports, reused by its runs.

Owns the list of workers, their assignment to runs, and the leases of their ports. The run that has
a worker sends its commands, and decides when the worker is fit for another run.
"""

import os
import signal
from pathlib import Path

from msgspec import Struct

from sipflow.coordinator.runtime_directory import control_endpoint, events_endpoint, worker_log
from sipflow.coordinator.workers.control_socket import Control
from sipflow.coordinator.workers.local_launcher import LocalLaunch
from sipflow.coordinator.workers.ports import PortLeases
from sipflow.protocol.control import Quit
from sipflow.protocol.launch import Launch
from sipflow.protocol.plan import Ports


def new_key() -> str:
    """Return a new secret key that identifies the workers of one coordinator."""
    return os.urandom(16).hex()  # as the module secrets makes it


class Worker(Struct, eq=False):
    """One worker process.

    ``name``: identifies it to the fork server and the control socket.
    ``run``: the id of its current run, None while it is idle.
    """

    name: str
    ports: Ports
    pid: int | None = None
    greeted: bool = False
    run: str | None = None


class Pool:
    """Launches workers and assigns them to runs; ``key`` identifies the workers."""

    def __init__(
        self, launch: LocalLaunch, control: Control, directory: Path, key: str, base_port: int
    ) -> None:
        self._launch = launch
        self._control = control
        self._directory = directory
        self.key = key
        self._base_port = base_port
        self._book = PortLeases()
        self._workers: dict[str, Worker] = {}
        self._idle: list[Worker] = []
        self._buried: list[Worker] = []
        self._launched = 0

    def get(self, name: str) -> Worker | None:
        """Return a worker by its name; None if it has exited."""
        return self._workers.get(name)

    def take(self, count: int, run: str) -> list[Worker]:
        """Assign workers to a run; return them in the order of their ports, idle ones first.

        They belong to the run until they are released. Raises ``ResourceError`` if there are not
        enough ports; then nothing was taken.
        """
        fresh = max(0, count - len(self._idle))
        workers = self._idle[:count]
        workers += [self._new(ports) for ports in self._book.lease(fresh, self._base_port)]
        del self._idle[:count]
        for worker in workers:
            worker.run = run
        return sorted(workers, key=lambda worker: worker.ports.sip)

    def give_back(self, worker: Worker) -> None:
        """Release a worker that is fit for another run."""
        worker.run = None
        self._idle.append(worker)
        self._idle.sort(key=lambda worker: worker.ports.sip)

    def remove(self, worker: Worker) -> None:
        """Remove an exited worker.

        Its port lease is kept until the run ends, because the run verifies that the ports are free.
        """
        del self._workers[worker.name]
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.run is None:
            self._book.give_back(worker.ports)
        else:
            self._buried.append(worker)

    def replace(self, worker: Worker) -> Worker:
        """Launch a replacement of an exited worker, for its run and on its ports."""
        self._buried.remove(worker)
        fresh = self._new(worker.ports)
        fresh.run = worker.run
        return fresh

    def settle(self, run: str) -> None:
        """Release the ports of the exited workers of an ended run."""
        for worker in [worker for worker in self._buried if worker.run == run]:
            self._buried.remove(worker)
            self._book.give_back(worker.ports)

    def kill(self, worker: Worker) -> None:
        """Kill a worker; its exit is reported as any other."""
        self._launch.signal(worker.name, signal.SIGKILL)

    def dismiss_idle(self) -> None:
        """End the workers that no run will need."""
        for worker in self._idle:
            self._control.send(worker.name, Quit())
        self._idle.clear()

    def close(self) -> None:
        """Release all leases."""
        self._book.close()

    def _new(self, ports: Ports) -> Worker:
        self._launched += 1
        worker = Worker(f"w{self._launched}", ports)
        self._workers[worker.name] = worker
        self._launch.launch(
            Launch(
                worker=worker.name,
                key=self.key,
                control=control_endpoint(self._directory),
                events=events_endpoint(self._directory),
                log=str(worker_log(self._directory, worker.name)),
            )
        )
        return worker
