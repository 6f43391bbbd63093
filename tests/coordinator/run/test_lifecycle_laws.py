"""The laws of a run's life, for any sequence of what it can be told."""

import signal
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.run.actions import Action, Conclude, SignalWorker
from sipflow.coordinator.run.lifecycle import FOREVER, RunState, Stage
from sipflow.protocol.control import (
    Beat,
    ChainFinished,
    CleanedUp,
    EventsFinished,
    Halted,
    Hello,
    Paused,
    Ready,
    ToCoordinator,
)
from tests.coordinator.message_script import ADDRESSES, BUSY, NO_PORT, START

# What a user was promised of a run that is stopped, in seconds.
STOP_PROMISE = 5.0
# More time limits than a run has.
PLENTY = 20

Telling = Callable[[RunState, float], list[Action]]

MESSAGES: tuple[ToCoordinator, ...] = (
    Hello(pid=1),
    Beat(),
    Ready(),
    Paused(last_seq=2),
    NO_PORT,
    ChainFinished(),
    BUSY,
    Halted(),
    CleanedUp(released=1),
    CleanedUp(released=0, left=("call-1",)),
    EventsFinished(last_seq=4),
)
EXIT_CODES = (0, 1, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGTERM, -40)


def said(instance: str, message: ToCoordinator) -> Telling:
    """Return the telling of what a worker has said."""
    return lambda state, now: state.said(instance, message, now)


def worker_ended(instance: str, exit_code: int) -> Telling:
    """Return the telling of a worker's end."""
    return lambda state, now: state.worker_ended(instance, exit_code, None, now)


def stop_asked(at_once: bool) -> Telling:
    """Return the telling of a user's wish."""
    return lambda state, now: state.stop_asked(now, at_once=at_once)


def worker_silent(instance: str) -> Telling:
    """Return the telling of a worker that hangs."""
    return lambda state, now: state.worker_silent(instance, now)


def pause_asked(state: RunState, now: float) -> list[Action]:
    """Tell that the user wants a pause."""
    return state.pause_asked(now) or []


def resume_asked(state: RunState, now: float) -> list[Action]:
    """Tell that the user wants the pause to end."""
    return state.resume_asked(now) or []


def obstructed() -> Telling:
    """Return the telling of a full disk."""
    return lambda state, now: state.obstructed("full", now)


INSTANCES = st.sampled_from(sorted(ADDRESSES))
TELLINGS = st.one_of(
    st.builds(said, INSTANCES, st.sampled_from(MESSAGES)),
    st.builds(worker_ended, INSTANCES, st.sampled_from(EXIT_CODES)),
    st.builds(stop_asked, st.booleans()),
    st.builds(obstructed),
    st.builds(worker_silent, INSTANCES),
    st.just(pause_asked),
    st.just(resume_asked),
    st.just(RunState.fork_server_lost),
    st.just(RunState.events_collected),
    st.just(RunState.events_coming),
    st.just(RunState.tick),
)
# Most runs get past their launch, so that the later stages are reached often.
BEGINNINGS = st.sampled_from(
    [
        [],
        [said(instance, Hello(pid=1)) for instance in ADDRESSES],
        [said(name, word) for name in ADDRESSES for word in (Hello(pid=1), Ready())],
        [
            said(name, word)
            for name in ADDRESSES
            for word in (Hello(pid=1), Ready(), ChainFinished())
        ],
    ]
)
STORIES = st.lists(st.tuples(TELLINGS, st.floats(0, 3)), max_size=30)


def follow(state: RunState, tellings: list[tuple[Telling, float]], now: float) -> list[Action]:
    """Tell a run things, with the seconds before each; return all that it asks for."""
    asked: list[Action] = []
    for telling, seconds in tellings:
        now += seconds
        asked += telling(state, now)
    return asked


def run_down(state: RunState, now: float, *, obedient: bool) -> tuple[list[Action], float]:
    """Let every time limit pass; a killed worker's end is told at once if it is ``obedient``."""
    asked: list[Action] = []
    for _ in range(PLENTY):
        if state.deadline != FOREVER:
            now = max(now, state.deadline)
        new = state.tick(now)
        kills = [action for action in new if isinstance(action, SignalWorker)]
        for kill in kills if obedient else []:
            if not state.members[kill.instance].gone:
                new += state.worker_ended(kill.instance, -kill.signal, None, now)
        asked += new
    return asked, now


@given(beginning=BEGINNINGS, story=STORIES)
def test_a_stage_is_never_left_for_an_earlier_one_and_the_first_reason_stays(
    beginning: list[Telling], story: list[tuple[Telling, float]]
) -> None:
    state, now = RunState(ADDRESSES.items(), START), START
    for telling, seconds in [(telling, 0.0) for telling in beginning] + story:
        stage, reason, now = state.stage, state.reason, now + seconds
        telling(state, now)
        assert state.stage >= stage
        assert reason is None or state.reason == reason


@given(beginning=BEGINNINGS, story=STORIES, obedient=st.booleans())
def test_every_run_that_is_stopped_ends_and_concludes_once(
    beginning: list[Telling], story: list[tuple[Telling, float]], obedient: bool
) -> None:
    state = RunState(ADDRESSES.items(), START)
    asked = follow(state, [(telling, 0.0) for telling in beginning] + story, START)
    now = START + sum(seconds for _, seconds in story)
    asked += state.stop_asked(now)
    asked += run_down(state, now, obedient=obedient)[0]
    assert state.stage is Stage.ENDED
    assert asked.count(Conclude()) == 1
    assert all(member.gone for member in state.members.values())


@given(beginning=BEGINNINGS, obedient=st.booleans(), silent=STORIES)
def test_a_stop_takes_no_longer_than_it_may_whatever_the_workers_say(
    beginning: list[Telling], obedient: bool, silent: list[tuple[Telling, float]]
) -> None:
    state = RunState(ADDRESSES.items(), START)
    follow(state, [(telling, 0.0) for telling in beginning], START)
    state.stop_asked(START)
    follow(state, [(telling, 0.0) for telling, _ in silent], START)
    _, end = run_down(state, START, obedient=obedient)
    assert state.stage is Stage.ENDED
    assert end - START <= STOP_PROMISE
