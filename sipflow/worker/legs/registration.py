"""The registration of one instance: its state at the registrar and the answers received. Pure.

Law: ``none → registering → registered | refused``, ``registered → removing → none | refused``, and
from any of them on to ``registering``. A registration that the registrar has confirmed is there
until it has confirmed its end, whatever else is refused meanwhile. Each confirmation, those of the
user agent's own refreshes included, is latched and satisfies one wait.
"""

import enum
import math

from msgspec import Struct, field

from sipflow.protocol.events import Level, Reason
from sipflow.scenario.model.account import DEFAULT_EXPIRES, Account, registrar_uri
from sipflow.worker.ua.commands import AddBinding, RemoveBinding
from sipflow.worker.ua.events import RegisterAnswered


class RegistrationState(enum.StrEnum):
    """The state of an instance's registration."""

    NONE = "none"
    REGISTERING = "registering"
    REGISTERED = "registered"
    REFUSED = "refused"
    REMOVING = "removing"


class Registration(Struct):
    """State of an instance's registration.

    ``registrar``: the URI of the registrar that was asked last; ``expires``: for how long.
    ``bound``: there is a registration at it, confirmed and not confirmed to be removed.
    ``given_up``: the missing answer is no longer awaited.
    ``answer``: the last one; ``unreported``: those that have not been reported yet.
    """

    account: Account = field(default_factory=Account)
    transport: str = "udp"
    state: RegistrationState = RegistrationState.NONE
    registrar: str = ""
    expires: int = 0
    bound: bool = False
    given_up: bool = False
    latched: int = 0
    answer: RegisterAnswered | None = None
    unreported: list[RegisterAnswered] = field(default_factory=list)

    @property
    def pending(self) -> bool:
        """Whether the final answer to a REGISTER is missing."""
        return self.state in (RegistrationState.REGISTERING, RegistrationState.REMOVING)

    @property
    def alive(self) -> bool:
        """Whether there is a registration, or a pending REGISTER may make one."""
        return self.bound or self.pending

    def at(self, registrar: str | None) -> str | None:
        """Return the URI of a registrar: the instance's own where none is named."""
        named = registrar or self.account.registrar
        return None if named is None else registrar_uri(named, self.transport)

    def seconds(self, expires: float | None) -> int:
        """Return the duration to request, in whole seconds: the account's if none is given."""
        return math.ceil(expires or self.account.expires or DEFAULT_EXPIRES)

    def add(self, registrar: str, expires: int) -> AddBinding:
        """Return the command to register; a pending one is given up."""
        self._ask(RegistrationState.REGISTERING)
        self.registrar, self.expires = registrar, expires
        return AddBinding(registrar, expires)

    def remove(self) -> RemoveBinding:
        """Return the command to remove the registration."""
        self._ask(RegistrationState.REMOVING)
        return RemoveBinding()

    def _ask(self, state: RegistrationState) -> None:
        self.state, self.answer, self.given_up = state, None, False

    def apply(self, answered: RegisterAnswered) -> None:
        """Record the final answer to a REGISTER."""
        self.unreported.append(answered)
        if answered.accepted:
            self.bound = not answered.removal
            self.latched += self.bound
        if answered.ordered:
            self._conclude(answered)
        elif not answered.accepted and self.state is RegistrationState.REGISTERED:
            self.state, self.answer = RegistrationState.REFUSED, answered

    def _conclude(self, answered: RegisterAnswered) -> None:
        self.answer = answered
        if not answered.accepted:
            self.state = RegistrationState.REFUSED
        elif answered.removal:
            self.state = RegistrationState.NONE
        else:
            self.state = RegistrationState.REGISTERED

    def take(self) -> bool:
        """Use up one confirmation; False if there is none."""
        if not self.latched:
            return False
        self.latched -= 1
        return True

    def news(self) -> list[RegisterAnswered]:
        """Return, once, the answers since the last call."""
        unreported, self.unreported = self.unreported, []
        return unreported

    def describe(self, answer: RegisterAnswered) -> tuple[str, Level]:
        """Return what an answer means, in words, and its log level."""
        delay = in_milliseconds(answer.delay)
        what = "registration" if answer.ordered else "refreshed registration"
        if answer.accepted and answer.removal:
            return f"registration at {self.registrar} removed, after {delay}", "info"
        if answer.accepted:
            return f"{what} at {self.registrar} for {answer.expires} s, after {delay}", "info"
        failed = "removed" if answer.removal else "made"
        code = "" if answer.code is None else f"{answer.code} "
        fault = f" ({answer.fault})" if answer.fault else ""
        return f"{what} at {self.registrar} not {failed}: {code}{why(answer)}{fault}", "warning"

    def failure(self) -> Reason:
        """Return why the registration that the run waited for is missing."""
        answer, where = self.answer, f"not registered at {self.registrar}"
        if answer is None:
            return Reason(message=f"{where}: no answer within {self.account.register_timeout:g} s")
        code = "" if answer.code is None else f"{answer.code} "
        message = f"{where}: {code}{why(answer)}"
        return Reason(code=answer.code, message=message, local=answer.fault or None)


def why(answer: RegisterAnswered) -> str:
    """Return why the registrar did not do what it was asked, as far as its answer says."""
    if answer.code is None or answer.code // 100 != 2:
        return answer.reason
    return "still registered" if answer.removal else "the registrar granted 0 s"


def in_milliseconds(seconds: float) -> str:
    """Format a delay for people."""
    return f"{seconds * 1000:.1f} ms"
