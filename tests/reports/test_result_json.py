"""The verdict as a program reads it."""

import json

import pytest

from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import (
    CleanUpVerdict,
    EventCount,
    InstanceVerdict,
    NotStarted,
    Verdict,
    VerdictName,
)
from sipflow.reports.result_json import verdict_json, verdicts_json


def verdict(name: VerdictName, exit_code: int, reason: RunReason | None) -> Verdict:
    return Verdict(
        run="r1",
        scenario="busy callee",
        verdict=name,
        exit_code=exit_code,
        reason=reason,
        duration_s=0.41049,
        instances={
            "alice": InstanceVerdict(
                port=5060,
                pid=4711,
                exit="finished",
                nodes={"alice-1": "failed", "alice-2": "completed"},
            ),
            "bob": InstanceVerdict(port=None, pid=None, exit="none", nodes={}),
        },
        cleanup=CleanUpVerdict(confirmed=True, calls_released=1),
        events=EventCount(received=31),
    )


@pytest.mark.parametrize(
    ("name", "exit_code", "reason", "text"),
    [
        ("completed", 0, None, "null"),
        (
            "failed",
            1,
            RunReason(instance="alice", node="alice-1", code=486, message="Busy Here"),
            '{"instance":"alice","node":"alice-1","code":486,"message":"Busy Here","local":null}',
        ),
        (
            "failed",
            3,
            RunReason(message="no port is free"),
            '{"instance":null,"node":null,"code":null,"message":"no port is free",'
            '"local":"no port is free"}',
        ),
    ],
)
def test_the_verdict_is_one_object_on_one_line_with_its_keys_in_order(
    name: VerdictName, exit_code: int, reason: RunReason | None, text: str
) -> None:
    assert verdict_json(verdict(name, exit_code, reason)) == (
        '{"run":"r1","scenario":"busy callee",'
        f'"verdict":"{name}","exit_code":{exit_code},"reason":{text},"duration_s":0.41,'
        '"instances":{'
        '"alice":{"port":5060,"pid":4711,"exit":"finished",'
        '"nodes":{"alice-1":"failed","alice-2":"completed"}},'
        '"bob":{"port":null,"pid":null,"exit":"none","nodes":{}}},'
        '"cleanup":{"confirmed":true,"calls_released":1,"calls_left":0},'
        '"events":{"received":31,"lost":0,"recovered":0,"malformed":0},"file":""}'
    )


def test_several_are_one_array_on_one_line_with_files_that_were_not_run_in_their_place() -> None:
    unread = NotStarted(
        file="bad.yaml", reason=RunReason(message="1 problem"), problems=("bad.yaml:1:1: error: x",)
    )

    text = verdicts_json([verdict("completed", 0, None), unread, verdict("stopped", 130, None)])

    assert "\n" not in text
    first, second, third = json.loads(text)
    assert first == json.loads(verdict_json(verdict("completed", 0, None)))
    assert second == {
        "file": "bad.yaml",
        "reason": {
            "instance": None,
            "node": None,
            "code": None,
            "message": "1 problem",
            "local": "1 problem",
        },
        "problems": ["bad.yaml:1:1: error: x"],
        "verdict": None,
        "exit_code": 2,
    }
    assert third["verdict"] == "stopped"
    assert third["duration_s"] == 0.41


def test_an_array_may_be_empty() -> None:
    assert verdicts_json([]) == "[]"
