"""A load's result for tests: 200 runs of which 3 failed."""

from sipflow.protocol.events import Latency, RunCounts
from sipflow.protocol.load_result import LoadResult, Media, Rate, Ratios


def result(
    asked: float | None = 50.0, started: int = 200, media: Media | None = None
) -> LoadResult:
    """Return the result of a load in which calls were made."""
    return LoadResult(
        verdict="completed",
        exit_code=0,
        duration_s=4.0,
        runs=RunCounts(started=started, completed=197, failed=3, late=1),
        rate=Rate(asked=asked, achieved=48.0),
        workers=4,
        latency_ms={
            "srd": Latency(count=200, min=1.0, mean=2.0, p50=1.5, p99=212.4, p99_9=300.0, max=400.0)
        },
        ratios=Ratios(attempts=200, ser=98.5, seer=99.0, isa=0.5, scr=98.5),
        media=media or Media(checked=2, packets=990, lost=10, mos_min=4.1, jitter_ms_max=12.0),
        restarts=1,
    )
