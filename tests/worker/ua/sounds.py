"""Sound that a test asks an endpoint to send on a dialog."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayTone:
    """Send a tone on a dialog until something else is asked for; 0 Hz is silence."""

    dialog: str
    frequency: int


@dataclass(frozen=True, slots=True)
class PlayDigits:
    """Send digits on a dialog, as sound."""

    dialog: str
    digits: str
    on: int = 100
    off: int = 100
