"""The figures of a load's result by the names that people ask for them with. Pure."""

from collections.abc import Callable
from functools import partial
from operator import attrgetter

from msgspec import Struct

from sipflow.protocol.events import Latency
from sipflow.protocol.load_result import METRICS, LoadResult

Look = Callable[[LoadResult], float | None]
# What is not to be at all: its name alone says more than 0.
COUNTS = ("failed", "stopped", "late", "restarts")
_LATENCY = {
    "count": "count",
    "min": "min",
    "mean": "mean",
    "p50": "p50",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "p99.9": "p99_9",
    "max": "max",
}


class Figure(Struct, frozen=True):
    """One figure: how it is looked up (None: nothing was measured), and its unit.

    ``whole``: of what it can be asked as a share.
    """

    of: Look
    unit: str = ""
    whole: Look | None = None


def _latency(metric: str, field: str, result: LoadResult) -> float | None:
    found: float | None = getattr(result.latency_ms.get(metric, Latency()), field)
    return found


def _loss(result: LoadResult) -> float | None:
    expected = result.media.packets + result.media.lost
    return result.media.lost / expected * 100 if expected else None


_STARTED: Look = attrgetter("runs.started")
FIGURES: dict[str, Figure] = {
    "started": Figure(_STARTED),
    **{
        name: Figure(attrgetter(f"runs.{name}"), whole=_STARTED)
        for name in ("completed", "failed", "stopped", "late")
    },
    "restarts": Figure(attrgetter("restarts")),
    "rate.achieved": Figure(attrgetter("rate.achieved"), "/s", attrgetter("rate.asked")),
    **{name: Figure(attrgetter(f"ratios.{name}"), "%") for name in ("ser", "seer", "isa", "scr")},
    "mos.min": Figure(attrgetter("media.mos_min")),
    "mos.mean": Figure(attrgetter("media.mos_mean")),
    "jitter.max": Figure(attrgetter("media.jitter_ms_max"), "ms"),
    "loss": Figure(_loss, "%"),
    **{
        f"{metric}.{name}": Figure(
            partial(_latency, metric, field), "" if field == "count" else "ms"
        )
        for metric in METRICS
        for name, field in _LATENCY.items()
    },
}
