"""Sound for the tests of the real user agent: tones and digits, sent on a call of an endpoint."""

import pjsua2 as pj

from sipflow.worker.ua.pjsua import PjsuaUserAgent
from tests.worker.ua.sounds import PlayDigits, PlayTone

# As loud as the stack's own default for a tone: a little below a third of full scale.
VOLUME = 12_288


class Player:
    """The tone generator of one endpoint, made when it is first asked for."""

    def __init__(self, agent: PjsuaUserAgent) -> None:
        self._agent = agent
        self._generator: pj.ToneGenerator | None = None

    def play(self, order: PlayTone | PlayDigits) -> None:
        """Begin to play."""
        generator = self._connected(order.dialog)
        generator.stop()
        if isinstance(order, PlayDigits):
            digits = [_digit(digit, order) for digit in order.digits]
            generator.playDigits(pj.ToneDigitVector(digits))
        elif order.frequency:
            generator.play(pj.ToneDescVector([_tone(order.frequency)]), True)

    def _connected(self, dialog: str) -> pj.ToneGenerator:
        self._agent.sound_device.hold(self)
        if self._generator is None:
            self._generator = pj.ToneGenerator()
            self._generator.createToneGenerator()
        call = self._agent.call(dialog)
        assert call is not None
        self._generator.startTransmit(call.getAudioMedia(-1))
        return self._generator


def _tone(frequency: int) -> pj.ToneDesc:
    tone = pj.ToneDesc()
    tone.freq1, tone.freq2 = frequency, 0
    tone.on_msec, tone.off_msec, tone.volume = 1000, 0, VOLUME
    return tone


def _digit(name: str, order: PlayDigits) -> pj.ToneDigit:
    digit = pj.ToneDigit()
    digit.digit = name
    digit.on_msec, digit.off_msec, digit.volume = order.on, order.off, VOLUME
    return digit
