"""What a worker measured in one run of a load: durations in whole microseconds.

Named as in RFC 6076; see ``load_result`` for what each is.
"""

from msgspec import Struct


class CallFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One dialog of one run, seen from one instance.

    ``outgoing``: this instance sent the INVITE. ``code`` is the INVITE's final status,
    or what a time-out or a request that cannot be sent stands for (RFC 3261 §8.1.3.1), None if it
    was given up; ``srd``, ``answer`` and ``code`` are the calling side's. ``sdd`` is told by the
    side that sent the BYE. ``completed``: it was confirmed, and its BYE was answered by a 2xx.
    """

    outgoing: bool = False
    code: int | None = None
    srd: int | None = None
    answer: int | None = None
    sdd: int | None = None
    completed: bool = False


class MediaCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one ``CheckMedia`` of a run found; jitter in milliseconds."""

    packets: int = 0
    lost: int = 0
    mos: float | None = None
    jitter: float = 0.0


class RunFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one instance measured in one run; ``rrd`` has a value for each REGISTER answered 2xx."""

    calls: tuple[CallFigures, ...] = ()
    rrd: tuple[int, ...] = ()
    media: tuple[MediaCheck, ...] = ()
