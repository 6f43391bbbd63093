"""Whatever the graph and whatever happens: every walk ends, and its events obey the law."""

from collections.abc import Callable
from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from sipflow.protocol.plan import InstancePlan
from sipflow.scenario.model.actions import (
    Answer,
    Connected,
    Disconnected,
    Incoming,
    MakeCall,
    Message,
    NodeAction,
    Release,
    Response,
    Ringing,
    SendMessage,
    Timeout,
)
from sipflow.scenario.model.graph import Node
from sipflow.worker.session.session import Phase
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    Happening,
    InviteReceived,
    InviteSent,
    OrderRefused,
    Progressed,
    Redirected,
    TextAnswered,
    TextReceived,
    TryingReceived,
)
from tests.extent import examples
from tests.worker.plans import ALICE, node, plan
from tests.worker.walk import Solo

LEGS = st.sampled_from(["call-1", "call-2"])
# Binary fractions, like all durations here, so that the same moment has the same number however it
# is reached.
LIMITS = st.sampled_from([0.0, 0.125, 1.0, 10.0])
CODES = st.sampled_from([180, 183, 199, 302, 404, 486, 603])
ACTIONS: st.SearchStrategy[NodeAction] = st.one_of(
    st.builds(MakeCall, leg=LEGS, timeout=LIMITS, to=st.sampled_from(["200", "nobody"]),
              until=st.sampled_from(["answered", "ringing", "sent"])),
    st.builds(Incoming, leg=LEGS, timeout=LIMITS, ring=st.booleans()),
    st.builds(Response, leg=LEGS, timeout=LIMITS, code=CODES),
    st.builds(Timeout, timeout=LIMITS),
    st.builds(SendMessage, to=st.just("200"), body=st.just("hi"), timeout=LIMITS),
    st.builds(SendMessage, leg=LEGS, body=st.just("hi"), timeout=LIMITS),
    st.builds(Message, leg=st.none() | LEGS, contains=st.sampled_from([None, "hi"]),
              timeout=LIMITS),
    *(st.builds(kind, leg=LEGS, timeout=LIMITS)
      for kind in (Answer, Release, Ringing, Connected, Disconnected)),
)  # fmt: skip
TOLD: list[Callable[[str], Happening]] = [
    InviteSent,
    TryingReceived,
    lambda key: Progressed(key, 180, "Ringing"),
    lambda key: DialogConfirmed(key, 200, "OK"),
    lambda key: DialogEnded(key, 486, "Busy Here"),
    lambda key: DialogEnded(key, None, ""),
    lambda key: OrderRefused(key, "no"),
    lambda key: Redirected(key, "sip:300@127.0.0.1"),
    lambda key: TextReceived(key, "sip:200@127.0.0.1", "hi"),
    lambda key: TextReceived(None, "sip:200@127.0.0.1", "ho"),
    lambda key: TextAnswered("message-1", 200, "OK"),
    lambda key: TextAnswered("message-2", 404, "Not Found"),
]
MANY = examples(100, 300)

# A moment: how much time passes, what happens then, and on which of the dialogs that there are.
MOMENTS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.0625, 0.5, 3.0]),
        st.integers(0, len(TOLD)),
        st.integers(0, 5),
    ),
    max_size=30,
)

# For how long the walk pauses before a moment, None for not at all.
PAUSES = st.lists(st.sampled_from([None, 0.0, 0.25, 32.0]), max_size=30)


@st.composite
def plans(draw: st.DrawFn) -> InstancePlan:
    """Return a plan without cycles: an edge leads only to a later node."""
    actions = draw(st.lists(ACTIONS, min_size=1, max_size=8))
    names = [f"alice-{number}" for number in range(len(actions))]
    nodes: list[Node] = []
    for number, action in enumerate(actions):
        later = st.sampled_from([None, *names[number + 1 :]])
        nodes.append(node(names[number], action, success=draw(later), failure=draw(later)))
    starts = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
    return plan("alice", *nodes, starts=tuple(starts))


Moments = list[tuple[float, int, int]]


