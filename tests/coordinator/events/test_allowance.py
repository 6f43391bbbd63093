"""What the topics of connections may take: over real sockets, whose descriptors tell them apart."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sipflow.coordinator.events.allowance import MOST_OF_ALL, MOST_OF_ONE, MUCH_TOO_MUCH, Allowance

TOPIC = b"x" * 240  # with what is counted beside it, 256 bytes
FITTING = MOST_OF_ONE // 256
Pairs = list[tuple[socket.socket, socket.socket]]


@pytest.fixture
def pairs() -> Iterator[Pairs]:
    """Open connections: this side, and the other one."""
    with ExitStack() as closing:
        made = [socket.socketpair() for _ in range(40)]
        for one, other in made:
            closing.enter_context(one)
            closing.enter_context(other)
            other.setblocking(False)
        yield made


def is_open(other: socket.socket) -> bool:
    """Tell whether a connection stands, by its other side."""
    try:
        return other.recv(1) != b""
    except BlockingIOError:
        return True


def takes(allowance: Allowance, one: socket.socket, count: int) -> int:
    """Return how many of so many topics may be registered."""
    return sum(allowance.take(TOPIC, one.fileno()) for _ in range(count))


def test_a_connection_has_so_much_and_no_more(pairs: Pairs) -> None:
    allowance = Allowance()
    (one, other), (second, _) = pairs[:2]
    assert takes(allowance, one, FITTING) == FITTING
    assert takes(allowance, one, 3) == 0
    assert allowance.exceeded
    assert takes(allowance, second, 3) == 3
    assert is_open(other)


def test_what_is_given_back_can_be_taken_again(pairs: Pairs) -> None:
    allowance = Allowance()
    one = pairs[0][0]
    for _ in range(3 * FITTING):
        assert allowance.take(TOPIC, one.fileno())
        allowance.give_back(TOPIC, one.fileno())
    assert not allowance.exceeded


def test_a_connection_that_goes_on_is_ended(pairs: Pairs) -> None:
    allowance = Allowance()
    one, other = pairs[0]
    takes(allowance, one, MUCH_TOO_MUCH // 256)
    assert is_open(other)
    takes(allowance, one, 1)
    assert not is_open(other)


def test_all_together_have_so_much_and_no_more(pairs: Pairs) -> None:
    allowance = Allowance()
    fitting = MOST_OF_ALL // MOST_OF_ONE
    for one, _ in pairs[:fitting]:
        assert takes(allowance, one, FITTING) == FITTING
    for one, other in pairs[fitting : 2 * fitting]:
        assert takes(allowance, one, FITTING) == 0
        assert is_open(other)
    one, other = pairs[2 * fitting]
    assert takes(allowance, one, 1) == 0
    assert not is_open(other)


def test_a_connection_that_has_ended_takes_nothing_any_more(pairs: Pairs) -> None:
    allowance = Allowance()
    for one, _ in pairs[: MOST_OF_ALL // MOST_OF_ONE]:
        takes(allowance, one, FITTING)
        number = one.fileno()
        one.close()
        assert allowance.take(TOPIC, number)
        allowance.give_back(TOPIC, number)
    assert takes(allowance, pairs[-1][0], FITTING) == FITTING
    assert not allowance.exceeded


def test_what_is_no_connection_is_not_counted() -> None:
    allowance = Allowance()
    allowance.give_back(TOPIC, -1)
    with open("/dev/null", "rb") as file:
        for descriptor in (-1, file.fileno()):
            assert all(allowance.take(TOPIC, descriptor) for _ in range(MUCH_TOO_MUCH // 256 + 1))
    assert not allowance.exceeded
