"""Carries out the actions of a run's life cycle on workers and sockets. Decides nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import assert_never

from sipflow.coordinator.run import actions as act
from sipflow.coordinator.workers.control_socket import Control
from sipflow.coordinator.workers.local_launcher import LocalLaunch
from sipflow.coordinator.workers.pool import Pool, Worker
from sipflow.protocol import control as words
from sipflow.protocol.plan import InstancePlan

Telling = (
    act.Assign
    | act.Register
    | act.Go
    | act.Pause
    | act.Resume
    | act.Halt
    | act.CleanUp
    | act.Flush
    | act.Quit
)
ProcessAction = Telling | act.HandBack | act.SignalWorker


class ActionExecutor:
    """The workers of a run, one per plan; ``journals`` and ``logs`` by instance.

    ``kept``: the instances whose workers were returned to the pool.
    """

    def __init__(
        self,
        parts: Iterable[tuple[InstancePlan, Worker]],
        journals: Mapping[str, Path],
        logs: Mapping[str, Path],
        pool: Pool,
        outside: tuple[Control, LocalLaunch],
    ) -> None:
        self._plans: dict[str, InstancePlan] = {}
        self._workers: dict[str, Worker] = {}
        self._instances: dict[str, str] = {}
        self.kept: set[str] = set()
        for plan, worker in parts:
            self._plans[plan.instance] = plan
            self._workers[plan.instance] = worker
            self._instances[worker.name] = plan.instance
        self._journals = journals
        self._pool = pool
        self._control, self._launch = outside
        self.logs = logs

    @property
    def pids(self) -> dict[str, int]:
        """Each instance's process id, as far as it is known."""
        pids = {instance: worker.pid for instance, worker in self._workers.items()}
        return {instance: pid for instance, pid in pids.items() if pid is not None}

    def instance_of(self, worker: str) -> str:
        """Return the instance that a worker plays."""
        return self._instances[worker]

    def do(self, action: ProcessAction) -> None:
        """Carry out one action."""
        worker = self._workers[action.instance]
        match action:
            case act.HandBack():
                self.kept.add(action.instance)
                self._pool.give_back(worker)
            case act.SignalWorker(signal=number):
                self._launch.signal(worker.name, number)
            case _:
                self._control.send(worker.name, self._word(action))

    def _word(self, action: Telling) -> words.ToWorker:
        match action:
            case act.Assign(instance=instance):
                return words.Assign(
                    plan=self._plans[instance],
                    journal=str(self._journals[instance]),
                    log=str(self.logs[instance]),
                )
            case act.Register():
                return words.Register()
            case act.Go():
                return words.Go()
            case act.Pause():
                return words.Pause()
            case act.Resume():
                return words.Resume()
            case act.Halt(cause=cause):
                return words.Halt(cause=cause)
            case act.CleanUp(limit=limit, dead=dead):
                return words.CleanUp(limit=limit, dead=dead)
            case act.Flush():
                return words.Flush()
            case act.Quit():
                return words.Quit()
            case _:
                assert_never(action)
