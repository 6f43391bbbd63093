"""The outcome of a load, as ``load --json`` prints it: types only, judged elsewhere.

Durations are named as in RFC 6076: ``srd`` session request delay (from an INVITE to the first 18x
or the final response), ``sdd`` session disconnect delay (from a BYE to its answer), ``rrd``
registration request delay (from a REGISTER to its 2xx). ``answer`` is from an INVITE to its 2xx,
and ``run`` a whole run from the moment at which it was due. A field's ``Meta`` is for the generated
reference.
"""

from typing import Annotated

from msgspec import Meta, Struct

from sipflow.protocol.events import (
    Latency,
    LocalCause,
    RunCounts,
    RunId,
    RunReason,
    ScenarioName,
    StatusCode,
)
from sipflow.protocol.verdict import ExitCode, File, VerdictName

# What is measured, in the order in which it is told.
METRICS = ("srd", "sdd", "rrd", "answer", "run")


class Rate(Struct, frozen=True, kw_only=True):
    """How many runs a second there were to be, and were."""

    asked: Annotated[
        float | None, Meta(description="runs a second; the mean over all stages; null: none asked")
    ]
    achieved: Annotated[float, Meta(description="runs that were started, a second")]


class Ratios(Struct, frozen=True, kw_only=True):
    """RFC 6076's ratios in percent, over all INVITEs outside a dialog; null where none counts."""

    attempts: Annotated[int, Meta(description="INVITEs that were sent")] = 0
    ser: Annotated[float | None, Meta(description="session establishment ratio, RFC 6076 §4.6")] = (
        None
    )
    seer: Annotated[
        float | None, Meta(description="session establishment effectiveness ratio, §4.7")
    ] = None
    isa: Annotated[float | None, Meta(description="ineffective session attempts, §4.8")] = None
    scr: Annotated[float | None, Meta(description="session completion ratio, §4.9")] = None


class Media(Struct, frozen=True, kw_only=True):
    """What ``CheckMedia`` found over all runs."""

    checked: Annotated[int, Meta(description="legs that were looked at")] = 0
    packets: Annotated[int, Meta(description="RTP packets that came")] = 0
    lost: Annotated[int, Meta(description="RTP packets that were missing")] = 0
    mos_min: Annotated[float | None, Meta(description="the lowest MOS")] = None
    mos_mean: Annotated[float | None, Meta(description="the mean MOS")] = None
    jitter_ms_max: Annotated[float | None, Meta(description="the greatest mean jitter")] = None


class FailureGroup(Struct, frozen=True, kw_only=True):
    """Runs that failed in the same way, and one of them."""

    count: Annotated[int, Meta(description="how many")]
    instance: Annotated[str | None, Meta(description="the id of the instance that failed")]
    node: Annotated[str | None, Meta(description="the id of the node that failed")]
    code: StatusCode
    message: Annotated[str, Meta(description="a text for people")]
    local: LocalCause = None
    example: Annotated[
        str, Meta(description="the id of the first of them: its events were published")
    ] = ""


class JudgedCriterion(Struct, frozen=True, kw_only=True):
    """One ``--fail-if`` and what came of it."""

    text: Annotated[str, Meta(description="the criterion as it was given")]
    held: Annotated[bool, Meta(description="whether it did not come true, which is good")]
    value: Annotated[
        float | None, Meta(description="the figure that it is about; null: none was measured")
    ]
    unit: Annotated[str, Meta(description="the figure's unit: ``%``, ``ms``, ``/s`` or none")]
    said: Annotated[str, Meta(description="the figure for people, ``1.5 % (3 of 200)``")]


class Generator(Struct, frozen=True, kw_only=True):
    """How hard the machine worked that made the load. The CPU is that of all of its processes."""

    cpu_percent_mean: Annotated[
        float | None, Meta(description="CPU time used, of all that there was; null: not looked at")
    ] = None
    cpu_percent_max: Annotated[
        float | None, Meta(description="the same in the busiest quarter of a second")
    ] = None
    cpu_busy_percent: Annotated[
        float | None,
        Meta(description="the part of the time in which it was 90 % busy or more"),
    ] = None
    slots_full_percent: Annotated[
        float | None,
        Meta(description="the part of the time in which runs were due and all slots were taken"),
    ] = None
    cores: Annotated[int, Meta(description="CPU cores of the machine")] = 0
    slots: Annotated[int, Meta(description="the most slots there were")] = 0


class LoadResult(Struct, frozen=True, kw_only=True):
    """The one outcome of a load."""

    verdict: Annotated[VerdictName, Meta(description="the outcome")]
    exit_code: ExitCode
    duration_s: Annotated[
        float, Meta(description="seconds from the first run that was due to the last one's end")
    ]
    runs: Annotated[RunCounts, Meta(description="what became of the runs")]
    rate: Annotated[Rate, Meta(description="how many runs a second")]
    workers: Annotated[int, Meta(description="the most worker processes there were")]
    latency_ms: Annotated[dict[str, Latency], Meta(description="what was measured, by name")]
    failures: Annotated[
        tuple[FailureGroup, ...], Meta(description="the failures, the most frequent first")
    ] = ()
    ratios: Annotated[Ratios, Meta(description="RFC 6076's ratios")] = Ratios()
    media: Annotated[Media, Meta(description="what the media were like")] = Media()
    reason: Annotated[RunReason | None, Meta(description="why, unless it completed")] = None
    broken: Annotated[
        tuple[str, ...], Meta(description="every ``--fail-if`` that came true, with its figure")
    ] = ()
    criteria: Annotated[
        tuple[JudgedCriterion, ...], Meta(description="every ``--fail-if``, with its figure")
    ] = ()
    generator: Annotated[
        Generator, Meta(description="how hard the machine worked that made the load")
    ] = Generator()
    warnings: Annotated[
        tuple[str, ...],
        Meta(description="why the figures may be those of the load's own machine, if they may"),
    ] = ()
    restarts: Annotated[int, Meta(description="workers that died and were replaced")] = 0
    load: RunId = ""
    scenario: ScenarioName = ""
    file: File = ""
