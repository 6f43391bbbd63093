"""The messages as an AsyncAPI 3.0 document, seen from a program that talks to sipflow."""

import json
from collections.abc import Iterable

import sipflow
from scripts.reference_pages.compatibility import WIRE_VERSION_KEY
from scripts.reference_pages.schemas import (
    ANSWERS,
    EVENTS,
    REPLAYS,
    REQUESTS,
    Kind,
    Schema,
    reference,
    schemas,
    tag,
)
from sipflow.protocol.events import WIRE_VERSION

CONTENT_TYPE = "application/msgpack"
PUBLIC = (*EVENTS, *REPLAYS, *REQUESTS, *ANSWERS)
RUN = {"description": "the run's id, hexadecimal", "location": "$message.payload#/run"}


def text() -> str:
    """Return the document as a file."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def document() -> Schema:
    """Return the document."""
    return {
        "asyncapi": "3.0.0",
        "info": info(),
        "defaultContentType": CONTENT_TYPE,
        "servers": servers(),
        "channels": channels(),
        "operations": operations(),
        "components": {
            "messages": {tag(kind): message(kind) for kind in PUBLIC},
            "schemas": schemas(PUBLIC),
        },
    }


def info() -> Schema:
    """Return what the document is about."""
    return {
        "title": "sipflow, for a program that follows and steers runs",
        "version": sipflow.__version__,
        "description": "Every event of a run over ZeroMQ PUB/SUB, a replay of those that were "
        "missed, and requests to the coordinator over REQ/REP. Each message is one msgpack map. "
        "Readers ignore keys and skip types that they do not know.",
        "license": {
            "name": "GPL-2.0-or-later",
            "url": "https://spdx.org/licenses/GPL-2.0-or-later.html",
        },
        WIRE_VERSION_KEY: WIRE_VERSION,
    }


def servers() -> Schema:
    """Return the two endpoints of a coordinator."""
    return {
        "events": {
            "host": "127.0.0.1:{port}",
            "protocol": "zmq",
            "description": "tcp. A SUB socket connects; each message has two frames, the topic "
            "and the map. `start --events` names the endpoint, and `start` prints it.",
            "variables": {
                "port": {
                    "description": "the port of the endpoint; a free one if none was asked for",
                    "examples": ["7000"],
                }
            },
        },
        "requests": {
            "host": "localhost",
            "pathname": "{directory}/requests",
            "protocol": "zmq",
            "description": "ipc, a Unix socket that only the same user can open. A REQ socket "
            "connects; each message has one frame.",
            "variables": {
                "directory": {
                    "description": "the directory that has the run's id for a name, below "
                    "`$XDG_RUNTIME_DIR/sipflow`, or below `/tmp/sipflow-<uid>` where there is no "
                    "such",
                }
            },
        },
    }


def channels() -> Schema:
    """Return what is sent where."""
    return {
        "events": {
            "address": "{run}.{instance}.{type}",
            "description": "The address is the topic: a prefix of it selects a run, an instance "
            "of it, or one of its types.",
            "servers": [{"$ref": "#/servers/events"}],
            "parameters": {
                "run": RUN,
                "instance": {
                    "description": "the instance's id in the scenario file, each dot in it "
                    "written `_`; `-` for the coordinator"
                },
                "type": {
                    "description": "the type of the event",
                    "enum": [tag(kind) for kind in EVENTS],
                    "location": "$message.payload#/type",
                },
            },
            "messages": messages(EVENTS),
        },
        "replay": {
            "address": "replay/{run}/{g}/{nonce}",
            "description": "To subscribe to such a topic is to ask; one message with this very "
            "topic answers. Who gets none within a second asks again.",
            "servers": [{"$ref": "#/servers/events"}],
            "parameters": {
                "run": {"description": "the run's id; empty to be told which runs there are"},
                "g": {"description": "the number of the first event that is wanted"},
                "nonce": {
                    "description": "up to 64 characters, no slash, not used yet by this subscriber"
                },
            },
            "messages": messages(REPLAYS),
        },
        "requests": {
            "address": None,
            "servers": [{"$ref": "#/servers/requests"}],
            "messages": messages(REQUESTS),
        },
        "answers": {
            "address": None,
            "servers": [{"$ref": "#/servers/requests"}],
            "messages": messages(ANSWERS),
        },
    }


def operations() -> Schema:
    """Return what the program can do."""
    return {
        "receiveEvents": {
            "action": "receive",
            "summary": "Follow a run.",
            **use("events", EVENTS),
        },
        "receiveReplay": {
            "action": "receive",
            "summary": "Ask for events that were missed.",
            **use("replay", REPLAYS),
        },
        "request": {
            "action": "send",
            "summary": "Stop, pause, resume a run, or ask how it stands.",
            **use("requests", REQUESTS),
            "reply": use("answers", ANSWERS),
        },
    }


def use(channel: str, kinds: Iterable[Kind]) -> Schema:
    """Return the use of all messages of a channel."""
    return {
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{tag(kind)}"} for kind in kinds],
    }


def messages(kinds: Iterable[Kind]) -> Schema:
    """Return the messages of a channel, by their tags."""
    return {tag(kind): {"$ref": f"#/components/messages/{tag(kind)}"} for kind in kinds}


def message(kind: Kind) -> Schema:
    """Return one message."""
    schema = schemas([kind])[kind.__name__]
    return {
        "name": tag(kind),
        "title": kind.__name__,
        "summary": schema["description"].split("\n\n")[0],
        "contentType": CONTENT_TYPE,
        "payload": reference(kind.__name__),
    }
