"""The parts of the JSON Schema of scenario files that do not depend on the vocabulary."""

from sipflow.scenario.checks.condition import MOST_ENTRIES
from sipflow.scenario.model.causes import PATTERN as CAUSE_PATTERN
from sipflow.scenario.model.properties import ON_REFER
from sipflow.scenario.values import LONGEST_NAME
from sipflow.scenario.variables.template import NAME_PATTERN, RESERVED
from sipflow.sip.codecs import DEFAULT_CODECS, encoding, names

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": r"\S"}
QUOTED_WHOLE: Schema = {
    "type": "string",
    "pattern": "^-?[0-9]+$",
    "description": "the number in quotes",
}
QUOTED: Schema = {**QUOTED_WHOLE, "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
NUMBER: Schema = {
    "type": "string",
    "pattern": r"^[A-Za-z0-9_.!~*'()&=+$,;?/-]+$|\$\{",
    "maxLength": LONGEST_NAME,
    "description": "the number at which the instance is called, in quotes",
    "examples": ["100"],
}
FILLED: Schema = {
    "type": "string",
    "pattern": r"\$\{",
    "description": "a text with variables, ${name}",
}
VARIABLES: Schema = {
    "description": "values for ${name} in the steps; one without a value is given with --set",
    "type": ["object", "null"],
    "propertyNames": {"pattern": NAME_PATTERN, "not": {"enum": list(RESERVED)}},
    "additionalProperties": {"type": ["string", "integer", "boolean", "null"]},
}
WHAT = (
    r"^(code|reason|method|uri|body|sdp\.[a-z]|header\.[A-Za-z0-9!%*_+`'~-]+"
    r"(\.[A-Za-z0-9!%*_+`'~-]+)?)$"
)
MAPPINGS: dict[str, Schema] = {
    "conditions": {
        "type": "object",
        "maxProperties": MOST_ENTRIES,
        "propertyNames": {"pattern": WHAT},
        "additionalProperties": {
            "anyOf": [
                {
                    "type": "string",
                    "pattern": r"^(==|!=|<|>|(contains|starts|ends|matches|in)\s"
                    r"|(present|absent|[0-9]+)$)|\$\{",
                },
                {"type": "integer"},
            ]
        },
    },
    "captures": {
        "type": "object",
        "maxProperties": MOST_ENTRIES,
        "propertyNames": {"pattern": NAME_PATTERN, "not": {"enum": list(RESERVED)}},
        "additionalProperties": {"type": "string", "pattern": WHAT},
    },
}
REGISTER: Schema = {
    "type": "boolean",
    "description": "whether the instance registers by itself, before any instance takes its first "
    "step; without a registrar nothing happens",
    "default": False,
}
REFERRING: Schema = {
    "enum": list(ON_REFER),
    "description": "whether the instance follows a REFER or refuses it with 603",
    "default": ON_REFER[0],
}
BRANCH: Schema = {"minItems": 1, "$ref": "#/$defs/steps"}
ON_FAILURE: Schema = {
    "description": "the steps to take if this one fails, or those for each cause: a status code, a "
    "class of them, `timeout` or `else`",
    "anyOf": [
        BRANCH,
        {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": CAUSE_PATTERN},
            "additionalProperties": BRANCH,
        },
    ],
}
EDGE_DATA: Schema = {
    "properties": {
        "branchType": {"description": '"failure" makes it a failure edge, too'},
        "condition": {
            "description": "the cause of a failure edge: a status code, a class of them (4xx), "
            "timeout or else; without it, all causes without a failure edge of their own"
        },
    }
}
CODECS: Schema = {
    "type": "array",
    "items": {"enum": list(names())},
    "minItems": 1,
    "uniqueItems": True,
    "description": "the codecs of the instance, in order of preference",
    "default": [encoding(codec) for codec in DEFAULT_CODECS],
}
