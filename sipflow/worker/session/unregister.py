"""The removal of an instance's registration at its clean-up, with confirmation. Pure.

Law: a registration is removed once the pending REGISTER, if there is one, has its answer. A first
REGISTER without an answer is given up after ``SILENCE``: no registrar is there. A registration that
cannot be removed, or not in time, is reported as left.
"""

from sipflow.worker.legs.registration import Registration
from sipflow.worker.ua.commands import RemoveBinding

# As for an INVITE without an answer: twice T1 (RFC 3261 §17.1.2.2: two transmissions).
SILENCE = 1.0


class Unregistration:
    """Removes the registration of one instance, if there is one."""

    def __init__(self, registration: Registration, now: float) -> None:
        self._registration = registration
        self._began = now
        self._ordered = False

    @property
    def left(self) -> tuple[str, ...]:
        """The registrar at which there still is a registration."""
        return (self._registration.registrar,) if self._registration.bound else ()

    def advance(self) -> list[RemoveBinding]:
        """Return the command that removes the registration, when it is time for it."""
        registration = self._registration
        if self._ordered or registration.pending or not registration.bound:
            return []
        self._ordered = True
        return [registration.remove()]

    def is_settled(self, now: float) -> bool:
        """Return whether nothing more is awaited."""
        registration = self._registration
        if registration.pending:
            return not registration.bound and now >= self._began + SILENCE
        return self._ordered or not registration.bound
