"""One message of every kind of every conversation, for the tests of the wire."""

from sipflow.protocol import control, launch, requests
from sipflow.protocol.events import (
    ActionLog,
    AnyEvent,
    CleanUpState,
    ErrorRaised,
    Latency,
    LegState,
    LoadNumbers,
    LoadState,
    MediaReport,
    MediaState,
    NodeState,
    Reason,
    Refusal,
    RunCounts,
    RunFailed,
    RunReason,
    ScenarioState,
)
from sipflow.protocol.plan import InstancePlan, MediaPorts
from sipflow.protocol.run_metrics import CallFigures, MediaCheck, RunFigures
from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import (
    Answer,
    AttendedTransfer,
    BlindTransfer,
    Connected,
    Disconnected,
    Held,
    Hold,
    Incoming,
    MakeCall,
    Message,
    MuteTransfer,
    NodeAction,
    Place,
    Register,
    Registered,
    Release,
    Response,
    Retrieve,
    Retrieved,
    Ringing,
    SendMessage,
    Timeout,
    Transferred,
    Unregister,
)
from sipflow.scenario.model.graph import Node

PLACE = Place(file="call.yaml", line=5, column=7)
ACTIONS: tuple[NodeAction, ...] = (
    MakeCall(to="200", until="ringing"),
    Answer(),
    Response(code=486, reason="Gone fishing"),
    Response(code=302, contact="300", headers={"X-Why": "moved"}),
    SendMessage(to="200", body="hello"),
    Message(sender="200", contains="hello"),
    Release(leg="primary"),
    BlindTransfer(user="300", host="127.0.0.1:5064", expect="accepted"),
    AttendedTransfer(primary="primary", consult="second"),
    MuteTransfer(),
    Incoming(ring=False, timeout=5.0),
    Hold(),
    Retrieve(),
    Ringing(),
    Connected(),
    Disconnected(),
    Transferred(leg="primary"),
    Held(),
    Retrieved(),
    Timeout(timeout=0.5),
    Register(registrar="127.0.0.1:5080", expires=60.0),
    Unregister(),
    Registered(),
)
PLAN = InstancePlan(
    run="r1",
    instance="alice",
    name="Alice",
    number="100",
    host="127.0.0.1",
    port=5060,
    media_ports=MediaPorts(first=10_000, count=16),
    starts=("alice-0",),
    nodes=tuple(
        Node(id=f"alice-{number}", instance="alice", action=action, place=PLACE, success="x")
        for number, action in enumerate(ACTIONS)
    ),
    peers={"200": "sip:200@127.0.0.1:5062"},
    account=Account(registrar="127.0.0.1:5080", password="secret", register=True),
)

