"""A load, from the first socket to the last: the composition root.

Reads as the story of a load: open the premises, launch the workers, begin runs as they fall due,
let the workers end, judge, let those who follow the events get the rest, close.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Protocol

from msgspec import Struct

from sipflow import clock
from sipflow.coordinator.batch import bid_farewell
from sipflow.coordinator.load.accounts import Accounts
from sipflow.coordinator.load.chronicle import Chronicle
from sipflow.coordinator.load.criterion import Criterion
from sipflow.coordinator.load.engine import Engine, Limits
from sipflow.coordinator.load.fleet import Fleet
from sipflow.coordinator.load.growth import Growth
from sipflow.coordinator.load.helm import Helm
from sipflow.coordinator.load.lanes import Lanes
from sipflow.coordinator.load.pacer import pacer
from sipflow.coordinator.load.profile import Profile
from sipflow.coordinator.load.result import Evidence
from sipflow.coordinator.load.rows import Handout
from sipflow.coordinator.load.size import Size
from sipflow.coordinator.load.targets import Ceiling
from sipflow.coordinator.load_keys import Keys
from sipflow.coordinator.options import LoadOptions
from sipflow.coordinator.premises import open_premises
from sipflow.coordinator.run_directory import lane, new_id, requests_endpoint
from sipflow.coordinator.subscribers import Subscriber, Ticking
from sipflow.protocol.load_result import LoadResult
from sipflow.protocol.scenario import Scenario


class LoadView(Subscriber, Ticking, Protocol):
    """Who shows a load."""

    def begin(
        self, load_id: str, scenario: Scenario, plan_text: Sequence[str], events_endpoint: str
    ) -> None:
        """Say which load this is."""

    def finished(self, result: LoadResult) -> None:
        """Say how it went."""


class LoadPlan(Struct, frozen=True, kw_only=True):
    """What is to be played; ``text`` says so to people, a line each."""

    scenario: Scenario
    file: str
    profile: Profile
    size: Size
    criteria: tuple[Criterion, ...]
    handout: Handout | None
    ceiling: Ceiling | None
    text: tuple[str, ...]


def play_load(
    plan: LoadPlan,
    options: LoadOptions,
    view: LoadView,
    others: Sequence[Subscriber],
    keys: Keys,
) -> LoadResult:
    """Play a load to its end; ``others`` are told all events, too.

    Returns when every trace of it is gone. Raises ``ResourceError`` or ``UsageError`` if nothing
    can be started.
    """
    with ExitStack() as stack:
        premises = open_premises(stack, options)
        channels, scenario, size = premises.channels, plan.scenario, plan.size
        stack.enter_context(keys)
        if keys.descriptor is not None:
            channels.heed(keys.descriptor)
        load = new_id()
        directory = premises.directory.open_run(load)
        requests = channels.open_requests(requests_endpoint(directory))
        stack.callback(channels.close_requests, requests)
        chronicle = Chronicle(premises, scenario, load, directory, [*others, view])
        accounts = Accounts(load, chronicle, plan.criteria, detail=options.detail)
        lanes = Lanes(lane(directory), premises.pool.key)
        stack.callback(lanes.close)
        channels.heed(lanes.descriptor)
        fleet = Fleet(premises, lanes, scenario, load, directory)
        engine = Engine(
            premises,
            fleet,
            accounts,
            Growth(size.most, size.shortest, size.legs),
            Limits(size.slots, options.restarts),
            _variables(scenario, plan.handout),
        )
        helm = Helm(premises, requests, accounts, plan, keys=keys)
        engine.attend(helm, view.tick)
        view.begin(load, scenario, plan.text, premises.events)
        engine.warm_up()
        engine.serve(pacer(plan.profile, clock.monotonic()))
        engine.dismiss()
        premises.records.more = False
        result = accounts.conclude(engine, _evidence(plan, load), clock.monotonic())
        view.finished(result)
        bid_farewell(premises)
        return result


def _evidence(plan: LoadPlan, load: str) -> Evidence:
    """Return what a judgement needs to know of a load, before anything of it has happened."""
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
    scenario: Scenario, handout: Handout | None
) -> Callable[[int], Mapping[str, Mapping[str, str]] | None]:
    if handout is None:
        return lambda _number: None
    names = [instance.id for instance in scenario.instances]
    return lambda number: dict(zip(names, handout.variables(number), strict=True))
