"""Verdicts as JSON on one line, for programs: what ``start --json`` prints. Pure.

One file gives one object; several give one array with an element per file, in their order.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from sipflow.protocol.load_result import LoadResult
from sipflow.protocol.verdict import Outcome, Verdict

# Rounded to milliseconds; finer differences are noise.
_DIGITS = 3


def verdict_json(verdict: Verdict) -> str:
    """Return the JSON object, its keys in the order of the types, without a line end."""
    return msgspec.json.encode(_rounded(verdict)).decode()


def verdicts_json(outcomes: Iterable[Outcome]) -> str:
    """Return the JSON array, its elements as ``verdict_json`` writes them, without a line end."""
    elements = [
        _rounded(outcome) if isinstance(outcome, Verdict) else outcome for outcome in outcomes
    ]
    return msgspec.json.encode(elements).decode()


def _rounded(verdict: Verdict) -> Verdict:
    return msgspec.structs.replace(verdict, duration_s=round(verdict.duration_s, _DIGITS))


# The outcome of a load as JSON on one line, for programs: what ``load --json`` prints. Pure.

# Milliseconds, rounded to microseconds, the precision of the measurement.
_FIGURE_DIGITS = 3


def result_json(result: LoadResult) -> str:
    """Return the JSON object, its keys in the order of the types, without a line end."""
    return msgspec.json.encode(_rounded_figures(msgspec.to_builtins(result))).decode()


def _rounded_figures(value: Any) -> Any:
    match value:
        case float():
            return round(value, _FIGURE_DIGITS)
        case dict():
            return {key: _rounded_figures(one) for key, one in value.items()}
        case list() | tuple():
            return [_rounded_figures(one) for one in value]
        case _:
            return value
