"""One process of the bare loop: an endpoint of the stack and as little Python as will make calls.

It is the limit of what any program in Python can do on this stack, so it has nothing but the calls.
Set up as sipflow's workers are: no threads, no sound device, the same codecs and media settings.
"""

import math
import os
import resource
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import pjsua2 as pj

from sipflow.sip.codecs import DEFAULT_CODECS
from sipflow.worker.ua.pjsua.stack.codecs import switch_on
from sipflow.worker.ua.pjsua.stack.sound_device import turn_bridge

HOST = "127.0.0.1"
# An endpoint refuses or aborts beyond some 50 short calls a second: its media sockets are closed
# half a second late. A caller that is behind catches up no faster than this.
SHORTEST_GAP = 1 / 47
# After the last call is due: how long calls may still go on.
GRACE = 2.0
RINGING, OK = 180, 200
MEDIA_PORTS = 80
# The conference bridge has 254 places, and gives those of ended calls back only at its next turn,
# which no clock makes without a sound device.
CALLS_A_TURN = 50


@dataclass(frozen=True)
class Place:
    """Where a process listens, and whom it calls (None: it waits for calls)."""

    port: int
    media_port: int
    calls: int | None


@dataclass(frozen=True)
class Go:
    """When calls are made: from a moment of the monotonic clock, that long, so many a second."""

    begin: float
    seconds: float
    rate: float


@dataclass
class Tally:
    """What one process did; calls that were due and never begun are ``unmade``."""

    begun: int = 0
    completed: int = 0
    failed: int = 0
    unmade: int = 0
    with_media: bool = False
    last_end: float = 0.0
    cpu: float = 0.0


class Call(pj.Call):
    """One call: a caller's ends as soon as it is confirmed."""

    def __init__(self, agent: "Agent", slot: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(agent.account, slot)
        self._agent = agent
        self._calls = slot == pj.PJSUA_INVALID_ID

    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._agent.ended(self, info.lastStatusCode == OK)
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._agent.look_at_media(info)
            if self._calls:
                self.sendRequest(self._agent.bye)


class Account(pj.Account):
    """Answers each INVITE with 180 and 200."""

    agent: "Agent"

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        self.agent.incoming(prm.callId)


class Agent:
    """An endpoint with its calls and its tally."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.tally = Tally()
        self._calls: list[Call] = []
        self._over: list[Call] = []
        self._endpoint = pj.Endpoint()
        self.bye = pj.CallSendRequestParam()
        self.bye.method = "BYE"
        self._ringing, self._answer = pj.CallOpParam(), pj.CallOpParam()
        self._ringing.statusCode, self._answer.statusCode = RINGING, OK
        self._invite = pj.CallOpParam(True)
        self._open()

    def _open(self) -> None:
        endpoint, place = self._endpoint, self._place
        endpoint.libCreate()
        endpoint.libInit(endpoint_config())
        transport = pj.TransportConfig()
        transport.boundAddress, transport.port = HOST, place.port
        endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        endpoint.audDevManager().setNoDev()
        endpoint.libStart()
        switch_on(endpoint, DEFAULT_CODECS)
        self.account = Account()
        self.account.agent = self
        self.account.create(account_config(place))

    def work(self, go: Go) -> None:
        """Make or take calls as long as it goes."""
        before = cpu_seconds()
        if self._place.calls is None:
            self._take(go)
        else:
            self._make(go, f"sip:callee@{HOST}:{self._place.calls}")
        self.tally.cpu = cpu_seconds() - before
        self.tally.failed += len(self._calls)

    def _take(self, go: Go) -> None:
        end = go.begin + go.seconds + GRACE
        while (left := end - time.monotonic()) > 0:
            self._poll(min(left, 0.5))

    def _make(self, go: Go, target: str) -> None:
        due = allowed = go.begin
        gap, end = 1 / go.rate, go.begin + go.seconds
        while due < end:
            now = time.monotonic()
            if now >= end:
                self.tally.unmade = round((end - due) / gap)
                break
            if not self._calls and now >= due and now >= allowed:
                self._call(target)
                due, allowed = due + gap, now + SHORTEST_GAP
            wait = 0.5 if self._calls else max(due, allowed) - time.monotonic()
            self._poll(max(0.0, min(wait, end - now)))
        while self._calls and time.monotonic() < end + GRACE:
            self._poll(0.1)

    def _poll(self, seconds: float) -> None:
        self._endpoint.libHandleEvents(math.ceil(seconds * 1000))
        if self._over:
            self._over.clear()
            if self.tally.begun % CALLS_A_TURN == 0:
                turn_bridge()

    def _call(self, target: str) -> None:
        call = Call(self)
        self.tally.begun += 1
        try:
            call.makeCall(target, self._invite)
        except pj.Error:
            self.tally.failed += 1
            _unborn.append(call)
        else:
            self._calls.append(call)

    def incoming(self, slot: int) -> None:
        """Ring and answer."""
        call = Call(self, slot)
        self.tally.begun += 1
        self._calls.append(call)
        call.answer(self._ringing)
        call.answer(self._answer)

    def look_at_media(self, info: pj.CallInfo) -> None:
        """Note once that SDP was negotiated and that there is a stream with its sockets."""
        if not self.tally.with_media:
            self.tally.with_media = info.media[0].status == pj.PJSUA_CALL_MEDIA_ACTIVE

    def ended(self, call: Call, well: bool) -> None:
        """Count a call; it is destroyed later, as this is one of its own callbacks."""
        self._calls.remove(call)
        self._over.append(call)
        self.tally.completed += well
        self.tally.failed += not well
        self.tally.last_end = time.monotonic()


# The destructor of a call that never got its id ends the process: such calls are kept for ever.
_unborn: list[Call] = []


def endpoint_config() -> pj.EpConfig:
    """Return the settings of an endpoint without threads."""
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.maxCalls = 4
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.logConfig.msgLogging = 0
    config.medConfig.hasIoqueue = False
    config.medConfig.threadCnt = 0
    config.medConfig.clockRate = 8000
    config.medConfig.noVad = True
    return config


def account_config(place: Place) -> pj.AccountConfig:
    """Return the account and its media ports."""
    config = pj.AccountConfig()
    config.idUri = f"sip:bench@{HOST}:{place.port}"
    config.natConfig.sipOutboundUse = 0
    media = config.mediaConfig.transportConfig
    media.boundAddress, media.port, media.portRange = HOST, place.media_port, MEDIA_PORTS
    return config


def cpu_seconds() -> float:
    """Return the processor time of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def be(place: Place, connection: Connection) -> None:
    """Be a process of the bare loop: say ready, wait for the go, work, tell the tally, end."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # the stack prints before it has been told not to
        os.dup2(nowhere, descriptor)
    agent = Agent(place)
    connection.send("ready")
    agent.work(connection.recv())
    connection.send(agent.tally)
    os._exit(0)  # the stack's own end takes a second, and aborts on any object that is left
