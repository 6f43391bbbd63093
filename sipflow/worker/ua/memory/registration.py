"""Registrars in memory, and the registration of a user agent at one of them. Pure.

An answer is there at once; an absent or silent registrar never answers.
"""

from msgspec import Struct, field

from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.account import Account
from sipflow.sip.status import reason_phrase
from sipflow.sip.uri import address
from sipflow.worker.ua.commands import AddBinding, RegistrationOrder
from sipflow.worker.ua.events import RegisterAnswered

_OK = 200
_UNAUTHORIZED = 401
_INTERVAL_TOO_BRIEF = 423


class MemoryRegistrar(Struct):
    """Keeps under each user's number its address, ``host:port``.

    ``passwords``: one for each user name; if empty, every user may register.
    ``refusal``: the code that all REGISTERs are answered with instead.
    """

    passwords: dict[str, str] = field(default_factory=dict)
    shortest: int = 0
    refusal: int | None = None
    silent: bool = False
    bindings: dict[str, str] = field(default_factory=dict)

    def answer(self, plan: InstancePlan, expires: int) -> int:
        """Register a user agent, or remove it (0 s); return the final code."""
        account = plan.account or Account()
        username = account.username or plan.number
        if self.refusal is not None:
            return self.refusal
        if self.passwords and self.passwords.get(username) != account.password:
            return _UNAUTHORIZED
        if 0 < expires < self.shortest:
            return _INTERVAL_TOO_BRIEF
        if expires:
            self.bindings[plan.number] = f"{plan.host}:{plan.port}"
        else:
            self.bindings.pop(plan.number, None)
        return _OK


class MemoryRegistration:
    """Registers one user agent."""

    def __init__(self, registrars: dict[str, MemoryRegistrar]) -> None:
        self._registrars = registrars
        self._plan: InstancePlan | None = None
        self._registrar = ""

    def use(self, plan: InstancePlan) -> None:
        """Begin a run: the registration of the run before is removed."""
        if self._plan is not None:
            self._ask(self._plan, 0)
        self._plan, self._registrar = plan, ""

    def carry_out(self, order: RegistrationOrder) -> list[RegisterAnswered]:
        """Register, or remove the registration; return the answer, if there is one."""
        assert self._plan is not None
        expires = 0
        if isinstance(order, AddBinding):
            self._registrar, expires = address(order.registrar), order.expires
        code = self._ask(self._plan, expires)
        if code is None:
            return []
        granted = expires if code == _OK else 0
        return [RegisterAnswered(code, reason_phrase(code), not expires, granted)]

    def _ask(self, plan: InstancePlan, expires: int) -> int | None:
        registrar = self._registrars.get(self._registrar)
        return None if registrar is None or registrar.silent else registrar.answer(plan, expires)
