"""The control of a load: signals, requests of other programs, and keys at the terminal.

It applies each command to the load and answers with the result. It owns neither the sources nor
the load.
"""

import os
from typing import TYPE_CHECKING, Protocol, assert_never

from sipflow import clock
from sipflow.console.keyboard import Keys
from sipflow.coordinator.control_server import Requests
from sipflow.coordinator.load.monitor import LoadMonitor
from sipflow.coordinator.resources import SharedResources
from sipflow.protocol.events import LoadStateName
from sipflow.protocol.requests import (
    Accepted,
    Answer,
    AskStatus,
    ChangeRate,
    Denied,
    LoadStatus,
    PauseRun,
    Request,
    ResumeRun,
    RunStateName,
    ScaleRate,
    Status,
    StopLoad,
    StopRun,
    TogglePause,
    Wish,
)

if TYPE_CHECKING:
    from sipflow.coordinator.load.load import LoadPlan

_TOO_LATE = Denied(detail="it has not begun yet, or is ending")
_STATES: dict[LoadStateName | None, RunStateName] = {
    None: "starting",
    "running": "running",
    "paused": "paused",
}


class Steered(Protocol):
    """The operations of a load; each returns False if it is not possible now."""

    @property
    def in_flight(self) -> int:
        """How many runs are in progress."""

    @property
    def workers(self) -> int:
        """How many worker processes there are."""

    @property
    def rate(self) -> float | None:
        """The requested runs per second; None: a fixed number of runs, or not begun yet."""

    @property
    def goal(self) -> float:
        """The value that a key scales: the rate, or the number of concurrent runs."""

    def stop(self, cause: str) -> None:
        """Begin no further run and abort those in progress."""

    def abandon(self) -> None:
        """End at once, without waiting for the runs in progress."""

    def pause(self) -> bool:
        """Begin no run until ``resume``."""

    def resume(self) -> bool:
        """Resume after a pause."""

    def change_rate(self, rate: float) -> bool:
        """Change the rate."""


class LoadControl:
    """Applies control commands; ``plan``: the plan of the load, with its greatest rate."""

    def __init__(
        self,
        resources: SharedResources,
        requests: Requests,
        accounts: LoadMonitor,
        plan: "LoadPlan",
        *,
        keys: Keys,
    ) -> None:
        self._resources = resources
        self._requests = requests
        self._accounts = accounts
        self._scenario = plan.scenario.name
        self._file = plan.file
        self._keys = keys
        self._ceiling = plan.ceiling
        self._began = clock.monotonic()
        self._signals_handled = 0

    def apply(self, load: Steered) -> None:
        """Apply the commands received since the last call."""
        signals = self._resources.channels.signals
        signals.drain()
        while self._signals_handled < signals.count:
            self._signals_handled += 1
            if self._signals_handled == 1:
                load.stop("signal")
            else:
                load.abandon()
        for requests in (self._requests, self._resources.remote):
            if requests is not None:
                for client, request in requests.receive():
                    requests.answer(client, self._grant(request, load))
        for wish in self._keys.read():
            self._fulfil(wish, load)

    def _fulfil(self, wish: Wish, load: Steered) -> None:
        match wish:
            case StopLoad():
                load.stop("key")
            case TogglePause():
                if self._accounts.state == "paused":
                    load.resume()
                else:
                    load.pause()
            case ScaleRate(factor=factor):
                goal = load.goal * factor
                if self._too_much(goal, load) is None:
                    load.change_rate(goal)
            case _:
                assert_never(wish)

    def _grant(self, request: Request, load: Steered) -> Answer:
        if request.run not in (None, self._accounts.load):
            return Denied(detail=f"this is load {self._accounts.load}, not {request.run}")
        match request:
            case StopRun():
                load.stop("stop")
                return Accepted()
            case PauseRun():
                return Accepted() if load.pause() else _TOO_LATE
            case ResumeRun():
                return Accepted() if load.resume() else _TOO_LATE
            case ChangeRate(rate=rate):
                trouble = self._too_much(rate, load)
                if trouble is not None:
                    return Denied(detail=trouble)
                return Accepted() if load.change_rate(rate) else _TOO_LATE
            case AskStatus():
                return self._status(load)
            case _:
                assert_never(request)

    def _too_much(self, goal: float, load: Steered) -> str | None:
        if self._ceiling is None:
            return None
        if load.rate is None:
            most, what = float(self._ceiling.at_once), "runs at once"
        else:
            most, what = self._ceiling.rate, "runs a second"
        if goal <= most:
            return None
        return f"without --i-own-the-target at most {most:g} {what}"

    def _status(self, load: Steered) -> Status:
        accounts = self._accounts
        return Status(
            run=accounts.load,
            scenario=self._scenario,
            pid=os.getpid(),
            events=self._resources.events,
            state=_STATES.get(accounts.state, "ending"),
            last_g=accounts.last_g,
            elapsed_s=round(clock.monotonic() - self._began, 3),
            load=LoadStatus(
                runs=accounts.counts,
                in_flight=load.in_flight,
                workers=load.workers,
                rate=load.rate,
            ),
            file=self._file,
            command=self._resources.directory.path.name,
        )
