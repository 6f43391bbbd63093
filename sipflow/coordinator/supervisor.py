"""Carries out on processes and sockets what the life of a run asks for. Decides nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import assert_never

from sipflow.coordinator import run_actions as act
from sipflow.coordinator.control import Control
from sipflow.coordinator.launch.local import LocalLaunch
from sipflow.coordinator.run_directory import (
    control_endpoint,
    events_endpoint,
    journal,
    worker_log,
)
from sipflow.protocol import control as words
from sipflow.protocol.launch import Launch
from sipflow.protocol.plan import InstancePlan

ProcessAction = (
    act.Assign | act.Go | act.Halt | act.CleanUp | act.Dismiss | act.Quit | act.SignalWorker
)


class Supervisor:
    """The workers of a run: one per plan, known by instance here and by worker name outside."""

    def __init__(
        self, plans: Iterable[InstancePlan], control: Control, launch: LocalLaunch, directory: Path
    ) -> None:
        self._plans = {plan.instance: plan for plan in plans}
        self._workers = {instance: f"w{n}" for n, instance in enumerate(self._plans, 1)}
        self._instances = {worker: instance for instance, worker in self._workers.items()}
        self._control = control
        self._launch = launch
        self._directory = directory
        self._log_directory: Path | None = None

    def instance_of(self, worker: str) -> str | None:
        """Return whose worker this is; None for a stranger."""
        return self._instances.get(worker)

    def launch_all(self, log_directory: Path | None) -> None:
        """Have every worker forked; ``log_directory`` keeps their logs, under their instances."""
        self._log_directory = log_directory
        for instance, worker in self._workers.items():
            self._launch.launch(
                Launch(
                    worker=worker,
                    control=control_endpoint(self._directory),
                    events=events_endpoint(self._directory),
                    journal=str(self.journal_of(instance)),
                    log=str(self.log_of(instance)),
                )
            )

    def log_of(self, instance: str) -> Path:
        """Return the file that an instance's worker and its SIP stack write to."""
        if self._log_directory is None:
            return worker_log(self._directory, self._workers[instance])
        name = instance.replace("/", "_").lstrip(".") or self._workers[instance]
        return self._log_directory.absolute() / f"{name}.log"

    def journal_of(self, instance: str) -> Path:
        """Return the journal of an instance's worker."""
        return journal(self._directory, self._workers[instance])

    def do(self, action: ProcessAction) -> None:
        """Carry out one action."""
        match action:
            case act.Assign(instance=instance):
                self._tell(instance, words.Assign(plan=self._plans[instance]))
            case act.Go(instance=instance):
                self._tell(instance, words.Go())
            case act.Halt(instance=instance, cause=cause):
                self._tell(instance, words.Halt(cause=cause))
            case act.CleanUp(instance=instance, limit=limit, dead=dead):
                self._tell(instance, words.CleanUp(limit=limit, dead=dead))
            case act.Dismiss(instance=instance):
                self._tell(instance, words.Dismiss())
            case act.Quit(instance=instance):
                self._tell(instance, words.Quit())
            case act.SignalWorker(instance=instance, signal=number):
                self._launch.signal(self._workers[instance], number)
            case _:
                assert_never(action)

    def _tell(self, instance: str, message: words.ToWorker) -> None:
        self._control.tell(self._workers[instance], message)
