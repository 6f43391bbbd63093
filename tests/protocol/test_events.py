"""Events: what their keys are, which are optional, and that their names never change."""

from typing import get_args

import msgspec
import pytest
from msgspec.structs import fields

from sipflow.protocol.events import WIRE_VERSION, AnyEvent, Event, NodeState, Reason, RunReason
from sipflow.scenario.model.graph import COORDINATOR

COMMON = ["run", "instance", "seq", "ts", "cause", "g", "v"]
FIELDS = {
    "scenario-state": ["scenario", "previous", "new", "reason"],
    "node-state": ["node", "previous", "new", "reason"],
    "action-log": ["message", "level", "node", "leg"],
    "error": ["message", "node", "code", "local"],
    "leg-state": [
        "leg",
        "new",
        "previous",
        "code",
        "message",
        "local",
        "peer",
        "direction",
        "codec",
    ],
    "media-state": ["leg", "direction", "by", "held", "codec"],
    "media-figures": [
        "node",
        "leg",
        "window",
        "packets",
        "lost",
        "loss",
        "discarded",
        "duplicated",
        "jitter_ms",
        "delay_ms",
        "mos",
        "codec",
        "direction",
        "level_dbov",
        "tone_hz",
    ],
    "refused": ["peer", "method", "code", "message"],
    "cleanup": ["phase", "calls_released", "calls_left"],
    "load-state": ["scenario", "previous", "new", "rate", "message"],
    "load-failure": ["number", "of", "reason", "example"],
    "load-numbers": [
        "second",
        "runs",
        "total",
        "asked",
        "in_flight",
        "workers",
        "latency_ms",
        "total_ms",
    ],
}
KINDS: dict[str, type[Event]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyEvent)
}


def test_these_are_the_kinds_of_events() -> None:
    assert sorted(KINDS) == sorted(FIELDS)
    assert (WIRE_VERSION, COORDINATOR) == (1, "-")


def test_an_event_knows_its_type_by_the_name_that_it_has_on_the_wire() -> None:
    event = NodeState(
        run="r", instance="bob", seq=1, ts=1.0, cause="go", node="n", previous="pending",
        new="running",
    )  # fmt: skip
    assert event.type == "node-state"
    assert msgspec.to_builtins(event)["type"] == event.type


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_every_event_says_run_instance_seq_time_and_cause(kind: str) -> None:
    names = [field.name for field in fields(KINDS[kind])]

    assert set(names) == {*COMMON, *FIELDS[kind]}


def test_an_event_is_never_changed() -> None:
    event = KINDS["action-log"](run="r1", instance="a", seq=1, ts=0.0, cause="go", message="x")  # type: ignore[call-arg]

    with pytest.raises(AttributeError):
        event.seq = 2  # type: ignore[misc]


def test_a_reason_says_as_much_as_is_known() -> None:
    assert msgspec.to_builtins(Reason()) == {"code": None, "message": "", "local": None}
    assert msgspec.to_builtins(RunReason()) == {
        "instance": None, "node": None, "code": None, "message": "", "local": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "message", "local", "said"),
    [
        (486, "Busy Here", None, None),
        (401, "Unauthorized", "the password is wrong", "the password is wrong"),
        (None, "no answer within 2 s", None, "no answer within 2 s"),
        (None, "not sent", "Invalid argument", "Invalid argument"),
        (None, "", None, None),
    ],
)
def test_where_no_code_was_on_the_wire_the_local_cause_is_there(
    code: int | None, message: str, local: str | None, said: str | None
) -> None:
    for kind in (Reason, RunReason):
        reason = kind(code=code, message=message, local=local)

        assert reason.local == said
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(reason), type=kind) == reason
