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

# The metrics, in the order in which they are shown.
METRICS = ("srd", "sdd", "rrd", "answer", "run")


class Rate(Struct, frozen=True, kw_only=True):
    """The requested and the achieved rate of runs."""

    asked: Annotated[
        float | None,
        Meta(description="requested runs per second, the mean over all stages; null: none"),
    ]
    achieved: Annotated[float, Meta(description="runs started per second")]


class Ratios(Struct, frozen=True, kw_only=True):
    """RFC 6076's ratios in percent, over all INVITEs outside a dialog; null without attempts."""

    attempts: Annotated[int, Meta(description="INVITEs sent outside a dialog")] = 0
    ser: Annotated[float | None, Meta(description="session establishment ratio, RFC 6076 §4.6")] = (
        None
    )
    seer: Annotated[
        float | None, Meta(description="session establishment effectiveness ratio, §4.7")
    ] = None
    isa: Annotated[float | None, Meta(description="ineffective session attempts, §4.8")] = None
    scr: Annotated[float | None, Meta(description="session completion ratio, §4.9")] = None


class Media(Struct, frozen=True, kw_only=True):
    """The measurements of ``CheckMedia`` over all runs."""

    checked: Annotated[int, Meta(description="legs that were checked")] = 0
    packets: Annotated[int, Meta(description="RTP packets received")] = 0
    lost: Annotated[int, Meta(description="RTP packets missing")] = 0
    mos_min: Annotated[float | None, Meta(description="the lowest MOS")] = None
    mos_mean: Annotated[float | None, Meta(description="the mean MOS")] = None
    jitter_ms_max: Annotated[float | None, Meta(description="the greatest mean jitter")] = None


class FailureGroup(Struct, frozen=True, kw_only=True):
    """Runs that failed in the same way, with one run as the example."""

    count: Annotated[int, Meta(description="number of runs")]
    instance: Annotated[str | None, Meta(description="the id of the instance that failed")]
    node: Annotated[str | None, Meta(description="the id of the node that failed")]
    code: StatusCode
    message: Annotated[str, Meta(description="a text for people")]
    local: LocalCause = None
    example: Annotated[
        str, Meta(description="the id of the first such run, whose events were published")
    ] = ""


class JudgedCriterion(Struct, frozen=True, kw_only=True):
    """One ``--fail-if`` criterion and its result."""

    text: Annotated[str, Meta(description="the criterion as it was given")]
    held: Annotated[bool, Meta(description="true: passed, the condition did not occur")]
    value: Annotated[float | None, Meta(description="the measured figure; null: none was measured")]
    unit: Annotated[str, Meta(description="the figure's unit: ``%``, ``ms``, ``/s`` or none")]
    said: Annotated[str, Meta(description="the figure as text, ``1.5 % (3 of 200)``")]


class Generator(Struct, frozen=True, kw_only=True):
    """Utilisation of the load generator's machine; CPU use includes all of its processes."""

    cpu_percent_mean: Annotated[
        float | None, Meta(description="mean CPU utilisation in percent; null: not measured")
    ] = None
    cpu_percent_max: Annotated[
        float | None, Meta(description="CPU utilisation in the busiest quarter of a second")
    ] = None
    cpu_busy_percent: Annotated[
        float | None,
        Meta(description="share of the time with a CPU utilisation of 90 % or more"),
    ] = None
    slots_full_percent: Annotated[
        float | None,
        Meta(description="share of the time in which runs were due and all slots were in use"),
    ] = None
    cores: Annotated[int, Meta(description="CPU cores of the machine")] = 0
    slots: Annotated[int, Meta(description="the greatest number of slots")] = 0


class LoadResult(Struct, frozen=True, kw_only=True):
    """The outcome of a load."""

    verdict: Annotated[VerdictName, Meta(description="the outcome")]
    exit_code: ExitCode
    duration_s: Annotated[
        float, Meta(description="seconds from the first run's due time to the last run's end")
    ]
    runs: Annotated[RunCounts, Meta(description="the number of runs, by outcome")]
    rate: Annotated[Rate, Meta(description="runs per second")]
    workers: Annotated[int, Meta(description="the greatest number of worker processes")]
    latency_ms: Annotated[dict[str, Latency], Meta(description="measured durations, by name")]
    failures: Annotated[
        tuple[FailureGroup, ...], Meta(description="the failures, the most frequent first")
    ] = ()
    ratios: Annotated[Ratios, Meta(description="RFC 6076's ratios")] = Ratios()
    media: Annotated[Media, Meta(description="the measurements of ``CheckMedia``")] = Media()
    reason: Annotated[RunReason | None, Meta(description="why, unless it completed")] = None
    broken: Annotated[
        tuple[str, ...], Meta(description="every violated ``--fail-if``, with its figure")
    ] = ()
    criteria: Annotated[
        tuple[JudgedCriterion, ...], Meta(description="every ``--fail-if``, with its figure")
    ] = ()
    generator: Annotated[
        Generator, Meta(description="utilisation of the load generator's machine")
    ] = Generator()
    warnings: Annotated[
        tuple[str, ...],
        Meta(description="why the load generator itself may have limited the figures"),
    ] = ()
    restarts: Annotated[int, Meta(description="workers that crashed and were replaced")] = 0
    load: RunId = ""
    scenario: ScenarioName = ""
    file: File = ""
