"""The JSON Schema of scenario files, for editors: both formats, made from the vocabulary.

It describes single values; checks that need the whole graph are left to ``validate``.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.inspect import FloatType, IntType, StrType

from sipflow.scenario.model import duration
from sipflow.scenario.model.actions import Action, word
from sipflow.scenario.model.properties import ON_REFER
from sipflow.scenario.schema_parts import (
    CODECS,
    EDGE_DATA,
    FILLED,
    MAPPINGS,
    NAME,
    NUMBER,
    ON_FAILURE,
    QUOTED,
    QUOTED_WHOLE,
    REFERRING,
    REGISTER,
    TEXT,
    VARIABLES,
    Schema,
)
from sipflow.scenario.values import LONGEST_NAME
from sipflow.scenario.vocabulary import (
    APPLICATION_ACCOUNT_NAMES,
    Property,
    account_properties,
    action_types,
    alternatives,
    dependent,
    main_property,
    properties,
    signalling_properties,
    summary,
    words_of,
)
from sipflow.scenario.yaml.blocks import MOST_TIMES, REPEAT, USE


def json_schema() -> Schema:
    """Return the schema, draft 2020-12: XYFlow JSON where there are nodes, else the YAML form."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sipflow scenario",
        "description": "A SIP call scenario: instances, and what each does and waits for.",
        "type": "object",
        "if": _has("nodes"),
        "then": {"$ref": "#/$defs/xyflow"},
        "else": {
            "if": {"required": ["steps"]},
            "then": {"$ref": "#/$defs/sub-flow"},
            "else": {"$ref": "#/$defs/yaml"},
        },
        "$defs": {
            "yaml": _yaml(),
            "sub-flow": _sub_flow(),
            "steps": _steps(),
            "step": _step(),
            "xyflow": _xyflow(),
            "instance-data": _xyflow_instance(),
        }
        | {word: _yaml_properties(kind) for word, kind in action_types().items()},
    }


def _yaml() -> Schema:
    return {
        "title": "scenario",
        "type": "object",
        "required": ["instances"],
        "additionalProperties": False,
        "properties": {
            "name": {
                **NAME,
                "description": "the scenario's name; default: the file's name",
            },
            "description": {**TEXT, "description": "the purpose of the scenario, for people"},
            "variables": VARIABLES,
            "instances": {
                "description": "the SIP user agents by name, each a process of its own",
                "type": "object",
                "minProperties": 1,
                "propertyNames": {**NAME, "not": {"const": "-"}},
                "additionalProperties": {
                    "title": "instance",
                    "type": "object",
                    "required": ["number"],
                    "additionalProperties": False,
                    "properties": {
                        "number": NUMBER,
                        "register": REGISTER,
                        "on_refer": REFERRING,
                        "codecs": CODECS,
                        **_account(),
                        **_signalling(),
                    },
                },
            },
            "flow": {
                "description": "the steps of each instance, by the instance's name",
                "type": ["object", "null"],
                "additionalProperties": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/steps"}]},
            },
        },
    }


def _signalling() -> dict[str, Schema]:
    """Return the properties of an instance that take no variables, because they are no texts."""
    return {
        name: _value(property, fill=False) for name, property in signalling_properties().items()
    }


def _account() -> dict[str, Schema]:
    return {name: _value(property) for name, property in account_properties().items()}


def _account_or_nothing() -> dict[str, Schema]:
    nothing: Schema = {"enum": [None, ""]}
    own = _account()
    named = own | {other: own[name] for other, name in APPLICATION_ACCOUNT_NAMES.items()}
    return {
        name: {"description": schema["description"], "anyOf": [schema, nothing]}
        for name, schema in named.items()
    }


def _sub_flow() -> Schema:
    parameters = {
        **VARIABLES,
        "description": "the parameters that a use must give, or may give if they have a default",
    }
    return {
        "title": "sub-flow",
        "type": "object",
        "required": ["steps"],
        "additionalProperties": False,
        "properties": {
            "description": {**TEXT, "description": "the purpose of the sub-flow, for people"},
            "parameters": parameters,
            "steps": {
                "description": "the steps of the sub-flow",
                "minItems": 1,
                "$ref": "#/$defs/steps",
            },
        },
    }


def _steps() -> Schema:
    return {"title": "steps", "type": "array", "items": {"$ref": "#/$defs/step"}}


