"""Totals of the ``CheckMedia`` measurements over all runs of a load. Pure."""

from sipflow.protocol.load_result import Media
from sipflow.protocol.run_metrics import MediaCheck


class MediaTotals:
    """Adds up measurements; one without a MOS does not count in the MOS figures."""

    def __init__(self) -> None:
        self._checked = 0
        self._packets = 0
        self._lost = 0
        self._judged = 0
        self._mos_sum = 0.0
        self._mos_min: float | None = None
        self._jitter_max: float | None = None

    def add(self, check: MediaCheck) -> None:
        """Count one measurement of one leg."""
        self._checked += 1
        self._packets += check.packets
        self._lost += check.lost
        self._jitter_max = max(check.jitter, self._jitter_max or 0.0)
        if check.mos is not None:
            self._judged += 1
            self._mos_sum += check.mos
            self._mos_min = check.mos if self._mos_min is None else min(check.mos, self._mos_min)

    def media(self) -> Media:
        """Return the totals so far."""
        return Media(
            checked=self._checked,
            packets=self._packets,
            lost=self._lost,
            mos_min=self._mos_min,
            mos_mean=round(self._mos_sum / self._judged, 3) if self._judged else None,
            jitter_ms_max=self._jitter_max,
        )
