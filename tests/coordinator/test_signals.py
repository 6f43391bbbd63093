"""Signals, sent for real to the process of the tests."""

import os
import select
import signal

import pytest

from sipflow.coordinator.signals import StopSignals

LIMIT = 60.0


def is_noticed(signals: StopSignals, limit: float = LIMIT) -> bool:
    """Tell whether a poll of the descriptor returns."""
    return bool(select.select([signals.descriptor], [], [], limit)[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_counted_and_wakes_the_poll(number: int) -> None:
    with StopSignals() as signals:
        assert signals.count == 0
        assert not is_noticed(signals, 0)
        os.kill(os.getpid(), number)
        assert is_noticed(signals)
        assert signals.count == 1
        signals.drain()
        assert not is_noticed(signals, 0)


def test_each_of_several_signals_counts() -> None:
    with StopSignals() as signals:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        assert is_noticed(signals)
        assert signals.count == 2


def test_more_signals_than_the_pipe_holds_do_no_harm() -> None:
    with StopSignals() as signals:
        for _ in range(70_000):
            signal.raise_signal(signal.SIGINT)
        assert signals.count == 70_000


def test_an_empty_pipe_can_be_drained() -> None:
    with StopSignals() as signals:
        signals.drain()


def test_everything_is_as_before_afterwards() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    with StopSignals():
        assert [signal.getsignal(number) for number in numbers] != before
    assert [signal.getsignal(number) for number in numbers] == before
    assert signal.set_wakeup_fd(-1) == -1


def test_a_hangup_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert signals.count == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
