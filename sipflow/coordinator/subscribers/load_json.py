"""The outcome of a load as JSON on one line, for programs: what ``load --json`` prints. Pure."""

from typing import Any

import msgspec

from sipflow.protocol.load_result import LoadResult

# Of milliseconds: finer than microseconds is not measured.
_DIGITS = 3


def result_json(result: LoadResult) -> str:
    """Return the JSON object, its keys in the order of the types, without a line end."""
    return msgspec.json.encode(_rounded(msgspec.to_builtins(result))).decode()


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, _DIGITS)
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
        case _:
            return value
