"""What the walker asks of the user agent, in the imperative. Pure values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invite:
    """Send an INVITE to a SIP URI; the new dialog goes by ``dialog`` from now on."""

    dialog: str
    target: str


@dataclass(frozen=True, slots=True)
class Respond:
    """Answer the INVITE of an incoming dialog; ``reason`` replaces the code's usual phrase."""

    dialog: str
    code: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a dialog: BYE once it is confirmed, CANCEL on an INVITE that has no answer yet."""

    dialog: str


@dataclass(frozen=True, slots=True)
class WatchMedia:
    """Keep count of what a dialog receives, to its end; with ``listen``, also hear its sound."""

    dialog: str
    listen: bool


@dataclass(frozen=True, slots=True)
class MeasureMedia:
    """Tell what a watched dialog has received, or what it receives from now on for a ``window``."""

    dialog: str
    window: float | None = None


@dataclass(frozen=True, slots=True)
class DropRtp:
    """Lose this many of a hundred RTP packets that come in for a dialog."""

    dialog: str
    percent: int


MediaOrder = WatchMedia | MeasureMedia | DropRtp
Order = Invite | Respond | HangUp | MediaOrder
