"""One run, from its scenario to its verdict: the composition root. Reads as the story of a run.

What is to happen next is decided by ``run_state``, ``service`` brings it what comes in, how a thing
is done is the supervisor's business, and what it all comes to is judged by ``verdict``.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from sipflow import clock
from sipflow.coordinator.announcer import Announcer
from sipflow.coordinator.channels import open_channels
from sipflow.coordinator.event_flow import EventFlow
from sipflow.coordinator.launch.local import LocalLaunch
from sipflow.coordinator.node_book import NodeBook
from sipflow.coordinator.options import StartOptions
from sipflow.coordinator.plan import make_plans
from sipflow.coordinator.ports import PortBook, is_free
from sipflow.coordinator.run_directory import RunDirectory
from sipflow.coordinator.run_state import RunState
from sipflow.coordinator.service import Service
from sipflow.coordinator.signals import StopSignals
from sipflow.coordinator.subscribers import Subscriber
from sipflow.coordinator.supervisor import Supervisor
from sipflow.coordinator.verdict import Evidence, judge
from sipflow.protocol.requests import Status
from sipflow.protocol.scenario import Scenario
from sipflow.protocol.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Started:
    """What is known once a run has its resources: its id, the events' endpoint, its SIP ports."""

    run: str
    events: str
    ports: dict[str, int]


def run_scenario(
    scenario: Scenario,
    run: str,
    options: StartOptions,
    subscribers: Sequence[Subscriber],
    on_start: Callable[[Started], None],
) -> Verdict:
    """Run a scenario once and return its verdict, when every trace of it is gone.

    ``run`` is an id that no living run has. Raises ``ResourceError`` or ``UsageError`` if the run
    cannot be started; then nothing was.
    """
    began = clock.monotonic()
    with ExitStack() as stack:
        signals = stack.enter_context(StopSignals())
        directory = RunDirectory(run)
        stack.callback(directory.remove)
        launch = LocalLaunch(directory.path)  # it prepares itself while we do the rest
        stack.callback(launch.close)
        book = PortBook()
        stack.callback(book.close)
        plans = make_plans(scenario, run, book.lease(len(scenario.instances), options.base_port))
        channels = open_channels(stack, directory.path, launch, signals)
        events = channels.bus.open(options.events)
        ports = {plan.instance: plan.port for plan in plans}
        on_start(Started(run, events, ports))

        state = RunState(
            ((plan.instance, f"{plan.host}:{plan.port}") for plan in plans), clock.monotonic()
        )
        flow = EventFlow(channels.bus, NodeBook(scenario), subscribers)
        supervisor = Supervisor(plans, channels.control, launch, directory.path)
        announcer = Announcer(run, scenario.name)
        status = Status(
            run=run, scenario=scenario.name, pid=os.getpid(), events=events, state="starting"
        )
        service = Service(state, channels, flow, supervisor, announcer, status)
        supervisor.launch_all(options.log_directory)
        service.serve()

        launch.close()
        evidence = Evidence(
            run=run,
            scenario=scenario.name,
            duration_s=clock.monotonic() - began,
            ports=ports,
            pids=service.pids,
            nodes={instance.id: flow.nodes.of(instance.id) for instance in scenario.instances},
            # Once: the kernel closes a process's sockets before it tells of its end.
            busy_ports=tuple(port for port in ports.values() if not is_free(port)),
            events=flow.count(state.last_seqs),
        )
        verdict = judge(state, evidence)
        _announce(verdict, flow, announcer)
        return verdict


def _announce(verdict: Verdict, flow: EventFlow, announcer: Announcer) -> None:
    now = clock.wall()
    cleanup = verdict.cleanup
    flow.add(announcer.clean_up_finished(now, cleanup.calls_released, cleanup.calls_left))
    flow.add(announcer.scenario_state(now, "verdict", verdict.verdict, verdict.reason))
    if flow.failure is not None:
        raise flow.failure
