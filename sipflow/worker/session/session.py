"""One instance's part of one run, from its assignment to its last message. Pure.

Law: ``assigned → (registering → registered →) walking → walked → cleaning → cleaned → dismissed``,
never back; a halt, a clean-up or a dismissal can come at any time after the assignment. In every
phase the events on the legs are recorded; after the last message nothing is reported any more, but
once there has been a clean-up, an incoming call is still rejected. A pause holds only the walk, not
the halt or the clean-up. The session returns its outputs in order: commands for the user agent,
events to publish, and messages for the coordinator.
"""

import enum

from sipflow.protocol.control import (
    ChainFailed,
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Paused,
    Registered,
)
from sipflow.protocol.control import CleanUp as AskCleanUp
from sipflow.protocol.events import AnyEvent, NodeState, Reason
from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.account import Account
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.worker.legs.legs import Legs
from sipflow.worker.session.clean_up import CleanUp
from sipflow.worker.session.events import InstanceEvents
from sipflow.worker.session.script import CompiledPlan, script_of
from sipflow.worker.session.walker import Walker
from sipflow.worker.ua.commands import Order, WatchMedia
from sipflow.worker.ua.events import Happening, TrackRefused

Word = Paused | Registered | ChainFinished | ChainFailed | Halted | CleanedUp | EventsFinished
Output = Order | AnyEvent | Word


class Phase(enum.IntEnum):
    """The phase of a session."""

    ASSIGNED = enum.auto()
    REGISTERING = enum.auto()
    REGISTERED = enum.auto()
    WALKING = enum.auto()
    WALKED = enum.auto()
    CLEANING = enum.auto()
    CLEANED = enum.auto()
    DISMISSED = enum.auto()


