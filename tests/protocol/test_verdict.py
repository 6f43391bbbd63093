"""The verdict as ``--json`` prints it, to the key."""

import msgspec

from sipflow.protocol.events import RunReason
from sipflow.protocol.verdict import (
    COMPLETED,
    FAILED,
    INFRASTRUCTURE,
    NOT_STARTED,
    STOPPED,
    CleanUpVerdict,
    EventCount,
    InstanceVerdict,
    Verdict,
)


def test_a_verdict_has_the_published_keys_in_their_order() -> None:
    alice = InstanceVerdict(port=5060, pid=4711, exit="finished", nodes={"alice-1": "failed"})
    verdict = Verdict(
        run="r1",
        scenario="busy callee",
        verdict="failed",
        exit_code=FAILED,
        reason=RunReason(instance="alice", node="alice-1", code=486, message="Busy Here"),
        duration_s=0.41,
        instances={"alice": alice},
        cleanup=CleanUpVerdict(confirmed=True, calls_released=1),
        events=EventCount(received=31),
        file="busy.yaml",
    )

    assert msgspec.json.encode(verdict).decode() == (
        '{"run":"r1","scenario":"busy callee","verdict":"failed","exit_code":1,'
        '"reason":{"instance":"alice","node":"alice-1","code":486,"message":"Busy Here",'
        '"local":null},'
        '"duration_s":0.41,"instances":{"alice":{"port":5060,"pid":4711,"exit":"finished",'
        '"nodes":{"alice-1":"failed"}}},'
        '"cleanup":{"confirmed":true,"calls_released":1,"calls_left":0},'
        '"events":{"received":31,"lost":0,"recovered":0,"malformed":0},"file":"busy.yaml"}'
    )


def test_the_exit_codes_are_the_published_ones() -> None:
    assert (COMPLETED, FAILED, NOT_STARTED, INFRASTRUCTURE, STOPPED) == (0, 1, 2, 3, 130)
