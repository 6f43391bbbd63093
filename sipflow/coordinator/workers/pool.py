"""The workers of a command: processes with an endpoint and ports of their own, used run after run.

Owns which there are, which of them play in a run, and the leases on their ports. What a worker is
told is the business of the run that has it; when it is fit for another is the run's to say.
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
    """Return what the workers of one coordinator show, and nobody else can know."""
    return os.urandom(16).hex()  # as the module secrets makes it


class Worker(Struct, eq=False):
    """One worker process; ``name`` is what the fork server and the control socket know it by.

    ``run`` is the id of the run that it plays in, None while it is idle.
    """

    name: str
    ports: Ports
    pid: int | None = None
    greeted: bool = False
    run: str | None = None


class Pool:
    """Launches workers, lends them to runs, and takes them back; ``key`` is what they show."""

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
        """Return a living worker by its name."""
        return self._workers.get(name)

    def take(self, count: int, run: str) -> list[Worker]:
        """Return so many workers in the order of their ports, idle ones as far as there are any.

        They are the run's until it gives them back. Raises ``ResourceError`` if there are not
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
        """Take a worker back that is fit for another run."""
        worker.run = None
        self._idle.append(worker)
        self._idle.sort(key=lambda worker: worker.ports.sip)

    def remove(self, worker: Worker) -> None:
        """Take in that a worker's process is gone.

        Its run is still to see that its ports are free, so they are nobody else's before it ends.
        """
        del self._workers[worker.name]
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.run is None:
            self._book.give_back(worker.ports)
        else:
            self._buried.append(worker)

    def replace(self, worker: Worker) -> Worker:
        """Launch another worker for the run of a dead one, on the ports of that one."""
        self._buried.remove(worker)
        fresh = self._new(worker.ports)
        fresh.run = worker.run
        return fresh

    def settle(self, run: str) -> None:
        """Take in that a run has ended: the ports of its dead workers are anybody's again."""
        for worker in [worker for worker in self._buried if worker.run == run]:
            self._buried.remove(worker)
            self._book.give_back(worker.ports)

    def kill(self, worker: Worker) -> None:
        """End a worker at once; its end is told as any other's."""
        self._launch.signal(worker.name, signal.SIGKILL)

    def dismiss_idle(self) -> None:
        """Let the workers end that no run will need."""
        for worker in self._idle:
            self._control.tell(worker.name, Quit())
        self._idle.clear()

    def close(self) -> None:
        """Give every lease back."""
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
