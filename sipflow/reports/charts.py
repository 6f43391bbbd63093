"""The geometry of a load's charts: the places of lines, bars and numbers. The page draws them.

Pure. Sizes are in units of a drawing of ``WIDTH`` by ``HEIGHT``.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil, floor, log10

from msgspec import Struct

from sipflow.projections.load_series import Percentiles, Point
from sipflow.wording.load import PERCENTILES, milliseconds, rate

# Axes: the scale of values, and the labels beside it.
#
# Pure. An axis begins at zero, or is logarithmic if a few high values would hide all others.

# About so many labels are beside an axis.
_TICKS = 5
_STEPS = (1, 2, 5, 10)
# From this ratio on, a linear axis would show all low values as zero.
_TOO_FAR_APART = 20
# Usual steps of time: seconds, minutes, hours, days.
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_MOST_TIMES = 8
_MINUTE = 60
_HOUR = 3600


class Axis(Struct, frozen=True):
    """An axis from ``lowest`` to ``highest``, and the values that are written beside it."""

    lowest: float
    highest: float
    ticks: tuple[float, ...]
    is_logarithmic: bool = False

    def place(self, value: float) -> float:
        """Return the place of a value on the axis: 0 to 1."""
        if self.is_logarithmic:
            span = log10(self.highest) - log10(self.lowest)
            return min(1.0, max(0.0, (log10(max(value, self.lowest)) - log10(self.lowest)) / span))
        return min(1.0, max(0.0, (value - self.lowest) / (self.highest - self.lowest)))


def counting(highest: float) -> Axis:
    """Return an axis from zero, for rates and counts."""
    step = _step(max(highest, 1.0) / _TICKS)
    steps = max(1, ceil(round(max(highest, 1.0) / step, 6)))
    ticks = tuple(round(number * step, 6) for number in range(steps + 1))
    return Axis(0.0, ticks[-1], ticks)


def measuring(typical: float, highest: float) -> Axis:
    """Return an axis for durations; ``typical``: a low but usual one."""
    if typical <= 0 or highest / typical < _TOO_FAR_APART:
        return counting(highest)
    lowest, top = floor(log10(typical)), ceil(log10(highest))
    ticks = tuple(float(f"1e{power}") for power in range(lowest, top + 1))
    return Axis(ticks[0], ticks[-1], ticks, is_logarithmic=True)


def time(first: float, last: float) -> Axis:
    """Return an axis for the seconds of a load."""
    span = max(1.0, last - first)
    step = next((step for step in _TIMES if span / step <= _MOST_TIMES), None)
    step = step or _TIMES[-1] * ceil(span / _TIMES[-1] / _MOST_TIMES)
    ticks = range(ceil(first / step) * step, floor(last) + 1, step)
    return Axis(first, first + span, tuple(float(tick) for tick in ticks))


def at_time(seconds: float) -> str:
    """Return a second of a load: ``40 s``, ``1:30``, ``2:00:00``."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}:{whole % _MINUTE:02}"
    return f"{whole // _HOUR}:{whole % _HOUR // _MINUTE:02}:{whole % _MINUTE:02}"


def _step(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if rough <= step * power * (1 + 1e-9))


WIDTH, HEIGHT = 920, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 24, 10, 24
_INNER_WIDTH = WIDTH - _LEFT - _RIGHT
_INNER_HEIGHT = HEIGHT - _TOP - _BOTTOM

_Value = Callable[[Point], float | None]


class Line(Struct, frozen=True):
    """One line of a chart; ``path``: an SVG path, with gaps where nothing was measured."""

    name: str
    style: str
    path: str


class Tick(Struct, frozen=True):
    """A label of an axis and its place."""

    at: float
    text: str


class Spot(Struct, frozen=True):
    """A column of a chart that shows its values when the mouse is on it."""

    x: float
    width: float
    text: str


