"""What a JSON Schema of scenario files lets a value be, in plain words."""

import json
from collections.abc import Sequence

from scripts.reference_pages.schemas import Schema
from sipflow.scenario.model import duration

# How the schema says that a text with variables may stand there; that goes for most values.
FILLED = r"\$\{"
# That a number may stand in quotes.
QUOTED = ("^-?[0-9]+$", r"^-?[0-9]+(\.[0-9]+)?$")


def takes(schema: Schema) -> str:
    """Return what may be written: ``a whole number from 1 to 1000``."""
    choices = [one for one in schema.get("anyOf", ()) if not _goes_without_saying(one)]
    if any(one.get("pattern") == duration.PATTERN for one in choices):
        (number,) = (one for one in choices if one["type"] == "number")
        return f"a duration{_span(number)}"
    if choices:
        return " or ".join(dict.fromkeys(takes(one) for one in choices))
    if "$ref" in schema:
        return "a list of steps"
    if "enum" in schema:
        return _listed([f"`{value}`" for value in schema["enum"] if value is not None])
    return _typed(schema)


def default(schema: Schema) -> str:
    """Return what a value is where it is not written; nothing where it is not there then."""
    if "default" not in schema:
        return ""
    value = schema["default"]
    if isinstance(value, list):
        return f"`[{', '.join(value)}]`"
    return f"`{value if isinstance(value, str) else json.dumps(value).removesuffix('.0')}`"


def _goes_without_saying(schema: Schema) -> bool:
    return schema.get("pattern") in (FILLED, *QUOTED) or schema.get("type") == "null"


def _listed(names: Sequence[str], last: str = "or") -> str:
    return f" {last} ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])


def _typed(schema: Schema) -> str:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_of_type(kind, schema) for kind in kinds if kind != "null")


def _of_type(kind: str, schema: Schema) -> str:
    match kind:
        case "string":
            longest = schema.get("maxLength")
            return f"a text of up to {longest} characters" if longest else "a text"
        case "integer":
            return f"a whole number{_limits(schema)}"
        case "number":
            return f"a number{_limits(schema)}"
        case "boolean":
            return "`true` or `false`"
        case "array":
            return f"a list of {takes(schema['items'])}"
        case _:
            return _mapping(schema)


def _mapping(schema: Schema) -> str:
    inner = schema.get("additionalProperties", True)
    if inner is False:
        names = _listed([f"`{name}`" for name in schema["properties"]], "and")
        return f"the properties of an {schema['title']}" if "title" in schema else names
    most = (
        f" of up to {schema['maxProperties']} names" if "maxProperties" in schema else " of names"
    )
    is_named = isinstance(inner, dict) and not {"type", "anyOf", "$ref"}.isdisjoint(inner)
    return f"a mapping{most}, each to {takes(inner)}" if is_named else f"a mapping{most}"


def _limits(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None:
        return ""
    text = f" from {least:g} up" if most is None else f" from {least:g} to {most:g}"
    barred = schema.get("not")
    return f"{text}, but not {barred['minimum']} to {barred['maximum']}" if barred else text


def _span(number: Schema) -> str:
    least, most = (number[end] / 1000 for end in ("minimum", "maximum"))
    shortest, longest = duration.written(least), duration.written(most)
    if most < duration.LONGEST:
        return f" from {shortest} to {longest}"
    return f" of {shortest} or more" if least else ""