class Play:
    """A session that is told at random what could happen on the dialogs that there are."""

    def __init__(self, instance: InstancePlan) -> None:
        self.solo = Solo(instance)
        self.lines: list[str] = []
        self.dialogs: list[str] = []
        self._learn(self.solo.go())

    def play(self, moments: Moments) -> None:
        """Let time pass and things happen."""
        for passed, what, which in moments:
            self._learn(self.solo.at(self.solo.now + passed))
            if what == len(TOLD):
                self.dialogs.append(f"in-{len(self.dialogs)}")
                self._learn(self.solo.tell(InviteReceived(self.dialogs[-1], ALICE)))
            elif self.dialogs:
                dialog = self.dialogs[which % len(self.dialogs)]
                self._learn(self.solo.tell(TOLD[what](dialog)))

    def pause(self, length: float) -> None:
        """Let the walk pause while nothing happens."""
        self.solo.pause()
        self._learn(self.solo.at(self.solo.now + length))
        self._learn(self.solo.resume())

    def end(self) -> None:
        """Let only time pass; a session that never comes to rest fails the test."""
        for _ in range(100):
            timer = self.solo.session.next_timer()
            if timer is None:
                return
            self._learn(self.solo.at(max(self.solo.now, timer)))
        raise AssertionError("the session does not end")

    def _learn(self, lines: list[str]) -> None:
        self.lines += lines
        self.dialogs += [line.split()[2] for line in lines if line.startswith("> INVITE")]


def check_law(solo: Solo) -> None:
    states: dict[str, str] = {}
    running: str | None = None
    for event in solo.nodes():
        assert event.previous == ("running" if event.node == running else "pending")
        if event.new == "running":
            assert running is None
            running = event.node
        else:
            assert running == event.node
            assert event.new in ("completed", "failed", "cancelled")
            running = None
        states[event.node] = event.new
    assert "running" not in states.values()
    assert [event.seq for event in solo.events] == list(range(1, len(solo.events) + 1))


@MANY
@given(plans(), MOMENTS)
def test_every_walk_ends_and_its_events_obey_the_law(
    instance: InstancePlan, moments: Moments
) -> None:
    play = Play(instance)

    play.play(moments)
    play.end()

    assert play.solo.session.phase is Phase.WALKED
    check_law(play.solo)


@MANY
@given(plans(), MOMENTS, MOMENTS)
def test_a_walk_that_is_halted_and_cleaned_up_ends_within_the_limit(
    instance: InstancePlan, before: Moments, after: Moments
) -> None:
    play = Play(instance)
    play.play(before)

    solo, limit = play.solo, play.solo.now + 2.0
    solo.halt("stop")
    solo.clean_up(limit=2.0)
    play.play(after)
    if solo.now < limit:
        play.end()
        assert solo.now <= limit

    assert solo.session.phase is Phase.CLEANED
    check_law(solo)


@MANY
@given(plans(), MOMENTS, PAUSES)
def test_pauses_change_the_times_of_a_walk_and_nothing_else(
    instance: InstancePlan, moments: Moments, pauses: list[float | None]
) -> None:
    straight, paused = Play(instance), Play(instance)
    paused_for = 0.0

    for moment, length in zip_longest(moments, pauses):
        if length is not None:
            paused.pause(length)
            paused_for += length
        if moment is not None:
            straight.play([moment])
            paused.play([moment])
        assert paused.solo.now == straight.solo.now + paused_for
    straight.end()
    paused.end()

    assert paused.lines == straight.lines
    assert paused.solo.now == straight.solo.now + paused_for


@MANY
@given(plans(), MOMENTS, MOMENTS, MOMENTS)
def test_whatever_happens_in_a_pause_no_node_begins_and_the_walk_ends_after_it(
    instance: InstancePlan, before: Moments, meanwhile: Moments, after: Moments
) -> None:
    play = Play(instance)
    play.play(before)

    play.solo.pause()
    told = len(play.solo.nodes())
    play.play(meanwhile)
    begun = [node for node in play.solo.nodes()[told:] if node.new == "running"]
    assert begun == []
    play.solo.resume()
    play.play(after)
    play.end()

    assert play.solo.session.phase is Phase.WALKED
    check_law(play.solo)