class Chart(Struct, frozen=True):
    """One chart; ``unit``: the unit of the labels on the left."""

    title: str
    unit: str
    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    spots: tuple[Spot, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    floor: int = HEIGHT - _BOTTOM


class _Series(Struct, frozen=True):
    """The values of one line: its name and the figure of each point."""

    name: str
    style: str
    value: _Value


def charts(points: Sequence[Point]) -> list[Chart]:
    """Return the charts of a load that has points; figures without any value have no chart."""
    if not points:
        return []
    rates = [
        _Series("asked for", "asked", lambda point: point.asked),
        _Series("started", "started", lambda point: point.achieved),
    ]
    failures = [_Series("failed", "failed", lambda point: point.failing)]
    late = [_Series("late", "late", lambda point: point.late / point.seconds)]
    in_flight = [_Series("in flight", "in-flight", lambda point: float(point.in_flight))]
    drawn = [
        _counts("Runs started", "runs/s", rates, points),
        _durations("Session request delay (srd)", "srd", points),
        _durations("Whole run (run)", "run", points),
        _counts("Runs in flight", "runs", in_flight, points),
    ]
    if any(point.failed for point in points):
        drawn.append(_counts("Runs failed", "runs/s", failures, points))
    if any(point.late for point in points):
        drawn.append(_counts("Runs started late", "runs/s", late, points))
    return [chart for chart in drawn if chart is not None]


def _counts(title: str, unit: str, series: Sequence[_Series], points: Sequence[Point]) -> Chart:
    series = [line for line in series if any(line.value(point) is not None for point in points)]
    values = [one for line in series for one in map(line.value, points) if one is not None]
    return _chart(title, unit, series, points, counting(max(values)))


def _durations(title: str, name: str, points: Sequence[Point]) -> Chart | None:
    measured = [point.latency[name] for point in points if name in point.latency]
    if not measured:
        return None
    series = [
        _Series(percentile, percentile, _percentile(name, percentile)) for percentile in PERCENTILES
    ]
    typical = min(one.p50 for one in measured)
    axis = measuring(typical, max(one.p99 for one in measured))
    unit = "ms, logarithmic" if axis.is_logarithmic else "ms"
    return _chart(title, unit, series, points, axis)


def _percentile(name: str, percentile: str) -> _Value:
    def value(point: Point) -> float | None:
        measured: Percentiles | None = point.latency.get(name)
        return getattr(measured, percentile) if measured is not None else None

    return value


def _chart(
    title: str, unit: str, series: Sequence[_Series], points: Sequence[Point], axis: Axis
) -> Chart:
    across = time(points[0].first - 1, points[-1].first - 1 + points[-1].seconds)
    return Chart(
        title=title,
        unit=unit,
        lines=tuple(
            Line(line.name, line.style, _path(line.value, points, across, axis)) for line in series
        ),
        across=tuple(Tick(_x(across, tick), at_time(tick)) for tick in across.ticks),
        up=tuple(Tick(_y(axis, tick), f"{tick:,g}") for tick in axis.ticks),
        spots=tuple(_spot(point, series, across) for point in points),
    )


def _path(value: _Value, points: Iterable[Point], across: Axis, axis: Axis) -> str:
    """Return an SVG path: a level piece per point, as wide as its time, so one second shows too."""
    pieces: list[str] = []
    is_broken = True
    for point in points:
        number = value(point)
        if number is not None:
            y = _y(axis, number)
            begin, end = _edges(point, across)
            pieces.append(f"{'M' if is_broken else 'L'}{begin:g} {y:g}H{end:g}")
        is_broken = number is None
    return "".join(pieces)


def _spot(point: Point, series: Sequence[_Series], across: Axis) -> Spot:
    begin, end = _edges(point, across)
    last = point.first - 1 + point.seconds
    span = f"{at_time(point.first - 1)} to {at_time(last)}"
    said = (
        f"{line.name} {milliseconds(number) if line.name in PERCENTILES else rate(number)}"
        for line in series
        if (number := line.value(point)) is not None
    )
    return Spot(begin, round(end - begin, 1), "\n".join((span, *said)))


def _edges(point: Point, across: Axis) -> tuple[float, float]:
    return _x(across, point.first - 1), _x(across, point.first - 1 + point.seconds)


def _x(across: Axis, second: float) -> float:
    return round(_LEFT + _INNER_WIDTH * across.place(second), 1)


def _y(axis: Axis, value: float) -> float:
    return round(_TOP + _INNER_HEIGHT * (1 - axis.place(value)), 1)
