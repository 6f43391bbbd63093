"""Drives ``sipflow-coord load`` from outside, as ``harness`` does a run."""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from sipflow.client.request import ask
from sipflow.coordinator.load.publish import running_node
from sipflow.coordinator.runtime_directory import find_run, recorder, requests_endpoint
from sipflow.protocol.requests import Answer, AskStatus, LoadStatus, Request, Status
from tests.end_to_end.harness import EXAMPLES, Coordinator, Ended, Event

QUICK = EXAMPLES / "basic-load.yaml"
# Two slots of two workers at most, unless a test asks for more.
PORTS = range(5060, 5068, 2)


class LoadOutcome(Ended):
    """A load that has ended."""

    @property
    def load(self) -> str:
        """The load's id."""
        return str(self.result["load"])

    @property
    def runs(self) -> dict[str, int]:
        """What became of the runs, without those that nothing has become of, late or not."""
        counts = self.result["runs"].items()
        return {name: count for name, count in counts if count and name != "late"}

    def of_run(self, run: str) -> list[Event]:
        """Return the events of the load, or of one of its runs, by its id."""
        return [event for event in self.events if event["run"] == run]

    def states(self) -> list[str]:
        """Return the states of the load in turn, without the repetitions by warnings."""
        return [state for state, _ in groupby(one["new"] for one in self.of_type("load-state"))]

    def known_runs(self) -> list[str]:
        """Return the ids of the runs whose events were told, in that order."""
        return [run for run in dict.fromkeys(one["run"] for one in self.events) if run != self.load]


class Load(Coordinator):
    """One ``load`` in progress."""

    command = "load"

    def end(self) -> LoadOutcome:
        """Read on to the end and return what it came to."""
        return self.end_as(LoadOutcome)

    def wait_for_state(self, new: str) -> Event:
        """Return the event of the load's entry into a state."""
        return self.wait_for(lambda event: (event["type"], event.get("new")) == ("load-state", new))

    def tell(self, request: Request) -> Answer:
        """Ask the load for something, as any program of the user's can."""
        load = self.events[0]["run"]
        return ask(requests_endpoint(find_run(load)), f"run {load}", request)

    def whole_status(self) -> Status:
        """Return all that it says of how it stands."""
        answer = self.tell(AskStatus())
        assert isinstance(answer, Status)
        return answer

    def status(self) -> LoadStatus:
        """Return how its runs stand."""
        load = self.whole_status().load
        assert load is not None
        return load

    def wait_for_worker(self, worker: str, node: str) -> None:
        """Wait until a worker is at a node, by what it writes down of its run."""
        path = recorder(find_run(self.events[0]["run"]), worker)
        while running_node(path) != node:
            pass

    def wait_until(self, is_so: Callable[[LoadStatus], bool]) -> LoadStatus:
        """Ask how it stands until it is so."""
        while not is_so(status := self.status()):
            pass
        return status


def load(scenario: Path, folder: Path, *options: str) -> LoadOutcome:
    """Make a load to its end."""
    with Load(scenario, folder, *options) as running:
        return running.end()
