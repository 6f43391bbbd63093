"""Losing RTP packets on purpose, step by step."""

import pytest

from sipflow.scenario.model.actions import DropRTP
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.ua.commands import DropRtp
from sipflow.worker.ua.events import Happening, RtpDropping
from tests.worker.actions.telling import BUSY, CONFIRMED, REFUSED, calling
from tests.worker.plans import PEERS

DROP = DropRTP(percent=10)


def test_losses_are_ordered_on_a_leg_that_is_there() -> None:
    assert begin(DROP, calling(CONFIRMED), PEERS) == Step(
        orders=(DropRtp("out-1", 10),), log="dropping 10 % of the RTP that leg call-1 receives"
    )


def test_a_leg_that_is_gone_has_nothing_to_lose() -> None:
    failed = Failed("486 ended the leg", "Busy Here", 486)
    assert begin(DROP, calling(BUSY), PEERS).outcome == failed


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ([], None),
        ([RtpDropping("out-1", 10)], Succeeded("RTP is dropped")),
        ([REFUSED], Failed("refused", "no media", 500)),
        ([BUSY], Failed("486 ended the leg", "Busy Here", 486)),
    ],
)
def test_it_succeeds_once_packets_are_lost(told: list[Happening], outcome: Outcome | None) -> None:
    legs = calling(CONFIRMED)
    begin(DROP, legs, PEERS)
    for happening in told:
        legs.apply(happening)

    assert observe(DROP, legs).outcome == outcome


def test_what_was_told_before_counts_for_nothing() -> None:
    legs = calling(CONFIRMED, RtpDropping("out-1", 5), REFUSED)
    begin(DROP, legs, PEERS)

    assert observe(DROP, legs) == Step()


def test_its_time_limit_means_that_nothing_is_lost() -> None:
    assert expire(DROP, calling(CONFIRMED)).outcome == Failed(
        "time limit", "no RTP is dropped after 10 s"
    )
