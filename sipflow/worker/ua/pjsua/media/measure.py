"""Measurement of calls' received media: watched calls, and those whose sound is analysed.

A call is watched from its command to its end, right before which its figures are reported once
more. While its sound is analysed, the sound device is open: its clock makes the stack decode.
"""

from contextlib import suppress

import pjsua2 as pj
from msgspec import Struct

from sipflow.worker.ua.commands import DropRtp, MeasureMedia, MediaOrder, WatchMedia
from sipflow.worker.ua.events import (
    DigitReceived,
    Happening,
    MediaMeasured,
    OrderRefused,
    RtpDropping,
)
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.media.counters import Counters, audio_of
from sipflow.worker.ua.pjsua.media.rtp_filter import drop
from sipflow.worker.ua.pjsua.media.tap import Tap
from sipflow.worker.ua.pjsua.media.watch import Watch
from sipflow.worker.ua.pjsua.stack.sound_device import SoundDevice

# How often a growing file is read; its recorder adds to it four to eight times a second.
LOOK = 0.06
# How long the sound of a passage is awaited after its end. It arrives within a quarter of a second,
# half a second at 8 kHz, but if the call's media stops meanwhile it never comes.
LATENESS = 1.0


class _Measurement(Struct):
    """A measurement under way; once its time is over, ``counted`` is set and sound awaited."""

    order: MeasureMedia
    due: float
    before: Counters
    counted: Counters | None = None
    sample: int = 0


class MediaMeter:
    """Watches calls, measures their received media, and detects digits sent as tones."""

    def __init__(self, device: SoundDevice) -> None:
        self._device = device
        self._watches: dict[Call, Watch] = {}
        self._measurements: dict[Call, _Measurement] = {}
        self._losses: dict[Call, int] = {}
        self._next_look = 0.0

    def carry_out(self, call: Call, order: MediaOrder, now: float) -> list[Happening]:
        """Carry out a media command; return its immediate events."""
        match order:
            case WatchMedia(listen=listen):
                self.watch(call, listen)
            case MeasureMedia():
                self.measure(call, order, now)
            case DropRtp(percent=percent):
                self._losses[call] = percent
                return [_dropping(call, percent)]
        return []

    def move(self, former: Call, call: Call) -> None:
        """Move a measurement and deliberate losses to the call that replaces the former one."""
        percent = self._losses.pop(former, 0)
        if percent:
            self._losses[call] = percent
            _dropping(call, percent)
        measurement = self._measurements.pop(former, None)
        if measurement is None:
            return
        if call not in self._watches:
            self.watch(call, self._watches[former].listen)
        counted = self._watches[former].counters().since(measurement.before)
        measurement.before = Counters().since(counted)
        measurement.counted = None
        self._measurements[call] = measurement

    def watch(self, call: Call, listen: bool) -> None:
        """Begin to watch a call, whatever media it has by now."""
        self._watches[call] = Watch(call, listen)
        self.media_changed(call)

    def measure(self, call: Call, order: MeasureMedia, now: float) -> None:
        """Begin a measurement of a watched call; it ends in ``look``."""
        watch = self._watches.get(call)
        if watch is None:
            watch = self._watches[call] = Watch(call, listen=False)
            watch.look()
        before = watch.counters() if order.window is not None else Counters()
        if watch.tap is not None and order.window is not None:
            watch.tap.hearing.begin_part(watch.tap.recorded())
        due = now + (order.window or 0.0)
        self._measurements[call] = _Measurement(order, due, before)

    def media_changed(self, call: Call) -> None:
        """Handle a change of a call's media."""
        if call in self._losses:
            _dropping(call, self._losses[call])
        watch = self._watches.get(call)
        if watch is None:
            return
        audio = watch.look()
        if audio is None or not watch.listen:
            return
        with suppress(pj.Error, OSError):  # without samples the figures report silence
            if watch.tap is None:
                self._device.hold(watch)
                watch.tap = Tap()
                watch.tap.hearing.begin_part(0)  # of a window that began before there was sound
            watch.tap.connect(audio)

    def stream_ends(self, call: Call, index: int) -> None:
        """Keep the counters of a call's stream that is about to end."""
        watch = self._watches.get(call)
        if watch is not None:
            watch.stream_ends(index)

    @property
    def is_idle(self) -> bool:
        """Whether no call's sound is analysed."""
        return not self._watches

    def wait(self, now: float) -> float:
        """Return the seconds until ``look`` has something to do."""
        dues = [one.due for one in self._measurements.values() if one.counted is None]
        if any(watch.tap is not None for watch in self._watches.values()):
            dues.append(self._next_look)
        return max(0.0, min(dues, default=float("inf")) - now)

    def look(self, now: float) -> list[Happening]:
        """Analyse new sound, and end the measurements whose time is over."""
        happenings: list[Happening] = []
        if not self._watches:
            return happenings
        if now >= self._next_look:
            self._next_look = now + LOOK
            for call, watch in self._watches.items():
                if watch.tap is not None:
                    happenings += _digits(call, watch.tap.listen())
        for call, measurement in list(self._measurements.items()):
            if now >= measurement.due:
                happenings += self._finish(call, measurement, now)
        return happenings

    def close(self, call: Call) -> list[Happening]:
        """End the measurement of a call; return its last events."""
        self._measurements.pop(call, None)
        self._losses.pop(call, None)
        watch = self._watches.pop(call, None)
        if watch is None:
            return []
        happenings: list[Happening] = []
        if watch.tap is not None:
            happenings += _digits(call, watch.tap.close())
        self._device.release(watch)
        return [*happenings, MediaMeasured(call.key, watch.whole())]

    def _finish(self, call: Call, measurement: _Measurement, now: float) -> list[Happening]:
        watch, window = self._watches[call], measurement.order.window
        tap = watch.tap
        if measurement.counted is None:
            measurement.counted = watch.counters()
            if tap is not None:
                measurement.sample = tap.recorded()
                tap.hearing.end_part(measurement.sample)
        if _is_under_way(tap, measurement) and now < measurement.due + LATENESS:
            return []
        del self._measurements[call]
        passage = None
        if tap is not None:
            passage = tap.hearing.whole if window is None else tap.hearing.part
        counted = measurement.counted.since(measurement.before)
        return [MediaMeasured(call.key, watch.figures(counted, passage), window)]


def _dropping(call: Call, percent: int) -> Happening:
    audio = audio_of(call)
    try:
        transport = call.getMedTransportInfo(audio[0] if audio is not None else 0)
        port = int(transport.localRtpName.rpartition(":")[2])
    except (pj.Error, ValueError):
        port = 0
    if port and drop(port, percent):
        return RtpDropping(call.key, percent)
    return OrderRefused(call.key, "the leg has no media yet")


def _is_under_way(tap: Tap | None, measurement: _Measurement) -> bool:
    """Return whether sound of a measurement has been recorded but not been read yet."""
    return tap is not None and tap.hearing.received < measurement.sample


def _digits(call: Call, digits: str) -> list[Happening]:
    return [DigitReceived(call.key, digit, "inband") for digit in digits]