def _step() -> Schema:
    alone = [word for word, kind in action_types().items() if not _required(kind)]
    keys: Schema = {
        "id": {**NAME, "description": "the step's id, for goto and in reports"},
        "on_failure": ON_FAILURE,
    }
    goto: Schema = {**TEXT, "description": "go on with the step of this id; ends a list of steps"}
    return {
        "title": "step",
        "anyOf": [
            *({"const": word, "description": summary(action_types()[word])} for word in alone),
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {word: {"$ref": f"#/$defs/{word}"} for word in action_types()} | keys,
                "oneOf": [{"required": [word]} for word in action_types()],
            },
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["goto"],
                "properties": {"goto": goto},
            },
            _repeat(keys),
            _use(keys),
        ],
    }


def _repeat(keys: Schema) -> Schema:
    """Return the schema of a ``Repeat`` step."""
    steps: Schema = {
        "description": "the steps to repeat",
        "minItems": 1,
        "$ref": "#/$defs/steps",
    }
    times: Schema = {
        "description": "how many times",
        "anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_TIMES}, FILLED],
    }
    inside: Schema = {
        "type": "object",
        "required": ["times"],
        "additionalProperties": False,
        "properties": {"times": times, "steps": steps},
    }
    has_inside: Schema = {"properties": {REPEAT: {"type": "object", "required": ["steps"]}}}
    return {
        "type": "object",
        "required": [REPEAT],
        "additionalProperties": False,
        "properties": {
            REPEAT: {"description": "repeat the steps this many times", "anyOf": [times, inside]},
            "steps": steps,
            **keys,
        },
        "oneOf": [{"required": ["steps"]}, has_inside],
    }


def _use(keys: Schema) -> Schema:
    """Return the schema of a ``use`` step."""
    return {
        "type": "object",
        "required": [USE],
        "additionalProperties": False,
        "properties": {
            USE: {**TEXT, "minLength": 1, "description": "a file of steps to take here"},
            "with": {**VARIABLES, "description": "values for the parameters of the steps"},
            **keys,
        },
    }


def _yaml_properties(kind: type[Action]) -> Schema:
    """Return the schema of a word's value: its properties, its main one alone, or nothing."""
    inside: dict[str, Schema] = {"id": {**NAME, "description": "the step's id"}}
    forms: list[Schema] = [
        {"type": "object", "additionalProperties": False, **_properties_of(kind, inside)}
    ]
    main = main_property(kind)
    if main is not None:
        null: Schema = {} if main.required else {"not": {"type": "null"}}
        forms.append({**_value(main), **null})
    if not _required(kind):
        forms.append({"type": "null"})
    return {"title": word(kind), "description": summary(kind), "anyOf": forms}


def _xyflow() -> Schema:
    branch: Schema = {"description": '"failure" makes it a failure edge'}
    edge = _any_case({"source": TEXT, "target": TEXT, "sourceHandle": branch, "data": EDGE_DATA})
    return {
        "title": "XYFlow graph",
        "type": "object",
        **_any_case(
            {
                "name": {"type": ["string", "null"], "maxLength": LONGEST_NAME},
                "variables": VARIABLES,
                "nodes": {"type": "array", "minItems": 1, "items": _xyflow_node()},
                "edges": {
                    "type": "array",
                    "items": {"type": "object", **edge, "allOf": [_has("source"), _has("target")]},
                },
            }
        ),
    }


def _xyflow_node() -> Schema:
    types = ("sipInstance", "command", "event")
    keys = _any_case({"id": NAME, "type": {"enum": list(types)}, "data": {"type": "object"}})
    data: dict[str, Schema] = {
        "sipInstance": {"$ref": "#/$defs/instance-data"},
        "command": _xyflow_data("command"),
        "event": _xyflow_data("event"),
    }
    return {
        "title": "node",
        "type": "object",
        **keys,
        "allOf": [
            *(_has(name) for name in ("id", "type", "data")),
            *(
                {"if": _any_case({"type": {"const": one}}), "then": _any_case({"data": data[one]})}
                for one in types
            ),
        ],
    }


def _xyflow_instance() -> Schema:
    return {
        "properties": {
            "dn": NUMBER,
            "number": NUMBER,
            "label": {"type": ["string", "null"], "description": "the instance's name"},
            "register": {**REGISTER, "type": ["boolean", "null"]},
            "onRefer": {**REFERRING, "enum": [*ON_REFER, None]},
            "on_refer": {**REFERRING, "enum": [*ON_REFER, None]},
            "codecs": {**CODECS, "type": ["array", "null"]},
            **_account_or_nothing(),
            **_signalling(),
        },
        "anyOf": [{"required": ["dn"]}, {"required": ["number"]}],
    }


