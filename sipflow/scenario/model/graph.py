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
    """One node of the graph: its id, its instance, its action, and where its edges lead.

    failures: the failure edges for single causes
    failure: the failure edge for all other causes
    late: the properties that have a placeholder in the action until the node begins
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
        """Return the node that a failure leads to by the most specific edge, None if there is none.

        code: the status code of its reason
        behind: the cause in its event
        """
        if self.failures:
            for cause in causes(code, behind):
                if cause in self.failures:
                    return self.failures[cause]
        return self.failure


class Instance(Struct, frozen=True, kw_only=True):
    """One SIP user agent: its id in the file, its name for people, its number, its start nodes.

    on_refer: whether it follows a REFER or refuses it
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

    secrets: by name, the values of the environment that it contains; they are never shown
    """

    name: str
    file: str
    instances: tuple[Instance, ...]
    secrets: dict[str, str] = {}
