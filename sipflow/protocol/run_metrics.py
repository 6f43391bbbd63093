"""The measurements of a worker in one run of a load: durations in whole microseconds.

Named as in RFC 6076; ``load_result`` defines each of them.
"""

from msgspec import Struct


class CallFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One dialog of one run, seen from one instance.

    ``outgoing``: whether this instance sent the INVITE.
    ``code``: the INVITE's final status, or the one that stands for a time-out or a request that
    cannot be sent (RFC 3261 §8.1.3.1); None if the INVITE was abandoned.
    ``srd``, ``answer``: only of the calling side, as is ``code``.
    ``sdd``: only of the side that sent the BYE.
    ``completed``: the dialog was confirmed, and its BYE was answered by a 2xx.
    """

    outgoing: bool = False
    code: int | None = None
    srd: int | None = None
    answer: int | None = None
    sdd: int | None = None
    completed: bool = False


class MediaCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The measurement of one ``CheckMedia`` of a run; jitter in milliseconds."""

    packets: int = 0
    lost: int = 0
    mos: float | None = None
    jitter: float = 0.0


class RunFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One instance's measurements in one run; ``rrd`` has one value per REGISTER answered 2xx."""

    calls: tuple[CallFigures, ...] = ()
    rrd: tuple[int, ...] = ()
    media: tuple[MediaCheck, ...] = ()
