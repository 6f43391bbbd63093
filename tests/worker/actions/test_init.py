"""What all words have in common: tables."""

import pytest

from sipflow.scenario.model.actions import (
    Answer,
    Connected,
    Disconnected,
    Incoming,
    NodeAction,
    Release,
    Response,
    Ringing,
    Timeout,
    Transferred,
)
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.legs.legs import Legs
from tests.worker.actions.telling import (
    BUSY,
    NO_LEG,
    ON_LEG,
    RINGING,
    calling,
)
from tests.worker.plans import PEERS


@pytest.mark.parametrize("action", ON_LEG, ids=lambda action: type(action).__name__)
def test_a_leg_that_never_was_fails_the_node_at_once(action: NodeAction) -> None:
    assert begin(action, Legs(), PEERS) == Step(NO_LEG)


@pytest.mark.parametrize(
    ("action", "log"),
    [
        (Incoming(leg="other"), "waiting for an INVITE"),
        (Timeout(timeout=0.5), "waiting 0.5 s"),
        (Ringing(), "waiting on leg call-1"),
        (Connected(), "waiting on leg call-1"),
        (Disconnected(), "waiting on leg call-1"),
        (Transferred(), "waiting on leg call-1"),
    ],
)
def test_a_wait_only_says_so(action: NodeAction, log: str) -> None:
    assert begin(action, calling(), PEERS) == Step(log=log)


def test_a_delay_is_decided_by_nothing_that_happens() -> None:
    assert observe(Timeout(timeout=1.0), calling(BUSY)) == Step()


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        (Timeout(timeout=1.0), Succeeded("time is up")),
        (Incoming(timeout=5.0), Failed("time limit", "no INVITE within 5 s")),
        (Answer(timeout=0.25), Failed("time limit", "no ACK for the 200 within 0.25 s")),
        (Response(code=486), Failed("time limit", "the 486 could not be sent in 10 s")),
        (Release(), Failed("time limit", "leg call-1 did not end within 10 s")),
        (
            Ringing(code=183),
            Failed(
                "time limit",
                "no RINGING on leg call-1 within 10 s: 180 without SDP came, not 183",
            ),
        ),
        (
            Connected(),
            Failed("time limit", "no CONNECTED on leg call-1 within 10 s: 180 Ringing came"),
        ),
        (Transferred(), Failed("time limit", "no TRANSFERRED on leg call-1 within 10 s")),
        (Disconnected(), Failed("time limit", "no DISCONNECTED on leg call-1 within 10 s")),
    ],
)
def test_a_time_limit_fails_all_but_a_delay(action: NodeAction, outcome: Outcome) -> None:
    assert expire(action, calling(RINGING)) == Step(outcome)
