"""CheckMedia: compare a leg's received media with limits; name each violation. Pure.

Figures of the whole leg can still be requested when it is gone; figures of a window cannot.
"""

from collections.abc import Iterator

from sipflow.media.level import AUDIBLE
from sipflow.media.stream_stats import MediaFigures
from sipflow.scenario.model.actions import CheckMedia
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.worker.actions.step import (
    Failed,
    Outcome,
    Step,
    Succeeded,
    gone,
    in_seconds,
    no_leg,
    undecided_unless_lost,
)
from sipflow.worker.legs.legs import Legs
from sipflow.worker.ua.commands import MeasureMedia


def begin(action: CheckMedia, legs: Legs) -> Step:
    """Order the figures, or judge the known ones of a leg that is gone."""
    dialog = legs.get(action.leg)
    if dialog is None:
        return no_leg(action.leg)
    if dialog.ended:
        return _judge_ended(action, legs)
    dialog.reception.measured, dialog.refusal = None, None
    span = "" if action.window is None else f" for {in_seconds(action.window)}"
    return Step(
        orders=(MeasureMedia(dialog.key, action.window),),
        log=f"checking what leg {action.leg} receives{span}",
    )


def observe(action: CheckMedia, legs: Legs) -> Step:
    """Compare the figures with the limits once they have been reported."""
    dialog = legs[action.leg]
    measured = dialog.reception.measured
    if measured is None or measured.window != action.window:
        return undecided_unless_lost(dialog)
    return _judge(action, measured.figures)


def expire(action: CheckMedia) -> Step:
    """Fail because no figures were reported in time."""
    limit = in_seconds(action.timeout + (action.window or 0.0))
    return Step(Failed(TIME_LIMIT, f"no figures of leg {action.leg} within {limit}"))


def _judge_ended(action: CheckMedia, legs: Legs) -> Step:
    dialog = legs[action.leg]
    if action.window is not None:
        return Step(gone(dialog))
    last = dialog.reception.measured
    return _judge(action, last.figures if last is not None else MediaFigures())


def _judge(action: CheckMedia, figures: MediaFigures) -> Step:
    broken = [*_broken_by_packets(action, figures), *_broken_by_stream(action, figures)]
    broken += _broken_by_sound(action, figures)
    outcome: Outcome = Succeeded("media checked")
    if broken:
        outcome = Failed("media checked", "; ".join(broken))
    return Step(outcome, log=_in_words(figures), figures=(figures, action.window))


def _broken_by_packets(action: CheckMedia, figures: MediaFigures) -> Iterator[str]:
    if figures.packets < action.min_packets:
        yield f"{_packets(figures.packets)}, fewer than {action.min_packets}"
    if action.max_loss is not None and figures.loss > action.max_loss:
        yield f"loss {figures.loss:.1f} %, more than {action.max_loss:g} %"
    if action.max_jitter is not None and figures.jitter > action.max_jitter * 1000:
        yield f"jitter {figures.jitter:.1f} ms, more than {action.max_jitter * 1000:g} ms"
    if action.min_mos is not None:
        mos = figures.mos
        if mos is None:
            yield f"no MOS, expected at least {action.min_mos:g}"
        elif mos < action.min_mos:
            yield f"MOS {mos:.2f}, less than {action.min_mos:g}"


def _broken_by_stream(action: CheckMedia, figures: MediaFigures) -> Iterator[str]:
    if action.codec is not None and action.codec.upper() != (figures.codec or "").upper():
        yield f"codec {figures.codec or 'none'}, not {action.codec}"
    if action.direction not in (None, figures.direction):
        yield f"direction {figures.direction or 'none'}, not {action.direction}"


def _broken_by_sound(action: CheckMedia, figures: MediaFigures) -> Iterator[str]:
    audible = figures.level is not None and figures.level >= AUDIBLE
    if action.sound is True and not audible:
        yield "silence, expected sound"
    if action.sound is False and audible:
        yield f"sound of {figures.level:.1f} dBov, expected silence"
    if action.tone is not None:
        wanted = f"{action.tone:g} Hz ± {action.tolerance:g} Hz"
        if figures.tone is None:
            yield f"no tone, expected {wanted}"
        elif abs(figures.tone - action.tone) > action.tolerance:
            yield f"a tone of {figures.tone:.1f} Hz, not {wanted}"


def _in_words(figures: MediaFigures) -> str:
    parts = [
        _packets(figures.packets),
        f"loss {figures.loss:.1f} %",
        f"jitter {figures.jitter:.1f} ms",
        None if figures.mos is None else f"MOS {figures.mos:.2f}",
        figures.codec,
        figures.direction,
        None if figures.level is None else f"{figures.level:.1f} dBov",
        None if figures.tone is None else f"{figures.tone:.1f} Hz",
    ]
    return "received " + ", ".join(part for part in parts if part is not None)


def _packets(count: int) -> str:
    return "1 packet" if count == 1 else f"{count} packets"
