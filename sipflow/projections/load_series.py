"""The time series of a load for a chart, with a bounded number of points.

Pure. For a long load neighbouring points are merged: counts are added up, of all other figures the
highest is kept, because peaks matter.
"""

from msgspec import Struct

from sipflow.protocol.events import Latency, LoadNumbers

# A chart is about 900 pixels wide; a point of two pixels can still be selected with a mouse.
MOST_POINTS = 400
# The metrics that are drawn over time.
DRAWN = ("srd", "run")


class Percentiles(Struct, frozen=True):
    """Three percentiles of one second, in milliseconds."""

    p50: float
    p95: float
    p99: float


class Point(Struct, frozen=True):
    """The figures of ``seconds`` seconds of a load, from second ``first`` on."""

    first: int
    seconds: int
    asked: float | None
    started: int
    failed: int
    late: int
    in_flight: int
    latency: dict[str, Percentiles]

    @property
    def achieved(self) -> float:
        """Runs started per second."""
        return self.started / self.seconds

    @property
    def failing(self) -> float:
        """Runs failed per second."""
        return self.failed / self.seconds


class LoadSeries:
    """The points of a load in their order."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._seconds = 1

    @property
    def seconds(self) -> int:
        """How many seconds each point covers, except for the last one."""
        return self._seconds

    def add(self, numbers: LoadNumbers) -> None:
        """Add the next second of the load."""
        point = _point(numbers)
        if self._points and self._points[-1].seconds < self._seconds:
            self._points[-1] = _joined(self._points[-1], point)
            return
        if len(self._points) == MOST_POINTS:
            pairs = zip(self._points[::2], self._points[1::2], strict=True)
            self._points = [_joined(one, other) for one, other in pairs]
            self._seconds *= 2
        self._points.append(point)

    def points(self) -> list[Point]:
        """Return all points."""
        return list(self._points)


def _point(numbers: LoadNumbers) -> Point:
    return Point(
        first=numbers.second,
        seconds=1,
        asked=numbers.asked,
        started=numbers.runs.started,
        failed=numbers.runs.failed,
        late=numbers.runs.late,
        in_flight=numbers.in_flight,
        latency={
            name: percentiles
            for name in DRAWN
            if (percentiles := _percentiles(numbers.latency_ms.get(name))) is not None
        },
    )


def _percentiles(latency: Latency | None) -> Percentiles | None:
    if latency is None or latency.p50 is None or latency.p95 is None or latency.p99 is None:
        return None
    return Percentiles(latency.p50, latency.p95, latency.p99)


def _joined(one: Point, other: Point) -> Point:
    asked = [point.asked for point in (one, other) if point.asked is not None]
    return Point(
        first=one.first,
        seconds=one.seconds + other.seconds,
        asked=max(asked, default=None),
        started=one.started + other.started,
        failed=one.failed + other.failed,
        late=one.late + other.late,
        in_flight=max(one.in_flight, other.in_flight),
        latency={
            name: _highest([point.latency[name] for point in (one, other) if name in point.latency])
            for name in DRAWN
            if name in one.latency or name in other.latency
        },
    )


def _highest(several: list[Percentiles]) -> Percentiles:
    return Percentiles(
        max(one.p50 for one in several),
        max(one.p95 for one in several),
        max(one.p99 for one in several),
    )