def _xyflow_data(kind: str) -> Schema:
    words = words_of(kind)
    owner: Schema = {**TEXT, "description": "the id of the instance that the node belongs to"}
    return {
        "required": [kind],
        "properties": {kind: {"enum": list(words)}, "sipInstanceId": owner},
        "allOf": [
            {
                "if": {"properties": {kind: {"const": word}}},
                "then": {
                    "description": summary(action_types()[word]),
                    **_properties_of(action_types()[word], {}),
                },
            }
            for word in words
        ],
    }


def _properties_of(kind: type[Action], others: Mapping[str, Schema]) -> Schema:
    """Return the keywords for the properties of a word, under each of their names."""
    taken = {name: _value(one) for one in properties(kind) for name in one.names}
    rules = [rule for one in properties(kind) for rule in _name_rules(one)]
    choices = [name for one in alternatives(kind) for name in one.names]
    if choices:
        rules.append({"oneOf": [_given(name) for name in choices]})
    for one, needed in dependent(kind):
        some = [_given(name) for name in needed.names]
        rules += [{"if": _given(name), "then": {"anyOf": some}} for name in one.names]
    constraints: Schema = {"allOf": rules} if rules else {}
    return {"properties": {**taken, **others}, **constraints}


def _name_rules(property: Property) -> Iterable[Schema]:
    """Return the rules that a required property is present, under only one of its names."""
    alternatives: list[Schema] = [{"required": [name]} for name in property.names]
    if property.required:
        yield {"oneOf": alternatives}
    elif len(alternatives) > 1:
        yield {"not": {"required": list(property.names)}}


def _given(name: str) -> Schema:
    """Return the keywords for an object with a property that is neither null nor empty."""
    return {"required": [name], "properties": {name: {"not": {"enum": [None, ""]}}}}


def _value(property: Property, fill: bool = True) -> Schema:
    described: Schema = {"title": property.name, "description": property.description}
    described |= _default(property)
    filled = [FILLED] if fill else []
    if property.holds in MAPPINGS:
        return {**described, **MAPPINGS[property.holds], "examples": list(property.examples)}
    if property.examples:
        described["examples"] = list(property.examples)
    if property.is_duration:
        number = _milliseconds(property)
        text: Schema = {"type": "string", "pattern": duration.PATTERN}
        return {**described, "anyOf": [text, number, QUOTED, *filled]}
    schema: Schema = {**msgspec.json.schema(property.kind), **described}
    if property.choices:
        schema["enum"] = list(property.choices)
    if property.excluded:
        low, high = property.excluded[0], property.excluded[-1]
        schema["not"] = {"minimum": low, "maximum": high}
    if isinstance(property.shape, IntType | FloatType):
        quoted = QUOTED_WHOLE if isinstance(property.shape, IntType) else QUOTED
        return {**described, "anyOf": [schema, quoted, *filled]}
    takes_all = isinstance(property.shape, StrType) and property.shape.pattern is None
    if takes_all or property.holds == "headers":
        return schema
    return {**described, "anyOf": [schema, *filled]} if fill else schema


def _milliseconds(property: Property) -> Schema:
    """Return the keywords for a duration without a unit."""
    assert isinstance(property.shape, FloatType)
    longest = property.shape.le or duration.LONGEST
    shortest = property.shape.ge or 0
    return {"type": "number", "minimum": shortest * 1000, "maximum": longest * 1000}


def _default(property: Property) -> Schema:
    """Return the keywords for a property's default, as a file would write it."""
    if property.default is None or property.holds != "value":
        return {}
    if property.is_duration and isinstance(property.default, float):
        return {"default": duration.written(property.default)}
    return {"default": property.default}


def _required(kind: type[Action]) -> bool:
    """Return whether a word has required properties."""
    return any(property.required for property in properties(kind)) or bool(alternatives(kind))


def _any_case(keys: Mapping[str, object]) -> Schema:
    """Return the keywords for keys that may be written in any letter case."""
    return {"patternProperties": {_letters(name): schema for name, schema in keys.items()}}


def _has(name: str) -> Schema:
    """Return the keywords for an object that has a key, in any letter case."""
    return {"not": {"propertyNames": {"not": {"pattern": _letters(name)}}}}


def _letters(name: str) -> str:
    return "^" + "".join(f"[{letter.upper()}{letter.lower()}]" for letter in name) + "$"
