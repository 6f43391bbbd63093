"""The verdict of a run, from the evidence at its end. Pure.

Law: the first failure decides: one of the scenario is exit 1, any other is exit 3. A run without a
failure that a user stopped is ``stopped``. Any other run is ``completed``, but only if the clean-up
is confirmed and no event is missing; otherwise it has failed.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct, field

from sipflow.coordinator.run.lifecycle import RunState
from sipflow.coordinator.run.member import WorkerStatus
from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import (
    COMPLETED,
    FAILED,
    INFRASTRUCTURE,
    STOPPED,
    CleanUpVerdict,
    EventCount,
    InstanceVerdict,
    Verdict,
    VerdictName,
)


class Evidence(Struct, frozen=True, kw_only=True):
    """The evidence for the verdict, beside the run's own state.

    ``ports`` and ``pids``: by instance.
    ``nodes``: each node's last state, by instance.
    ``busy_ports``: SIP ports of the run that are still in use.
    ``holes``: the missing events.
    """

    run: str
    file: str
    scenario: str
    duration_s: float
    ports: Mapping[str, int]
    pids: Mapping[str, int]
    nodes: Mapping[str, dict[str, str]]
    busy_ports: tuple[int, ...] = ()
    holes: tuple[str, ...] = ()
    events: EventCount = field(default_factory=EventCount)


def judge(state: RunState, evidence: Evidence) -> Verdict:
    """Return the verdict of an ended run."""
    members = list(state.members.values())
    confirmed = (
        all(member.confirmed for member in members)
        and not evidence.busy_ports
        and not state.cut_short
    )
    name, exit_code, reason = _decide(state, evidence, confirmed=confirmed)
    return Verdict(
        run=evidence.run,
        scenario=evidence.scenario,
        verdict=name,
        exit_code=exit_code,
        reason=reason,
        duration_s=round(evidence.duration_s, 3),
        instances={
            member.instance: InstanceVerdict(
                port=evidence.ports.get(member.instance),
                pid=evidence.pids.get(member.instance),
                exit=member.exit or "none",
                nodes=evidence.nodes[member.instance],
            )
            for member in members
        },
        cleanup=CleanUpVerdict(
            confirmed=confirmed,
            calls_released=sum(member.cleaned.released for member in members if member.cleaned),
            calls_left=sum(len(_left(member)) for member in members),
        ),
        events=evidence.events,
        file=evidence.file,
    )


def obstructed(verdict: Verdict, why: str) -> Verdict:
    """Return a verdict changed to failed, because output could not be written."""
    return msgspec.structs.replace(
        verdict, verdict="failed", exit_code=INFRASTRUCTURE, reason=RunReason(message=why)
    )


def _decide(
    state: RunState, evidence: Evidence, *, confirmed: bool
) -> tuple[VerdictName, int, RunReason | None]:
    if state.reason is not None:
        return "failed", FAILED if state.scenario_failed else INFRASTRUCTURE, state.reason
    if state.stopped and state.cut_short:  # the user did not want to wait for confirmation
        return "stopped", STOPPED, None
    if not confirmed:
        return "failed", INFRASTRUCTURE, _unconfirmed(state, evidence)
    if evidence.events.lost:
        message = f"events of the run were lost: {', '.join(evidence.holes)}"
        return "failed", INFRASTRUCTURE, RunReason(message=message)
    if state.stopped:
        return "stopped", STOPPED, None
    return "completed", COMPLETED, None


def _unconfirmed(state: RunState, evidence: Evidence) -> RunReason:
    left = [(one.instance, what) for one in state.members.values() for what in _left_over(one)]
    if left:
        things = ", ".join(what for _, what in left)
        return RunReason(instance=left[0][0], message=f"clean-up not confirmed: {things} was left")
    if evidence.busy_ports:
        ports = ", ".join(map(str, evidence.busy_ports))
        return RunReason(message=f"clean-up not confirmed: port {ports} is still in use")
    if state.cut_short:
        return RunReason(message="clean-up not confirmed: it was cut short")
    late = [member.instance for member in state.members.values() if not member.confirmed]
    message = f"clean-up not confirmed: the worker of {', '.join(late)} did not end in order"
    return RunReason(instance=late[0], message=message)


def _left(member: WorkerStatus) -> tuple[str, ...]:
    return member.cleaned.left if member.cleaned is not None else ()


def _left_over(member: WorkerStatus) -> list[str]:
    """Return the text about legs and registrations that an instance could not end."""
    registrars = member.cleaned.registrations if member.cleaned is not None else ()
    legs = [f"leg {leg} of {member.instance}" for leg in _left(member)]
    return legs + [f"registration of {member.instance} at {one}" for one in registrars]
