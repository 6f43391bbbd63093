"""What is still expected of a worker, and whether its clean-up is confirmed."""

import pytest

from sipflow.coordinator.run.member import WorkerStatus
from sipflow.protocol.control import ChainFinished, CleanedUp, EventsFinished, Halted, Ready
from sipflow.protocol.verdict import ExitName

CLEAN = CleanedUp(released=1)
LEFT = CleanedUp(released=0, left=("call-1",))
REGISTERED = CleanedUp(released=0, registrations=("sip:a.b",))


@pytest.mark.parametrize(
    ("exit_name", "killing", "gone", "awaited"),
    [
        (None, False, False, True),
        (None, True, False, False),
        ("finished", False, True, False),
        ("killed", True, True, False),
    ],
)
def test_something_is_expected_of_a_worker_that_lives_and_may(
    exit_name: ExitName | None, killing: bool, gone: bool, awaited: bool
) -> None:
    member = WorkerStatus("alice", "127.0.0.1:5060", exit=exit_name, killing=killing)
    assert (member.gone, member.awaited) == (gone, awaited)


@pytest.mark.parametrize(
    ("greeted", "cleaned", "exit_name", "confirmed"),
    [
        (True, CLEAN, "finished", True),
        (True, CLEAN, "failed", True),
        (True, CLEAN, "killed", False),
        (True, CLEAN, "crashed", False),
        (True, CLEAN, None, False),
        (True, LEFT, "finished", False),
        (True, REGISTERED, "finished", False),
        (True, None, "finished", False),
        (True, None, "killed", False),
        (False, CLEAN, "killed", True),  # killed before it had anything to clean up
        (False, CLEAN, None, False),  # not seen to be gone
        (False, None, "crashed", False),  # died by itself
    ],
)
def test_a_clean_up_is_confirmed_by_an_orderly_end_with_nothing_left(
    greeted: bool, cleaned: CleanedUp | None, exit_name: ExitName | None, confirmed: bool
) -> None:
    member = WorkerStatus(
        "alice", "127.0.0.1:5060", greeted=greeted, cleaned=cleaned, exit=exit_name
    )
    assert member.confirmed is confirmed


@pytest.mark.parametrize(
    ("cleaned", "last_seq", "exit_name", "killing", "reusable"),
    [
        (CLEAN, 4, None, False, True),
        (LEFT, 4, None, False, False),
        (CleanedUp(released=0, idle=False), 4, None, False, False),
        (None, 4, None, False, False),
        (CLEAN, None, None, False, False),
        (REGISTERED, 4, None, False, False),
        (CLEAN, 4, "crashed", False, False),
        (CLEAN, 4, None, True, False),
    ],
)
def test_a_worker_can_be_used_again_if_nothing_of_the_run_is_in_it(
    cleaned: CleanedUp | None,
    last_seq: int | None,
    exit_name: ExitName | None,
    killing: bool,
    reusable: bool,
) -> None:
    member = WorkerStatus(
        "alice",
        "127.0.0.1:5060",
        cleaned=cleaned,
        last_seq=last_seq,
        exit=exit_name,
        killing=killing,
    )
    assert member.reusable is reusable


@pytest.mark.parametrize(
    ("word", "attribute", "value"),
    [
        (Ready(), "ready", True),
        (ChainFinished(), "finished", True),
        (Halted(), "halted", True),
        (CLEAN, "cleaned", CLEAN),
        (EventsFinished(last_seq=7), "last_seq", 7),
    ],
)
def test_how_far_a_worker_says_that_it_is_is_kept(
    word: Ready | ChainFinished | Halted | CleanedUp | EventsFinished, attribute: str, value: object
) -> None:
    member = WorkerStatus("alice", "127.0.0.1:5060")
    member.take(word)
    assert getattr(member, attribute) == value
