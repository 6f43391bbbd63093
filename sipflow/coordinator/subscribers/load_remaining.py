"""How long a load still begins runs, as far as that can be known. Pure."""

from sipflow.coordinator.load.profile import Course, Profile
from sipflow.coordinator.subscribers.load_picture import FINAL, LoadPicture
from sipflow.coordinator.subscribers.wording import roughly

# States in which the time of a load stands still, or there is nothing left to wait for.
_NO_TIME = ("paused", "ending", *FINAL)


def time_left(profile: Profile, picture: LoadPicture, now: float) -> str:
    """Return what is left in words: ``about 40 s left``; an empty text where it is not known."""
    if picture.began is None or picture.state is None or picture.state in _NO_TIME:
        return ""
    left = _seconds(profile, picture, picture.active(now))
    if left is None:
        return ""
    return f"about {roughly(left)} left" if left > 0 else "the last runs end"


def _seconds(profile: Profile, picture: LoadPicture, active: float) -> float | None:
    found: list[float] = []
    if profile.duration is not None:
        found.append(profile.duration - active)
    elif profile.is_open and (whole := Course(profile.stages).seconds) != float("inf"):
        found.append(whole - active)
    started = picture.latest.total.started if picture.latest is not None else 0
    if profile.calls is not None and (speed := _speed(picture, started, active)):
        found.append((profile.calls - started) / speed)
    return min(found, default=None)


def _speed(picture: LoadPicture, started: int, active: float) -> float:
    """Return how many runs a second begin: as asked for, or as it was so far."""
    if picture.rate:
        return picture.rate
    return started / active if active > 0 else 0.0
