"""An endpoint that listens on TCP for one run and not for the next."""

import socket

import pytest
from msgspec.structs import replace

from tests.worker.ua.phone import HOST, LIMIT, phones


def test_tcp_is_listened_on_for_as_long_as_a_plan_wants_it() -> None:
    with phones(1) as (alice,):
        address = (HOST, alice.plan.port)
        for _ in range(2):
            alice.assign(replace(alice.plan, tcp=True))
            assert alice.error is None
            socket.create_connection(address, LIMIT).close()

            alice.assign(replace(alice.plan, tcp=False))
            assert alice.error is None
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address, LIMIT)
