"""A load from start to end: the composition root.

It opens the shared resources, launches the workers, begins runs as they fall due, ends the workers,
judges, lets subscribers receive the remaining events, and closes everything.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Protocol

from msgspec import Struct

from sipflow import clock
from sipflow.console.keyboard import Keys
from sipflow.coordinator.batch import drain_subscribers
from sipflow.coordinator.load.autoscaler import Autoscaler
from sipflow.coordinator.load.control import LoadControl
from sipflow.coordinator.load.engine import Engine, Limits
from sipflow.coordinator.load.monitor import LoadMonitor
from sipflow.coordinator.load.pacer import pacer
from sipflow.coordinator.load.plan.profile import Profile
from sipflow.coordinator.load.plan.rows import RowFeeder
from sipflow.coordinator.load.plan.size import Size
from sipflow.coordinator.load.plan.targets import RateCap
from sipflow.coordinator.load.publish import LoadPublisher
from sipflow.coordinator.load.slots.pool import SlotPool
from sipflow.coordinator.load.stats.thresholds import Threshold
from sipflow.coordinator.load.verdict import Evidence
from sipflow.coordinator.options import LoadOptions
from sipflow.coordinator.resources import open_resources
from sipflow.coordinator.runtime_directory import load_socket, new_id, requests_endpoint
from sipflow.coordinator.workers.load_sockets import LoadSockets
from sipflow.protocol.load_result import LoadResult
from sipflow.protocol.subscriber import Subscriber, Ticking
from sipflow.scenario.model.graph import Scenario


class LoadView(Subscriber, Ticking, Protocol):
    """The view of a load."""

    def begin(
        self, load_id: str, scenario: Scenario, plan_text: Sequence[str], events_endpoint: str
    ) -> None:
        """Show the beginning of the load."""

    def finished(self, result: LoadResult) -> None:
        """Show the result."""


class LoadPlan(Struct, frozen=True, kw_only=True):
    """The plan of a load; ``text`` describes it to people, one line each."""

    scenario: Scenario
    file: str
    profile: Profile
    size: Size
    criteria: tuple[Threshold, ...]
    feeder: RowFeeder | None
    ceiling: RateCap | None
    text: tuple[str, ...]


def play_load(
    plan: LoadPlan,
    options: LoadOptions,
    view: LoadView,
    others: Sequence[Subscriber],
    keys: Keys,
) -> LoadResult:
    """Run a load to its end; ``others`` receive all events too.

    Returns when all of its resources are released. Raises ``ResourceError`` or ``UsageError`` if
    nothing can be started.
    """
    with ExitStack() as stack:
        resources = open_resources(stack, options)
        channels, scenario, size = resources.channels, plan.scenario, plan.size
        stack.enter_context(keys)
        if keys.descriptor is not None:
            channels.register(keys.descriptor)
        load = new_id()
        directory = resources.directory.open_run(load)
        requests = channels.open_requests(requests_endpoint(directory))
        stack.callback(channels.close_requests, requests)
        publisher = LoadPublisher(resources, scenario, load, directory, [*others, view])
        accounts = LoadMonitor(load, publisher, plan.criteria, detail=options.detail)
        load_sockets = LoadSockets(load_socket(directory), resources.pool.key)
        stack.callback(load_sockets.close)
        channels.register(load_sockets.descriptor)
        slot_pool = SlotPool(resources, load_sockets, scenario, load, directory)
        engine = Engine(
            resources,
            slot_pool,
            accounts,
            Autoscaler(size.most, size.shortest, size.legs),
            Limits(size.slots, options.restarts),
            _variables(scenario, plan.feeder),
        )
        load_control = LoadControl(resources, requests, accounts, plan, keys=keys)
        engine.attend(load_control, view.tick)
        view.begin(load, scenario, plan.text, resources.events)
        engine.warm_up()
        engine.serve(pacer(plan.profile, clock.monotonic()))
        engine.dismiss()
        resources.records.more = False
        result = accounts.conclude(engine, _evidence(plan, load), clock.monotonic())
        view.finished(result)
        drain_subscribers(resources)
        return result


def _evidence(plan: LoadPlan, load: str) -> Evidence:
    """Return the evidence for the verdict, as it is before the load begins."""
    return Evidence(
        load=load,
        scenario=plan.scenario.name,
        file=plan.file,
        duration_s=0.0,
        starting_s=0.0,
        asked=None,
        workers=0,
    )


def _variables(
    scenario: Scenario, feeder: RowFeeder | None
) -> Callable[[int], Mapping[str, Mapping[str, str]] | None]:
    if feeder is None:
        return lambda _number: None
    names = [instance.id for instance in scenario.instances]
    return lambda number: dict(zip(names, feeder.variables(number), strict=True))
