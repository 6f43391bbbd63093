"""How long a load still begins runs, as far as that can be known. Pure."""

from sipflow.coordinator.load.plan.profile import Profile, RateSchedule
from sipflow.projections.load import FINAL, LoadProjection
from sipflow.text import roughly

# States in which the time of a load stands still, or there is nothing left to wait for.
_NO_TIME = ("paused", "ending", *FINAL)


def time_left(profile: Profile, projection: LoadProjection, now: float) -> str:
    """Return what is left in words: ``about 40 s left``; an empty text where it is not known."""
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
    """Return how many runs a second begin: as asked for, or as it was so far."""
    if projection.rate:
        return projection.rate
    return started / active if active > 0 else 0.0