# Each kind of event, and what a subscriber in another language finds in its map.
EVENTS: tuple[tuple[AnyEvent, dict[str, object]], ...] = (
    (
        ScenarioState(
            run="r1", instance="-", seq=1, ts=1.5, cause="start", g=1,
            scenario="busy callee", previous=None, new="running",
        ),
        {
            "type": "scenario-state", "run": "r1", "instance": "-", "seq": 1, "ts": 1.5,
            "cause": "start", "g": 1, "v": 1, "scenario": "busy callee", "previous": None,
            "new": "running", "reason": None,
        },
    ),
    (
        ScenarioState(
            run="r1", instance="-", seq=2, ts=2.5, cause="verdict", g=9,
            scenario="busy callee", previous="running", new="failed",
            reason=RunReason(instance="alice", node="alice-1", code=486, message="Busy Here"),
        ),
        {
            "type": "scenario-state", "run": "r1", "instance": "-", "seq": 2, "ts": 2.5,
            "cause": "verdict", "g": 9, "v": 1, "scenario": "busy callee", "previous": "running",
            "new": "failed",
            "reason": {
                "instance": "alice", "node": "alice-1", "code": 486, "message": "Busy Here",
                "local": None,
            },
        },
    ),
    (
        NodeState(
            run="r1", instance="alice", seq=3, ts=1.5, cause="486 received",
            node="alice-1", previous="running", new="failed",
            reason=Reason(code=486, message="Busy Here"),
        ),
        {
            "type": "node-state", "run": "r1", "instance": "alice", "seq": 3, "ts": 1.5,
            "cause": "486 received", "g": 0, "v": 1, "node": "alice-1", "previous": "running",
            "new": "failed", "reason": {"code": 486, "message": "Busy Here", "local": None},
        },
    ),
    (
        ActionLog(
            run="r1", instance="alice", seq=4, ts=1.5, cause="MakeCall",
            message="MakeCall to sip:200@127.0.0.1:5062", node="alice-1", leg="call-1",
        ),
        {
            "type": "action-log", "run": "r1", "instance": "alice", "seq": 4, "ts": 1.5,
            "cause": "MakeCall", "g": 0, "v": 1, "message": "MakeCall to sip:200@127.0.0.1:5062",
            "level": "info", "node": "alice-1", "leg": "call-1",
        },
    ),
    (
        ErrorRaised(
            run="r1", instance="alice", seq=5, ts=1.5, cause="486 received",
            message="Busy Here", node="alice-1", code=486,
        ),
        {
            "type": "error", "run": "r1", "instance": "alice", "seq": 5, "ts": 1.5,
            "cause": "486 received", "g": 0, "v": 1, "message": "Busy Here", "node": "alice-1",
            "code": 486, "local": None,
        },
    ),
    (
        LegState(
            run="r1", instance="alice", seq=6, ts=1.5, cause="180 seen", leg="call-1",
            new="early", previous="proceeding", code=180, message="Ringing",
            peer="sip:200@127.0.0.1:5062",
        ),
        {
            "type": "leg-state", "run": "r1", "instance": "alice", "seq": 6, "ts": 1.5,
            "cause": "180 seen", "g": 0, "v": 1, "leg": "call-1", "new": "early",
            "previous": "proceeding", "code": 180, "message": "Ringing", "local": None,
            "peer": "sip:200@127.0.0.1:5062", "direction": None, "codec": None,
        },
    ),
    (
        LegState(
            run="r1", instance="alice", seq=7, ts=1.5, cause="ACK seen", leg="call-1",
            new="confirmed", previous="early", code=200, message="OK",
            direction="sendrecv", codec="PCMA/8000",
        ),
        {
            "type": "leg-state", "run": "r1", "instance": "alice", "seq": 7, "ts": 1.5,
            "cause": "ACK seen", "g": 0, "v": 1, "leg": "call-1", "new": "confirmed",
            "previous": "early", "code": 200, "message": "OK", "local": None, "peer": "",
            "direction": "sendrecv", "codec": "PCMA/8000",
        },
    ),
    (
        MediaState(
            run="r1", instance="bob", seq=8, ts=1.5, cause="offer received", leg="call-1",
            direction="recvonly", by="remote", held=True, codec="PCMA/8000",
        ),
        {
            "type": "media-state", "run": "r1", "instance": "bob", "seq": 8, "ts": 1.5,
            "cause": "offer received", "g": 0, "v": 1, "leg": "call-1",
            "direction": "recvonly", "by": "remote", "held": True, "codec": "PCMA/8000",
        },
    ),
    (
        MediaReport(
            run="r1", instance="bob", seq=7, ts=1.5, cause="CheckMedia", node="bob-3",
            leg="call-1", window=2.0, packets=90, lost=10, loss=10.0, jitter_ms=0.5,
            delay_ms=40.0, mos=3.41, codec="PCMU", direction="sendrecv", level_dbov=-11.5,
            tone_hz=1000.0,
        ),
        {
            "type": "media-figures", "run": "r1", "instance": "bob", "seq": 7, "ts": 1.5,
            "cause": "CheckMedia", "g": 0, "v": 1, "node": "bob-3", "leg": "call-1",
            "window": 2.0, "packets": 90, "lost": 10, "loss": 10.0, "discarded": 0,
            "duplicated": 0, "jitter_ms": 0.5, "delay_ms": 40.0, "mos": 3.41, "codec": "PCMU",
            "direction": "sendrecv", "level_dbov": -11.5, "tone_hz": 1000.0,
        },
    ),
    (
        Refusal(
            run="r1", instance="bob", seq=8, ts=1.5, cause="INVITE received",
            peer="127.0.0.1:5070", method="INVITE", code=420, message="it requires foo",
        ),
        {
            "type": "refused", "run": "r1", "instance": "bob", "seq": 8, "ts": 1.5,
            "cause": "INVITE received", "g": 0, "v": 1, "peer": "127.0.0.1:5070",
            "method": "INVITE", "code": 420, "message": "it requires foo",
        },
    ),
    (
        CleanUpState(
            run="r1", instance="-", seq=7, ts=1.5, cause="abort", g=8,
            phase="finished", calls_released=2, calls_left=1,
        ),
        {
            "type": "cleanup", "run": "r1", "instance": "-", "seq": 7, "ts": 1.5,
            "cause": "abort", "g": 8, "v": 1, "phase": "finished", "calls_released": 2,
            "calls_left": 1,
        },
    ),
    (
        LoadState(
            run="r1", instance="-", seq=8, ts=1.5, cause="rate", g=9, scenario="call",
            previous="running", new="running", rate=50.0, message="from 20/s",
        ),
        {
            "type": "load-state", "run": "r1", "instance": "-", "seq": 8, "ts": 1.5,
            "cause": "rate", "g": 9, "v": 1, "scenario": "call", "previous": "running",
            "new": "running", "rate": 50.0, "message": "from 20/s",
        },
    ),
    (
        RunFailed(
            run="r1", instance="-", seq=9, ts=1.5, cause="run ended", g=10, number=17, of="r1-17",
            reason=RunReason(instance="bob", node="bob-2", code=408, message="no ACK"),
            example=True,
        ),
        {
            "type": "load-failure", "run": "r1", "instance": "-", "seq": 9, "ts": 1.5,
            "cause": "run ended", "g": 10, "v": 1, "number": 17, "of": "r1-17",
            "reason": {
                "instance": "bob", "node": "bob-2", "code": 408, "message": "no ACK", "local": None,
            },
            "example": True,
        },
    ),
    (
        LoadNumbers(
            run="r1", instance="-", seq=10, ts=1.5, cause="second", g=11, second=3,
            runs=RunCounts(started=50, completed=49, failed=1),
            total=RunCounts(started=150, completed=147, failed=3, late=2),
            asked=50.0, in_flight=4, workers=8,
            latency_ms={"srd": Latency(
                count=1, min=1.5, mean=1.5, p50=1.5, p90=1.5, p95=1.5, p99=1.5, p99_9=1.5, max=1.5
            )},
            total_ms={"rrd": Latency()},
        ),
        {
            "type": "load-numbers", "run": "r1", "instance": "-", "seq": 10, "ts": 1.5,
            "cause": "second", "g": 11, "v": 1, "second": 3,
            "runs": {"started": 50, "completed": 49, "failed": 1, "stopped": 0, "late": 0},
            "total": {"started": 150, "completed": 147, "failed": 3, "stopped": 0, "late": 2},
            "asked": 50.0, "in_flight": 4, "workers": 8,
            "latency_ms": {"srd": {
                "count": 1, "min": 1.5, "mean": 1.5, "p50": 1.5, "p90": 1.5, "p95": 1.5,
                "p99": 1.5, "p99.9": 1.5, "max": 1.5,
            }},
            "total_ms": {"rrd": {
                "count": 0, "min": None, "mean": None, "p50": None, "p90": None, "p95": None,
                "p99": None, "p99.9": None, "max": None,
            }},
        },
    ),
)  # fmt: skip
TO_WORKER: tuple[control.ToWorker, ...] = (
    control.Assign(plan=PLAN, journal="/j", log="/l"),
    control.Register(),
    control.Go(),
    control.Pause(),
    control.Resume(),
    control.Halt(cause="stop"),
    control.CleanUp(limit=2.5, dead=("127.0.0.1:5062",)),
    control.Flush(),
    control.Quit(),
    control.JoinLoad(plan=PLAN, recorder="/r", log="/l", load_socket="/a", hello="k:w1"),
    control.Begin(number=17, run="l1-17", variables={"x": "1"}),
)
TO_COORDINATOR: tuple[control.ToCoordinator, ...] = (
    control.Hello(pid=4711),
    control.Beat(),
    control.Ready(),
    control.Paused(last_seq=3),
    control.Registered(number=17),
    control.Refused(detail="no SIP endpoint on 127.0.0.1:5060"),
    control.ChainFinished(),
    control.ChainFailed(node="alice-1", code=486, detail="Busy Here"),
    control.Halted(),
    control.CleanedUp(released=1, left=("call-1",), registrations=("sip:127.0.0.1:5080",)),
    control.EventsFinished(last_seq=31),
    control.WalkFinished(
        number=17,
        idle=True,
        failure=control.ChainFailed(node="alice-1", code=486, detail="Busy Here"),
        figures=RunFigures(calls=(CallFigures(outgoing=True, code=486, srd=2000),)),
    ),
    control.CleanUpFinished(
        number=17, released=1, left=("call-1",), figures=RunFigures(media=(MediaCheck(packets=9),))
    ),
)
TO_FORK_SERVER: tuple[launch.ToForkServer, ...] = (
    launch.Launch(worker="alice", key="k", control="ipc:///run/c", events="ipc:///run/e", log="/l"),
    launch.Signal(worker="alice", signal=9),
)
FROM_FORK_SERVER: tuple[launch.FromForkServer, ...] = (
    launch.Launched(worker="alice", pid=4711),
    launch.Ended(worker="alice", exit_code=-9),
)
REQUESTS: tuple[requests.Request, ...] = (
    requests.StopRun(),
    requests.AskStatus(),
    requests.ChangeRate(rate=50.0),
)
ANSWERS: tuple[requests.Answer, ...] = (
    requests.Accepted(),
    requests.Denied(detail="the run is over"),
    requests.Status(run="r1", scenario="call", pid=4711, events="tcp://x:1", state="running"),
    requests.Status(
        run="l1", scenario="call", pid=4711, events="tcp://x:1", state="paused",
        load=requests.LoadStatus(runs=RunCounts(started=9), in_flight=9, workers=8, rate=50.0),
    ),
)  # fmt: skip
