"""The channels of a run with a real fork server, and what came of its workers so far."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sipflow.coordinator.runtime_directory import control_endpoint, events_endpoint, worker_log
from sipflow.coordinator.signals import StopSignals
from sipflow.coordinator.sockets import Sockets, open_channels
from sipflow.coordinator.workers.local_launcher import LocalLaunch
from sipflow.protocol.control import Beat, ToCoordinator
from sipflow.protocol.events import AnyEvent
from sipflow.protocol.launch import Ended, Launch, Launched
from tests.waiting import LOOK, until

KEY = "0123456789abcdef"


class Workshop:
    """Collects what workers say, publish, and how they begin and end."""

    def __init__(self, channels: Sockets, directory: Path) -> None:
        self.channels = channels
        self.directory = directory
        self.said: list[tuple[str, ToCoordinator]] = []
        self.events: list[AnyEvent] = []
        self.pids: dict[str, int] = {}
        self.exit_codes: dict[str, int] = {}

    def launch(self, worker: str) -> None:
        """Have a worker forked."""
        self.channels.launch.launch(
            Launch(
                worker=worker,
                key=KEY,
                control=control_endpoint(self.directory),
                events=events_endpoint(self.directory),
                log=str(worker_log(self.directory, worker)),
            )
        )

    def hear(self, worker: str, kind: type[ToCoordinator]) -> None:
        """Wait until a worker has said something of a kind."""
        until(
            lambda: any(who == worker and isinstance(word, kind) for who, word in self.said),
            self._look,
        )

    def see_end(self, *workers: str) -> None:
        """Wait until workers have ended."""
        until(lambda: self.exit_codes.keys() >= set(workers), self._look)

    def see_fork_server_lost(self) -> None:
        """Wait until the fork server is known to be gone."""
        until(lambda: self.channels.launch.lost, self._look)

    def _look(self) -> None:
        self.channels.wait(LOOK)
        self.events += self.channels.receiver.receive()
        words = self.channels.control.receive()
        self.said += [(worker, word) for worker, word in words if not isinstance(word, Beat)]
        for told in self.channels.launch.receive():
            match told:
                case Launched(worker=worker, pid=pid):
                    self.pids[worker] = pid
                case Ended(worker=worker, exit_code=exit_code):
                    self.exit_codes[worker] = exit_code


@contextmanager
def open_workshop(directory: Path) -> Iterator[Workshop]:
    """Open the channels of a run in a directory of its own below this one."""
    path = directory / "run"
    path.mkdir()
    with ExitStack() as stack:
        signals = stack.enter_context(StopSignals())
        launch = LocalLaunch(path)
        stack.callback(launch.close)
        yield Workshop(open_channels(stack, path, KEY, launch, signals), path)
