"""Plans for the tests: an instance's part of a scenario, in a few words."""

from sipflow.protocol.plan import InstancePlan, MediaPorts
from sipflow.scenario.model.actions import NodeAction, Place
from sipflow.scenario.model.graph import Node

RUN = "r1"
HOST = "127.0.0.1"
PORTS = {"alice": 5060, "bob": 5062, "carol": 5064}
NUMBERS = {"alice": "100", "bob": "200", "carol": "300"}
URIS = {name: f"sip:{NUMBERS[name]}@{HOST}:{PORTS[name]}" for name in PORTS}
PEERS = URIS | {NUMBERS[name]: URIS[name] for name in PORTS}
ALICE, BOB, CAROL = URIS.values()


def node(
    name: str, action: NodeAction, *, success: str | None = None, failure: str | None = None
) -> Node:
    """Return a node; its owner is what its name begins with."""
    owner, _, position = name.partition("-")
    place = Place(file="call.yaml", line=int(position), column=7)
    return Node(
        id=name, instance=owner, action=action, place=place, success=success, failure=failure
    )


def plan(owner: str, *nodes: Node, starts: tuple[str, ...] | None = None) -> InstancePlan:
    """Return the plan of an instance that starts with its first node."""
    first = tuple(one.id for one in nodes[:1])
    return InstancePlan(
        run=RUN,
        instance=owner,
        name=owner,
        number=NUMBERS[owner],
        host=HOST,
        port=PORTS[owner],
        media_ports=MediaPorts(first=PORTS[owner] + 10_000, count=16),
        starts=first if starts is None else starts,
        nodes=nodes,
        peers=PEERS,
    )


def chain(owner: str, *actions: NodeAction) -> InstancePlan:
    """Return the plan of an instance that does one thing after another, without failure edges."""
    names = [f"{owner}-{number}" for number in range(1, len(actions) + 1)]
    successors = [*names[1:], None]
    return plan(
        owner,
        *(
            node(name, action, success=successor)
            for name, action, successor in zip(names, actions, successors, strict=False)
        ),
    )
