"""What the tests of the real user agent share: an endpoint, and a peer that it talks with."""

from collections.abc import Iterator

import pytest

from tests.worker.ua.odd_peer import OddPeer, odd_peer
from tests.worker.ua.phone import Phone, phones


@pytest.fixture
def alice() -> Iterator[Phone]:
    """Open an endpoint."""
    with phones(1) as (alice,):
        yield alice


@pytest.fixture
def other(alice: Phone) -> Iterator[OddPeer]:
    """Open a peer that sends text as it is to the endpoint."""
    with odd_peer(alice.plan.port) as other:
        yield other
