"""The end of an instance's registration at its clean-up, and the proof that it is gone. Pure.

Law: what is registered is removed once the REGISTER that is on its way, if there is one, has its
answer. A first REGISTER that nobody has answered is given up after a moment: nobody is there. What
cannot be removed, or not in time, is left, and said so.
"""

from sipflow.worker.legs.registration import Registration
from sipflow.worker.ua.commands import RemoveBinding

# As for an INVITE that nobody answers: twice T1 (RFC 3261 §17.1.2.2: two transmissions).
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
        """Return the order that removes the registration, when it is time for it."""
        registration = self._registration
        if self._ordered or registration.pending or not registration.bound:
            return []
        self._ordered = True
        return [registration.remove()]

    def is_settled(self, now: float) -> bool:
        """Tell whether nothing more is to be waited for."""
        registration = self._registration
        if registration.pending:
            return not registration.bound and now >= self._began + SILENCE
        return self._ordered or not registration.bound
