"""A scenario as a checked graph: its instances and their nodes. Types only."""

from msgspec import Struct

from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import NodeAction
from sipflow.scenario.model.causes import causes
from sipflow.scenario.model.deferred import Deferred
from sipflow.scenario.model.location import Place as Place
from sipflow.scenario.model.properties import OnRefer
from sipflow.scenario.model.signalling import Signalling
from sipflow.sip.codecs import DEFAULT_CODECS, Codecs

COORDINATOR = "-"


class Node(Struct, frozen=True, kw_only=True):
    """One node of the graph: its id, whose it is, what it does, and where its edges lead.

    ``failures`` are the failure edges for a cause, ``failure`` the one for all others. Of the
    properties that are ``late``, the action has a stand-in until the node begins.
    """

    id: str
    instance: str
    action: NodeAction
    place: Place
    success: str | None = None
    failure: str | None = None
    failures: dict[str, str] = {}
    late: tuple[Deferred, ...] = ()

    def after_failure(self, code: int | None, behind: str) -> str | None:
        """Return where a failure leads, None if nowhere: the most specific edge there is.

        ``code`` is that of its reason, ``behind`` the cause that its event names.
        """
        if self.failures:
            for cause in causes(code, behind):
                if cause in self.failures:
                    return self.failures[cause]
        return self.failure


class Instance(Struct, frozen=True, kw_only=True):
    """One SIP user agent: its id in the file, its name for people, its number, its start nodes.

    ``on_refer``: whether it follows a REFER or refuses it.
    """

    id: str
    name: str
    number: str
    place: Place
    on_refer: OnRefer = "follow"
    starts: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    signalling: Signalling = Signalling()
    codecs: Codecs = DEFAULT_CODECS
    account: Account | None = None


class Scenario(Struct, frozen=True, kw_only=True):
    """A whole graph, already checked: every edge leads to a node of the same instance, no cycle.

    ``secrets``: the values of the environment that went into it, by name; they are never shown.
    """

    name: str
    file: str
    instances: tuple[Instance, ...]
    secrets: dict[str, str] = {}
