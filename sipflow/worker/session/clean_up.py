"""The end of every dialog that an instance still has, with confirmation. Pure.

Law: the caller's side hangs up; the called side waits a moment for that and then hangs up itself,
so that a call between two instances is ended once and no BYE crosses another. A dialog with an
instance whose worker is dead is gone as soon as it is hung up: no peer is there to answer. An
INVITE without any response is given up after ``SILENCE``: there is no session. A registration is
removed at the same time, by ``removal``. A dialog that is not gone at the time limit, or whose BYE
could not be sent, is reported as left.
"""

from sipflow.sip.dialog import Direction
from sipflow.sip.uri import address
from sipflow.worker.actions import SILENCE, hang_up
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.legs.legs import Legs
from sipflow.worker.session.unregister import Unregistration
from sipflow.worker.ua.commands import Order

# The calling side is another instance, which cleans up at the same moment: what it sends arrives
# within milliseconds, also on a loaded machine.
PEER_GRACE = 0.25


class CleanUp:
    """Hangs up the living dialogs; ``done`` once none lives, or once the limit has passed."""

    def __init__(self, legs: Legs, peers: frozenset[str], now: float, limit: float) -> None:
        self._legs = legs
        self._peers = peers
        self._dead: frozenset[str] = frozenset()
        self._began = now
        self._last_look = now
        self._deadline = now + limit
        self._ours: set[str] = set()
        self._given_up: set[str] = set()
        self._to_dead: set[str] = set()
        self._removal = Unregistration(legs.registration, now)
        self.done = False
        self.left: tuple[str, ...] = ()
        self.registrations: tuple[str, ...] = ()

    @property
    def released(self) -> int:
        """How many legs the clean-up itself ended."""
        alive = {dialog.key for dialog in self._legs.alive()}
        left = self._given_up | {dialog.key for dialog in self._unconfirmed()}
        return len(self._ours - alive - left) + len(self._to_dead & alive)

    def on_worker_exit(self, dead: frozenset[str]) -> None:
        """Record the addresses of instances whose worker is gone."""
        self._dead = dead

    def next_timer(self) -> float | None:
        """Return when to look again although nothing has happened; None if there is no such time.

        Once it is done, an incoming call still waits for its rejection like any other.
        """
        grace = self._began + PEER_GRACE
        if self.done:
            waits = self._last_look < grace < self._deadline and self._legs.alive()
            return grace if waits else None
        marks = (grace, self._began + SILENCE)
        return min([self._deadline, *(mark for mark in marks if mark > self._last_look)])

    def advance(self, now: float) -> list[Order]:
        """Return the commands that end dialogs now."""
        self._last_look = now
        orders: list[Order] = [*self._removal.advance()]
        orders += [self._end(dialog) for dialog in self._legs.alive() if self._is_due(dialog, now)]
        waiting = [dialog for dialog in self._legs.alive() if not self._is_settled(dialog, now)]
        self.done = self.done or now >= self._deadline
        if self.done or (not waiting and self._removal.is_settled(now)):
            self.done = True
            self.left = tuple(map(_name, [*waiting, *self._unconfirmed()]))
            self.registrations = self._removal.left
        return orders

    def _unconfirmed(self) -> list[Dialog]:
        """Return the dialogs given up here whose peer, an instance, can still confirm the end."""
        gone = self._legs.unconfirmed()
        return [dialog for dialog in gone if self._address(dialog) not in self._dead]

    def _is_due(self, dialog: Dialog, now: float) -> bool:
        if dialog.hanging_up:
            return False
        peer_may_act = (
            dialog.direction is Direction.RECIPIENT
            and self._address(dialog) in self._peers - self._dead
        )
        return not peer_may_act or now >= self._began + PEER_GRACE

    def _end(self, dialog: Dialog) -> Order:
        self._ours.add(dialog.key)
        return hang_up(dialog)

    def _is_settled(self, dialog: Dialog, now: float) -> bool:
        if not dialog.hanging_up:
            return False
        if self._address(dialog) in self._dead:
            self._to_dead.add(dialog.key)
            return True
        if dialog.given_up or (not dialog.responded and now >= self._began + SILENCE):
            self._given_up.add(dialog.key)
            return True
        return False

    def _address(self, dialog: Dialog) -> str:
        return address(dialog.peer)


def _name(dialog: Dialog) -> str:
    return dialog.leg or f"call that no node took, from {dialog.peer}"
