"""The estimated time for which a load still begins runs. Pure."""

from sipflow.coordinator.load.plan.profile import Profile, RateSchedule
from sipflow.projections.load import FINAL, LoadProjection
from sipflow.text import roughly

# States in which the time of a load stands still, or no further run begins.
_NO_TIME = ("paused", "ending", *FINAL)


def time_left(profile: Profile, projection: LoadProjection, now: float) -> str:
    """Return the remaining time as text: ``about 40 s left``; an empty text if unknown."""
    if projection.began is None or projection.state is None or projection.state in _NO_TIME:
        return ""
    left = _seconds(profile, projection, projection.active(now))
    if left is None:
        return ""
    return f"about {roughly(left)} left" if left > 0 else "the last runs end"


def _seconds(profile: Profile, projection: LoadProjection, active: float) -> float | None:
    found: list[float] = []
    if profile.duration is not None:
        found.append(profile.duration - active)
    elif profile.is_open and (whole := RateSchedule(profile.stages).seconds) != float("inf"):
        found.append(whole - active)
    started = projection.latest.total.started if projection.latest is not None else 0
    if profile.calls is not None and (speed := _speed(projection, started, active)):
        found.append((profile.calls - started) / speed)
    return min(found, default=None)


def _speed(projection: LoadProjection, started: int, active: float) -> float:
    """Return the runs per second: the requested rate, or the mean so far."""
    if projection.rate:
        return projection.rate
    return started / active if active > 0 else 0.0
