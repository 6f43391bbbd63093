"""The reference is fresh; that of messages is true of what is on the wire, and a promise."""

import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgpack
import msgspec
import pytest

from scripts.reference_pages import asyncapi, schemas
from scripts.reference_pages.compatibility import broken_promises
from sipflow.protocol import replay, requests, topics, wire
from sipflow.protocol.events import AnyEvent
from tests.protocol.examples import ANSWERS, EVENTS, REQUESTS

CHECKOUT = Path(__file__).parent.parent
PAGE = CHECKOUT / "docs/messages.md"
DOCUMENT: dict[str, Any] = json.loads((CHECKOUT / "docs/asyncapi.json").read_text("utf-8"))
STALE = "{}: not what the types say any more; run scripts/reference"
ADVICE = "; raise WIRE_VERSION in sipflow/protocol/events.py, or take that back"

EVENT = EVENTS[0][0]
REPLAYS: tuple[replay.AnyAnswer, ...] = (
    replay.Runs(runs=(replay.KnownRun(run="a1", last=31, ended=True),), more=False),
    replay.Replay(run="a1", first=1, last=2, events=(msgspec.Raw(wire.encode(EVENT)),)),
    replay.Replay(run="a1", first=1, last=0),
)
PAUSES: tuple[requests.Request, ...] = (requests.PauseRun(run="a1"), requests.ResumeRun())
ALL = (*(event for event, _ in EVENTS), *REPLAYS, *REQUESTS, *PAUSES, *ANSWERS)


def reference(*arguments: str | Path) -> tuple[int, list[str]]:
    """Run the program that makes the reference; return its exit code and lines."""
    command = [sys.executable, "-m", "scripts.reference_pages", *map(str, arguments)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def on_the_wire(message: msgspec.Struct) -> dict[str, Any]:
    """Return what a program in another language reads."""
    read: dict[str, Any] = msgpack.unpackb(wire.encode(message))
    return read


def test_the_reference_is_fresh() -> None:
    assert reference("--check") == (0, [])


def test_it_is_written_and_what_is_stale_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    pages = ("docs/messages.md", "docs/asyncapi.json", "docs/words.md", "docs/problems.md")
    missing = [STALE.format(page) for page in pages]

    assert reference("--check", tmp_path) == (1, missing)
    assert reference(tmp_path) == (0, [])
    assert reference("--check", tmp_path) == (0, [])

    (tmp_path / "docs/messages.md").write_text("# Messages\n", encoding="utf-8")
    assert reference("--check", tmp_path) == (1, missing[:1])


def test_nothing_is_written_over_a_promise_that_the_types_break(tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "docs", tmp_path / "docs")
    published = copy.deepcopy(DOCUMENT)
    published["components"]["schemas"]["LegState"]["properties"]["old"] = {"type": "string"}
    (tmp_path / "docs/asyncapi.json").write_text(json.dumps(published), encoding="utf-8")

    assert reference(tmp_path) == (1, [f"leg-state: `old` is gone{ADVICE}"])
    assert json.loads((tmp_path / "docs/asyncapi.json").read_text("utf-8")) == published


def test_a_published_document_that_is_damaged_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/asyncapi.json").write_text("<<<<<<<", encoding="utf-8")

    damaged = "docs/asyncapi.json: no JSON; restore a committed one and run this again"
    assert reference(tmp_path) == (1, [damaged])


def keys_on_the_page(title: str) -> list[str]:
    """Return the keys that the tables directly under a heading of the page list."""
    _, _, rest = PAGE.read_text("utf-8").partition(f" {title}\n")
    return re.findall(r"^\| `(\w+)` \|", rest.partition("\n#")[0], re.MULTILINE)


@pytest.mark.parametrize(("event", "expected"), EVENTS)
def test_an_event_has_exactly_the_keys_that_the_page_lists(
    event: AnyEvent, expected: dict[str, object]
) -> None:
    listed = keys_on_the_page("Events") + keys_on_the_page(f"`{expected['type']}`")

    assert sorted(on_the_wire(event)) == sorted(listed)


def test_every_key_of_every_message_has_a_meaning() -> None:
    kinds = (*asyncapi.PUBLIC, *schemas.VERDICTS, *schemas.LOAD_RESULTS)
    without = [
        f"{name}.{key}"
        for name, schema in schemas.schemas(kinds).items()
        for key, value in schema.get("properties", {}).items()
        if not value.get("description")
    ]

    assert without == []


def test_every_link_of_the_page_leads_somewhere() -> None:
    text = PAGE.read_text("utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-").replace("`", "") for heading in headings}

    assert set(re.findall(r"\(#([^)]*)\)", text)) <= anchors
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("message", ALL, ids=lambda message: type(message).__name__)
def test_a_message_is_what_its_schema_says(message: msgspec.Struct) -> None:
    tag = str(message.__struct_config__.tag)
    payload = DOCUMENT["components"]["messages"][tag]["payload"]
    validator = jsonschema.Draft202012Validator({**payload, "components": DOCUMENT["components"]})

    read = on_the_wire(message)
    validator.validate(read)
    for key in DOCUMENT["components"]["schemas"][type(message).__name__]["required"]:
        assert not validator.is_valid({at: read[at] for at in read if at != key})