class Session:
    """Plays one instance: feed it commands, events and the time; carry out the outputs.

    ``wall_offset``: what has to be added to ``now`` to get Unix time.
    ``script``: the compiled plan, where it is known already.
    """

    def __init__(
        self, plan: InstancePlan, wall_offset: float, script: CompiledPlan | None = None
    ) -> None:
        script = script or script_of(plan)
        self._legs = Legs()
        self._legs.registration.account = plan.account or Account()
        self._legs.registration.transport = plan.signalling.transport
        self._instance_events = InstanceEvents(plan.run, plan.instance, wall_offset)
        self._walker = Walker(plan, script.nodes, self._legs, self._instance_events)
        self._peers = script.peers
        self._watched = script.watched
        self._clean_up: CleanUp | None = None
        self._register_by = 0.0
        self.phase = Phase.ASSIGNED

    @property
    def last_seq(self) -> int:
        """The sequence number of the last event so far."""
        return self._instance_events.last_seq

    @property
    def alive(self) -> bool:
        """Whether there is a dialog that is not gone, or a registration."""
        return bool(self._legs.alive()) or self._legs.registration.alive

    @property
    def unconfirmed(self) -> bool:
        """Whether a dialog is gone here and the peer may not know: a clean-up reports it."""
        return bool(self._legs.unconfirmed())

    @property
    def is_cleaning(self) -> bool:
        """Whether a clean-up goes on, which will report its end."""
        return self.phase is Phase.CLEANING

    def next_timer(self) -> float | None:
        """Return when ``advance`` is due although nothing has happened."""
        if self._clean_up is not None:
            return self._clean_up.next_timer()
        if self.phase is Phase.REGISTERING:
            return self._register_by
        return self._walker.next_timer()

    def register(self, now: float) -> list[Output]:
        """Register before the walk, which no instance of the run begins before it is confirmed."""
        self.phase = Phase.REGISTERING
        self._register_by = now + self._legs.registration.account.register_timeout
        return [*self._register(now), *self.advance(now)]

    def go(self, now: float) -> list[Output]:
        """Begin to walk; a registration that a REGISTERED node awaits is ordered first."""
        outputs = [] if self.phase is Phase.REGISTERED else self._register(now)
        self.phase = Phase.WALKING
        return [*outputs, *self.advance(now)]

    def handle(self, happening: Happening, now: float) -> list[Output]:
        """Handle an event of a dialog."""
        self._legs.apply(happening)
        outputs = self._report_legs(now)
        walks = self.phase is Phase.WALKING
        outputs += self.advance(now)
        if isinstance(happening, TrackRefused) and happening.machine:
            outputs += self._lose(happening, outputs, now, walks=walks)
        return outputs

    def _lose(
        self, lost: TrackRefused, outputs: list[Output], now: float, *, walks: bool
    ) -> list[Output]:
        """Fail the run for an error in the background, where no node has failed for it."""
        said = [one for one in outputs if isinstance(one, NodeState) and one.new == "failed"]
        if any(one.reason is not None and one.reason.message == lost.detail for one in said):
            return []
        reason = Reason(message=lost.detail)
        more: list[Output] = [self._instance_events.error(now, "refused", None, reason)]
        if walks and self.phase is Phase.WALKING:
            more = [*self._walker.break_off(now, "refused"), *more]
            self.phase = Phase.WALKED
        if self.phase is Phase.WALKED:
            more.append(ChainFailed(node=None, code=None, detail=lost.detail, machine=True))
        return more

    def pause(self, now: float) -> list[Output]:
        """Begin no node until the walk is resumed; valid before, during and after the walk."""
        self._walker.pause(now)
        return [Paused(last_seq=self.last_seq)]

    def resume(self, now: float) -> list[Output]:
        """Let the walk go on."""
        self._walker.resume(now)
        return self.advance(now)

    def halt(self, cause: str, now: float) -> list[Output]:
        """Abort the walk."""
        outputs: list[Output] = []
        if self.phase is Phase.WALKING:
            outputs += self._walker.break_off(now, cause)
        self.phase = max(self.phase, Phase.WALKED)
        return [*outputs, Halted()]

    def clean_up(self, ask: AskCleanUp, now: float) -> list[Output]:
        """End every dialog; called again when another instance has died."""
        if self._clean_up is None:
            self._clean_up = CleanUp(self._legs, self._peers, now, ask.limit)
            self.phase = max(self.phase, Phase.CLEANING)
        self._clean_up.on_worker_exit(frozenset(ask.dead))
        return self.advance(now)

    def dismiss(self) -> list[Output]:
        """Send the last message: no event comes after it."""
        self.phase = Phase.DISMISSED
        return [EventsFinished(last_seq=self.last_seq)]

    def advance(self, now: float) -> list[Output]:
        """Act on the events so far and on the time."""
        match self.phase:
            case Phase.REGISTERING:
                return self._await_registration(now)
            case Phase.WALKING:
                return self._walk(now)
            case Phase.CLEANING | Phase.CLEANED | Phase.DISMISSED:
                return self._clean(now)
            case Phase.ASSIGNED | Phase.REGISTERED | Phase.WALKED:
                return []

    def _await_registration(self, now: float) -> list[Output]:
        registration = self._legs.registration
        answer = registration.answer
        if answer is None and now < self._register_by:
            return []
        if answer is not None and answer.accepted:
            self.phase = Phase.REGISTERED
            return [Registered()]
        self.phase = Phase.WALKED
        registration.given_up = answer is None
        reason = registration.failure()
        cause = TIME_LIMIT if answer is None else "REGISTER refused"
        return [
            self._instance_events.error(now, cause, None, reason),
            ChainFailed(node=None, code=reason.code, detail=reason.message, local=reason.local),
        ]

    def _walk(self, now: float) -> list[Output]:
        outputs: list[Output] = []
        outputs += self._walker.advance(now)
        outputs += self._report_legs(now)
        failure = self._walker.failure
        if failure is not None:
            self.phase = Phase.WALKED
            reason = failure.reason
            failed = ChainFailed(
                node=failure.node,
                code=reason.code,
                detail=reason.message,
                local=reason.local,
                machine=failure.machine,
            )
            outputs.append(failed)
        elif self._walker.finished:
            self.phase = Phase.WALKED
            outputs.append(ChainFinished())
        return outputs

    def _clean(self, now: float) -> list[Output]:
        clean_up = self._clean_up
        if clean_up is None:  # dismissed without one
            return []
        outputs: list[Output] = [*clean_up.advance(now)]
        if clean_up.done and self.phase is Phase.CLEANING:
            self.phase = Phase.CLEANED
            outputs.append(
                CleanedUp(
                    released=clean_up.released,
                    left=clean_up.left,
                    registrations=clean_up.registrations,
                    idle=not self.alive,
                )
            )
        return outputs

    def _report_legs(self, now: float) -> list[Output]:
        outputs: list[Output] = []
        if not self._legs.has_news or self.phase is Phase.DISMISSED:
            return outputs
        for dialog, cause in self._legs.changes():
            if dialog.leg in self._watched and not dialog.reception.watched:
                dialog.reception.watched = True
                outputs.append(WatchMedia(dialog.key, self._watched[dialog.leg]))
            outputs.append(self._instance_events.leg(now, cause, dialog, dialog.reported))
            dialog.reported = dialog.state.value
        outputs += self._report_registration(now)
        if self._legs.refused.unreported:
            for refused, words in self._legs.refused.news():
                outputs.append(self._instance_events.refused(now, refused))
                outputs.append(
                    self._instance_events.log(now, refused.cause, words, level="warning")
                )
        for dialog, negotiated in self._legs.media_changes():
            outputs.append(self._instance_events.media(now, dialog, negotiated))
        return outputs

    def _report_registration(self, now: float) -> list[Output]:
        registration = self._legs.registration
        outputs: list[Output] = []
        for answer in registration.news():
            message, level = registration.describe(answer)
            cause = "REGISTER" if answer.code is None else f"{answer.code} received"
            outputs.append(self._instance_events.log(now, cause, message, level=level))
        return outputs

    def _register(self, now: float) -> list[Output]:
        registration = self._legs.registration
        registrar = registration.at(None)
        if registrar is None or not registration.account.register:
            return []
        order = registration.add(registrar, registration.seconds(None))
        message = f"REGISTER to {registrar} for {order.expires} s, at the start"
        return [self._instance_events.log(now, "go", message), order]
