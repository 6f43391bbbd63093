"""Replay: how a subscriber requests past events over its subscription socket.

A subscription whose topic is ``replay/<run>/<g>/<nonce>`` asks for a run's events from the number
``g`` on; the coordinator answers once, with one message that has this very topic. ``nonce`` is any
text without a slash that the subscriber has not used yet. One answer holds some of the events;
the next ones are requested with the next subscription, as fast as the subscriber can handle them.
With an empty ``<run>`` the answer lists the runs. An event's topic never begins like this, because
a run's id begins with a hexadecimal digit.

A socket that is full drops an answer as it drops events: a subscriber that gets no answer within a
second asks again.
"""

import re
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from sipflow.protocol.events import WIRE_VERSION, RunId, WireVersion

PREFIX = b"replay/"
_LONGEST = 128
# The runs of a load have its id and their number.
_REQUEST = re.compile(rb"replay/((?:[0-9a-f]+(?:-[0-9]+)?)?)/([0-9]{1,15})/([^/]{1,64})")


class Answer(Struct, frozen=True, kw_only=True, tag_field="type"):
    """An answer, published with the topic of the request."""

    v: WireVersion = WIRE_VERSION


class KnownRun(Struct, frozen=True, kw_only=True):
    """A run whose events can be replayed."""

    run: RunId
    last: Annotated[int, Meta(description="the number of the run's last event so far")]
    ended: Annotated[bool, Meta(description="whether the run has ended")]


class Runs(Answer, frozen=True, kw_only=True, tag="runs"):
    """The runs of this coordinator."""

    runs: Annotated[tuple[KnownRun, ...], Meta(description="the runs that can be replayed")]
    more: Annotated[bool, Meta(description="whether further runs will follow")]


class Replay(Answer, frozen=True, kw_only=True, tag="replay"):
    """Some events of a run, from ``first`` on, as they were published.

    The replay is complete once the event ``last`` has been received. No events and ``last`` 0:
    there is no such run.
    """

    run: RunId
    first: Annotated[int, Meta(description="the requested first number")]
    last: Annotated[int, Meta(description="the number of the run's last event at that time")]
    events: Annotated[
        tuple[msgspec.Raw, ...], Meta(description="some of the events, in the order of ``g``")
    ] = ()


AnyAnswer = Runs | Replay


class ReplayRequest(Struct, frozen=True):
    """A parsed request; ``run`` is empty if it asks for the list of runs."""

    topic: bytes
    run: str
    first: int


def request_topic(run: str, first: int, nonce: str) -> bytes:
    """Return the topic that requests the events of a run from ``first`` on."""
    return f"replay/{run}/{first}/{nonce}".encode()


def read_request(topic: bytes) -> ReplayRequest | None:
    """Return the replay request in a subscription; None if the subscription is not one."""
    match = _REQUEST.fullmatch(topic) if len(topic) <= _LONGEST else None
    if match is None:
        return None
    return ReplayRequest(topic, match[1].decode(), max(1, int(match[2])))