def test_each_public_message_has_an_example_here() -> None:
    assert set(DOCUMENT["components"]["messages"]) == {
        message.__struct_config__.tag for message in ALL
    }


def pointers(value: Any) -> list[str]:
    """Return every ``$ref`` that is anywhere in a value."""
    if isinstance(value, list):
        return [pointer for item in value for pointer in pointers(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if "$ref" in value else []
    return own + [pointer for item in value.values() for pointer in pointers(item)]


def follow(pointer: str) -> Any:
    """Return what a ``$ref`` points to."""
    value: Any = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        value = value[step]
    return value


def test_every_reference_of_the_document_leads_somewhere() -> None:
    found = pointers(DOCUMENT)

    assert len(found) > 50
    assert all(isinstance(follow(pointer), dict) for pointer in found)


@pytest.mark.parametrize("operation", sorted(DOCUMENT["operations"]))
def test_an_operation_uses_the_messages_of_its_channel(operation: str) -> None:
    spec = DOCUMENT["operations"][operation]

    assert spec["action"] in ("send", "receive")
    for use in (spec, *([spec["reply"]] if "reply" in spec else [])):
        channel = use["channel"]["$ref"]
        offered = [f"{channel}/messages/{tag}" for tag in follow(channel)["messages"]]
        assert [message["$ref"] for message in use["messages"]] == offered


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("events", topics.topic(EVENT)),
        ("replay", replay.request_topic("a1", 7, "x")),
    ],
)
def test_an_address_is_the_topic_that_is_used(channel: str, address: bytes) -> None:
    spec = DOCUMENT["channels"][channel]
    names = re.findall(r"{(\w+)}", spec["address"])
    pattern = re.sub(r"\\{\w+\\}", "([^./]*)", re.escape(spec["address"]))

    assert names == list(spec["parameters"])
    assert re.fullmatch(pattern, address.decode()) is not None


@pytest.mark.parametrize("server", sorted(DOCUMENT["servers"]))
def test_every_variable_of_a_server_is_explained(server: str) -> None:
    spec = DOCUMENT["servers"][server]
    used = re.findall(r"{(\w+)}", spec["host"] + spec.get("pathname", ""))

    assert used == list(spec["variables"])


def test_the_types_keep_what_the_document_has_promised() -> None:
    assert broken_promises(DOCUMENT, asyncapi.document()) == []


def demand(document: dict[str, Any], name: str, key: str) -> None:
    """Add a key without a default, or take the default from one."""
    schema = document["components"]["schemas"][name]
    schema["properties"].setdefault(key, {"type": "string"})
    schema["required"].append(key)


def forget(document: dict[str, Any], name: str, key: str) -> None:
    """Take a key away."""
    schema = document["components"]["schemas"][name]
    del schema["properties"][key]
    schema["required"] = [one for one in schema["required"] if one != key]


def rename(document: dict[str, Any], old: str, new: str) -> None:
    """Give a message another tag."""
    known = document["components"]["messages"]
    known[new] = known.pop(old)


def offer(document: dict[str, Any], name: str, key: str) -> None:
    """Add a key with a default."""
    schema = document["components"]["schemas"][name]
    schema["properties"][key] = {"type": "string", "default": ""}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda new: None, []),
        (lambda new: offer(new, "LegState", "codec"), []),
        (lambda new: demand(new, "LegState", "codec"), ["leg-state: `codec` has no default"]),
        (lambda new: demand(new, "LegState", "peer"), ["leg-state: `peer` has no default"]),
        (lambda new: forget(new, "ErrorRaised", "message"), ["error: `message` is gone"]),
        (lambda new: forget(new, "ErrorRaised", "code"), ["error: `code` is gone"]),
        (lambda new: demand(new, "Reason", "why"), ["Reason: `why` has no default"]),
        (lambda new: rename(new, "cleanup", "clean-up"), ["cleanup: is gone"]),
    ],
)
def test_what_breaks_old_readers_needs_a_new_wire_version(
    change: Callable[[dict[str, Any]], None], broken: list[str]
) -> None:
    new = copy.deepcopy(DOCUMENT)
    change(new)
    assert broken_promises(DOCUMENT, new) == [f"{line}{ADVICE}" for line in broken]

    new["info"]["x-wire-version"] += 1
    assert broken_promises(DOCUMENT, new) == []
