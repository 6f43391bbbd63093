"""The registration of the account: commands in, the registrar's answers out.

The stack has one REGISTER of an account under way at a time and refuses another meanwhile
(PJSIP_EBUSY), for up to 32 s without an answer. A pending REGISTER of ours is given up for the next
by taking the registrar from the account. A refresh is the stack's own: only its answer is reported,
and commands meanwhile wait for it. Where the stack has dropped its record of a registration, as it
does when a refresh is refused, the registration is made once more before it is removed.
"""

import pjsua2 as pj
from msgspec import Struct

from sipflow import clock
from sipflow.protocol.plan import InstancePlan
from sipflow.sip.binding import challenge_fault, granted, left
from sipflow.sip.uri import sip_uri
from sipflow.worker.ua.commands import AddBinding, RegistrationOrder, RemoveBinding
from sipflow.worker.ua.events import RegisterAnswered
from sipflow.worker.ua.pjsua.calls.causes import answer, not_sent
from sipflow.worker.ua.pjsua.calls.messages import readable
from sipflow.worker.ua.pjsua.stack.config import account_config, registering_config
from sipflow.worker.ua.pjsua.stack.packet_times import PacketTimes

_BUSY = 171_001  # PJSIP_EBUSY
_DROPPED = 70_013  # PJ_EINVALIDOP
_ACCEPTED = range(200, 300)


class _Asked(Struct):
    """A REGISTER without its answer; ``restores``: the registration is removed after it."""

    order: RegistrationOrder
    since: float
    restores: bool = False


class Registrations:
    """Registers the account, and keeps the REGISTER that has no answer yet."""

    def __init__(self, packets: PacketTimes) -> None:
        self._packets = packets
        self._account: pj.Account | None = None
        self._plan: InstancePlan | None = None
        self._binding: AddBinding | None = None
        self._asked: _Asked | None = None
        self._blocked: RegistrationOrder | None = None
        self._due: RegistrationOrder | None = None
        self._unreported: list[RegisterAnswered] = []

    def use(self, account: pj.Account, plan: InstancePlan) -> None:
        """Begin a run: the registration of the run before is removed, without a report."""
        self._account, self._plan = account, plan
        self._blocked = self._due = None
        if self._binding is not None:
            self._take_registrar_away(account, plan)
        self._unreported.clear()

    def carry_out(self, order: RegistrationOrder) -> None:
        """Register, or remove the registration."""
        account, plan = self._account, self._plan
        assert account is not None
        assert plan is not None
        try:
            if isinstance(order, AddBinding):
                self._name_registrar(order, account, plan)
            self._send(account, _Asked(order, clock.monotonic()))
        except pj.Error as error:
            self._failed(account, order, error)

    def answered(self, prm: pj.OnRegStateParam) -> None:
        """Record the final answer to a REGISTER, or the stack's reason for having none."""
        received = prm.rdata.wholeMsg
        cause = answer(prm.code, readable(prm.reason), "REGISTER", received)
        code, reason, *_ = cause
        self._due, self._blocked = self._blocked or self._due, None
        asked, self._asked = self._asked, None
        removal = asked is not None and isinstance(asked.order, RemoveBinding)
        restores = asked is not None and asked.restores
        expires, fault = self._outcome(prm, code, removing=removal and not restores)
        if asked is None:
            answered = RegisterAnswered(code, reason, expires=expires, ordered=False, fault=fault)
            self._unreported.append(answered)
            return
        delay = self._packets.answered(code or 0, asked.since) - asked.since
        answered = RegisterAnswered(
            code, reason, removal, expires, delay, timed_out=cause.timed_out, fault=fault
        )
        if restores and expires:
            self._due = asked.order
        else:
            self._unreported.append(answered)

    def _outcome(
        self, prm: pj.OnRegStateParam, code: int | None, *, removing: bool
    ) -> tuple[int, str]:
        """Return for how many seconds this instance is registered, and why not as requested."""
        plan, message = self._plan, str(prm.rdata.wholeMsg)
        assert plan is not None
        if code not in _ACCEPTED:
            realm = plan.account.realm if plan.account is not None else ""
            return 0, challenge_fault(prm.status, message, realm)
        own = sip_uri(plan.number, plan.host, plan.port)
        if not removing:
            return granted(message, own, prm.expiration)
        seconds = left(message, own)
        return seconds, f"the 2xx still lists the Contact for {seconds} s" if seconds else ""

    @property
    def any_answered(self) -> bool:
        """Whether ``look`` has something to do or to report."""
        return bool(self._unreported or self._due)

    def look(self) -> list[RegisterAnswered]:
        """Carry out the commands that had to wait; return the answers since the last call."""
        if self._due is not None:
            due, self._due = self._due, None
            self.carry_out(due)
        unreported, self._unreported = self._unreported, []
        return unreported

    def _name_registrar(self, binding: AddBinding, account: pj.Account, plan: InstancePlan) -> None:
        if self._asked is not None:
            self._take_registrar_away(account, plan)
        if binding != self._binding:
            self._binding = binding
            account.modify(registering_config(plan, binding))

    def _take_registrar_away(self, account: pj.Account, plan: InstancePlan) -> None:
        self._binding = self._asked = None
        account.modify(account_config(plan))

    def _send(self, account: pj.Account, asked: _Asked) -> None:
        self._asked = asked
        adds = asked.restores or isinstance(asked.order, AddBinding)
        asked.since = self._packets.time_of(lambda: account.setRegistration(adds))

    def _failed(self, account: pj.Account, order: RegistrationOrder, error: pj.Error) -> None:
        asked, self._asked = self._asked, None
        removal = isinstance(order, RemoveBinding)
        if asked is None and self._unreported:
            return  # the stack has reported its end already, from within the call
        if error.status == _BUSY:
            self._blocked = order
        elif removal and error.status == _DROPPED and asked is not None and not asked.restores:
            self._restore(account, order)
        else:
            self._unreported.append(
                RegisterAnswered(None, not_sent("REGISTER", error.reason), removal)
            )

    def _restore(self, account: pj.Account, order: RegistrationOrder) -> None:
        try:
            self._send(account, _Asked(order, clock.monotonic(), restores=True))
        except pj.Error as error:
            self._failed(account, order, error)
