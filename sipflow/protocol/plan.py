"""One instance's part of a run: what the coordinator hands to the worker that plays it."""

from msgspec import Struct

from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import Registered
from sipflow.scenario.model.graph import Node
from sipflow.scenario.model.properties import OnRefer
from sipflow.scenario.model.signalling import Signalling
from sipflow.sip.codecs import DEFAULT_CODECS, Codecs


class MediaPorts(Struct, frozen=True, kw_only=True):
    """The UDP ports that an instance's RTP and RTCP may use: ``count`` of them from ``first``."""

    first: int
    count: int


class InstancePlan(Struct, frozen=True, kw_only=True):
    """Everything that a worker needs to play one instance of one run.

    ``peers`` maps every number and name of the scenario to the SIP URI that reaches it. ``tcp``
    says whether the endpoint listens on TCP as well: it cannot call anybody by TCP otherwise.
    ``variables`` has the values of those that its nodes use and that are known by now;
    ``messages``: whether any of its nodes looks into the messages that are received. ``secrets``:
    values of the environment, by name, that are never shown: another instance's may come in.
    """

    run: str
    instance: str
    name: str
    number: str
    host: str
    port: int
    media_ports: MediaPorts
    starts: tuple[str, ...]
    nodes: tuple[Node, ...]
    peers: dict[str, str]
    on_refer: OnRefer = "follow"
    signalling: Signalling = Signalling()
    tcp: bool = False
    variables: dict[str, str] = {}
    messages: bool = False
    codecs: Codecs = DEFAULT_CODECS
    account: Account | None = None
    secrets: dict[str, str] = {}

    @property
    def registers_first(self) -> bool:
        """Whether the run waits for its registration before any instance takes its first step.

        One with a ``REGISTERED`` node is left to that node.
        """
        account = self.account
        if account is None or account.registrar is None or not account.register:
            return False
        return not any(isinstance(node.action, Registered) for node in self.nodes)


class Ports(Struct, frozen=True):
    """What one instance may bind: its SIP port and its range for RTP and RTCP."""

    sip: int
    media: MediaPorts
