"""How long audio takes in a simulation. Pure.

User agents in memory report at once that audio has ended. A simulation holds that back until the
moment at which a real run would report it: after the length of the file, of the recording or of the
window that is measured. Digits are ordered one by one, each at its moment.
"""

from collections import deque
from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from sipflow.worker.ua.commands import MeasureMedia, Order, Play, Record, SendDigits, StopTracks
from sipflow.worker.ua.events import (
    DialogEnded,
    Happening,
    MediaMeasured,
    Track,
    TrackEnded,
    TrackRefused,
)

# What goes on for a time on a dialog: one of its tracks, or, without one, a measurement.
_Activity = tuple[str, Track | None]


class Delays(Struct):
    """What goes on for a time at one user agent; ``lengths``: the seconds of each audio file."""

    lengths: Mapping[str, float]
    _until: dict[_Activity, float] = field(default_factory=dict)
    _held: dict[_Activity, Happening] = field(default_factory=dict)
    _digits: dict[str, deque[tuple[float, SendDigits]]] = field(default_factory=dict)

    def ordered(self, order: Order, now: float) -> Order:
        """Note when that which is ordered will have ended; return what is to be done of it now."""
        match order:
            case Play(loop=False):
                self._until[order.dialog, Track.PLAYING] = now + self.lengths.get(order.file, 0.0)
            case Record(duration=float() as duration):
                self._until[order.dialog, Track.RECORDING] = now + duration
            case SendDigits(digits=digits, interval=interval):
                first, *more = (replace(order, digits=digit) for digit in digits)
                times = (now + number * interval for number in range(1, len(digits)))
                self._digits[order.dialog] = deque(zip(times, more, strict=True))
                return first
            case MeasureMedia(window=float() as window):
                self._until[order.dialog, None] = now + window
            case StopTracks():
                for track in order.tracks:
                    self._forget((order.dialog, track))
            case _:
                pass
        return order

    def digits(self, now: float) -> list[SendDigits]:
        """Return the orders of digits whose moment has come, once."""
        orders = []
        for waiting in self._digits.values():
            while waiting and waiting[0][0] <= now:
                orders.append(waiting.popleft()[1])
        return orders

    def due(self, happenings: list[Happening], now: float) -> list[Happening]:
        """Take what a user agent reports; return what is to be known by now, in order."""
        for activity in [one for one in self._held if self._until[one] <= now]:
            happenings = [self._held[activity], *happenings]
            self._forget(activity)
        return [happening for happening in happenings if not self._holds(happening, now)]

    def next_due(self) -> float | None:
        """Return when the next thing that is held back is to be known."""
        ends = [self._until[activity] for activity in self._held]
        digits = [waiting[0][0] for waiting in self._digits.values() if waiting]
        return min([*ends, *digits], default=None)

    def _holds(self, happening: Happening, now: float) -> bool:
        match happening:
            case TrackEnded(track=Track.SENDING):
                return bool(self._digits.get(happening.dialog))
            case TrackRefused():
                self._forget((happening.dialog, happening.track))
                return False
            case TrackEnded():
                activity: _Activity = (happening.dialog, happening.track)
            case MediaMeasured():
                activity = (happening.dialog, None)
            case DialogEnded():
                for one in [one for one in self._until if one[0] == happening.dialog]:
                    self._forget(one)
                self._digits.pop(happening.dialog, None)
                return False
            case _:
                return False
        if self._until.get(activity, now) <= now:
            return False
        self._held[activity] = happening
        return True

    def _forget(self, activity: _Activity) -> None:
        self._until.pop(activity, None)
        self._held.pop(activity, None)
        if activity[1] is Track.SENDING:
            self._digits.pop(activity[0], None)
