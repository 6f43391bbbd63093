"""RFC 6076's ratios, from every INVITE that was sent outside a dialog. Pure.

An attempt is counted where it was sent, so a call between two instances is one. A challenge (401,
407) that was answered is no final status of an attempt: the worker reports the one after it.
"""

from sipflow.protocol.load_result import Ratios
from sipflow.protocol.run_metrics import CallFigures

# RFC 6076 §4.7: the call was set up, or the other end's user said clearly that it was not to be.
_EFFECTIVE = frozenset({480, 486, 600, 603})
# RFC 6076 §4.8: what overload and broken parts answer.
_INEFFECTIVE = frozenset({408, 500, 503, 504})


class SessionRatios:
    """Counts attempts by outcome."""

    def __init__(self) -> None:
        self._sent = 0
        self._established = 0
        self._redirected = 0
        self._effective = 0
        self._ineffective = 0
        self._completed = 0

    def add(self, call: CallFigures) -> None:
        """Count a call whose INVITE was sent."""
        self._sent += 1
        if call.completed:
            self._completed += 1
        code = call.code
        if code is None:
            # No answer within Timer B counts as a 408 (RFC 3261 §8.1.3.1). An attempt without a
            # status was abandoned by the scenario itself, and is neither.
            return
        if 200 <= code < 300:
            self._established += 1
        elif 300 <= code < 400:
            self._redirected += 1
        elif code in _EFFECTIVE:
            self._effective += 1
        elif code in _INEFFECTIVE:
            self._ineffective += 1

    def ratios(self) -> Ratios:
        """Return them in percent; RFC 6076 leaves redirected attempts out of SER and SEER alone."""
        final = self._sent - self._redirected
        return Ratios(
            attempts=self._sent,
            ser=_percent(self._established, final),
            seer=_percent(self._established + self._effective, final),
            isa=_percent(self._ineffective, self._sent),
            scr=_percent(self._completed, self._sent),
        )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 3) if whole else None
