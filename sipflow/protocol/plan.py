"""The plan of one instance of a run, which the coordinator sends to the worker that plays it."""

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

    ``peers``: every number and name of the scenario, with the SIP URI that reaches it.
    ``tcp``: whether the endpoint listens on TCP as well; without it, calls by TCP are impossible.
    ``variables``: the values known by now of the variables that the instance's nodes use.
    ``messages``: whether any of the nodes examines received messages.
    ``secrets``: values of the environment to mask, by name, including those of other instances.
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
    """The ports that one instance may bind: its SIP port and its range for RTP and RTCP."""

    sip: int
    media: MediaPorts
