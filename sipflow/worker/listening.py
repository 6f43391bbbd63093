"""Which legs of an instance have to be watched and listened to: what its nodes ask for. Pure.

Counting costs a call little and listening more, so that neither is done where no node asks.
"""

from collections.abc import Iterable

from sipflow.protocol.scenario import CheckMedia, DTMFReceived, Node


def watched_legs(nodes: Iterable[Node]) -> dict[str, bool]:
    """Return the legs whose media is to be counted, each with whether it is to be heard too."""
    watched: dict[str, bool] = {}
    for action in (node.action for node in nodes):
        if isinstance(action, CheckMedia):
            watched[action.leg] = watched.get(action.leg, False) or _hears(action)
        elif isinstance(action, DTMFReceived) and action.inband:
            watched[action.leg] = True
    return watched


def _hears(action: CheckMedia) -> bool:
    return action.sound is not None or action.tone is not None
